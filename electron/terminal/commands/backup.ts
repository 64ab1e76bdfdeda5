// `carrel backup FILE` and `carrel restore-backup FILE`: the whole data folder as one file, and back.
import { resolve } from 'node:path'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { exactLine } from '../exact-line.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine } from '../front.ts'

export async function backupCommand(context: CommandContext): Promise<number> {
  const path = fileIn(context)
  if (path === null) return exitCodes.usage
  // Whoever has the folder open writes it; else this process does, with everything there is.
  return await context.withBridge('owner', async (bridge) => {
    const progress = progressOn(context)
    const progressId = crypto.randomUUID()
    bridge.on('backup.progress', (pushed) => {
      if (pushed.progressId === progressId) progress.show(pushed.bytes, pushed.ofBytes)
    })
    const answer = await bridge.call('terminal.backup', { path, progressId }, context.signal)
    progress.end()
    if (context.signal.aborted && !answer.ok) return cancelled(context)
    if (!answer.ok) return fail(context, answer.failure)
    const { leftOut, bytes, sessions } = answer.value
    if (context.json) context.write(jsonLine('backup', answer.value))
    else {
      const lines = [
        words.written(exactLine(path), bytes, sessions),
        ...(leftOut.length > 0 ? [words.leftOut.title] : []),
        ...leftOut.map(({ path: left, why }) => words.leftOutLine(exactLine(left), words.leftOut[why])),
      ]
      context.write(lines.map((line) => `${line}\n`).join(''))
    }
    return leftOut.length > 0 ? exitCodes.damaged : exitCodes.done
  })
}

export async function restoreBackupCommand(context: CommandContext): Promise<number> {
  const path = fileIn(context)
  if (path === null) return exitCodes.usage
  const withRights = context.options['with-rules'] === true
  const progress = progressOn(context)
  const restored = await context
    .restoreBackup({
      home: typeof context.options['home'] === 'string' ? context.options['home'] : null,
      path,
      withRights,
      onProgress: progress.show,
    })
    .finally(progress.end)
  if (context.json) {
    context.write(jsonLine('restore-backup', { ...restored, withRules: withRights }))
    return exitCodes.done
  }
  const { rules, trustedFolders, kept, home } = restored
  const lines = [
    words.contents(restored),
    words.restored(exactLine(home)),
    ...(kept === null ? [] : [words.kept(exactLine(kept))]),
    (withRights ? words.rightsTaken : words.rightsLeft)(rules, trustedFolders),
  ]
  context.write(lines.map((line) => `${line}\n`).join(''))
  return exitCodes.done
}

/** Said already when it is null. */
function fileIn(context: CommandContext): string | null {
  const [file, ...rest] = context.arguments
  if (file !== undefined && rest.length === 0) return resolve(context.folder, file)
  const message = file === undefined ? messages.terminal.missingArgument('FILE') : words.oneFile
  fail(context, { code: 'invalid-input', message })
  return null
}

/** One line that is written over, where a person looks on. */
function progressOn({ hasColour, json, writeError }: CommandContext) {
  let isShown = false
  return {
    show(bytes: number, ofBytes: number) {
      if (!hasColour || json) return
      isShown = true
      writeError(`\r\u001b[K${words.progress(bytes, ofBytes)}`)
    },
    end() {
      if (isShown) writeError('\r\u001b[K')
    },
  }
}
