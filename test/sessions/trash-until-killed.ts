// A process that deletes a session and puts it back until it is killed.
import { writeSync } from 'node:fs'
import { removeDraft } from '../../electron/services/sessions/answer-draft.ts'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import { createTrash } from '../../electron/services/sessions/trash.ts'

const [home = ''] = process.argv.slice(2)
const folder = sessionsFolder(home)
const trash = createTrash(home, folder, () => new Date())

writeSync(1, 'open\n')
for (;;) {
  if (await folder.findIfThere('s')) await trash.put('s', 'title')
  else {
    // As the program does: a draft without its session is a left-over.
    await removeDraft(folder.draftPathOf('s'))
    await trash.restore('s')
  }
  writeSync(1, 'done\n')
}
