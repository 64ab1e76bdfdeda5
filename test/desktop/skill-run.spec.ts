// From a folder on the disk to an answer: a skill is installed in the window, switched on, chosen by the model, and its script is run
// in the sandbox after the person has allowed it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answered, ask, expect, picture, recordsIn, test, parts as windowParts } from './carrel.ts'
import { allow, commandFolder, lendToCommands, sealHolds, seedSession } from './commands.ts'
import { lookOnce } from './looking.ts'
import { personChooses } from './native-answers.ts'
import { goSkills, layDown, ownSkills } from './skill-folders.ts'

test('a freshly installed skill is read by the model, and its script runs in the sandbox', async ({
  launch,
  home,
  fake,
}) => {
  test.setTimeout(120_000)
  const person = await mkdtemp(join(tmpdir(), 'carrel-person-'))
  const { folder, remove } = await commandFolder()
  try {
    await writeFile(join(folder, 'harbour.md'), 'one\ntwo\nthree\n')
    await seedSession(home, 'notes', 'Look after the notes', folder)
    const source = await layDown(join(person, 'downloads'), 'count-notes', {
      description: 'Count the lines of notes with a script. Use when somebody asks how long a note is.',
      body: '# Count notes\n\nRun `scripts/count.sh` with the path of a note, and say the number.\n',
      // It reads beside itself, counts, and tries to leave something in its own folder.
      files: {
        'scripts/count.sh':
          '#!/bin/sh\nhere=$(dirname "$0")\ncat "$here/unit.txt"\nwc -l < "$1"\ntouch "$here/left-behind" 2>/dev/null || echo kept out\n',
        'scripts/unit.txt': 'lines:\n',
      },
    })
    const script = join(ownSkills(home), 'count-notes', 'scripts', 'count.sh')
    fake.setScenario({
      turns: [
        { match: { toolResultFor: 'run_command' }, steps: [{ content: 'It has 3 lines.' }, { done: 'stop' }] },
        {
          match: { toolResultFor: 'use_skill' },
          steps: [
            { tool_calls: [{ name: 'run_command', arguments: { command: `sh ${script} harbour.md` } }] },
            { done: 'stop' },
          ],
        },
        {
          match: { contains: 'How long' },
          steps: [{ tool_calls: [{ name: 'use_skill', arguments: { name: 'count-notes' } }] }, { done: 'stop' }],
        },
      ],
    })
    const carrel = await launch({ environment: { HOME: person } })
    const { page } = carrel
    await personChooses(carrel.app, source)
    const parts = await goSkills(page)
    await page.getByRole('button', { name: 'Install from zip, folder or git' }).click()
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await parts.sheet.getByRole('button', { name: 'Install', exact: true }).click()
    await parts.toast('Installed count-notes').getByRole('button', { name: 'Switch on' }).click()
    await expect(parts.toggle).toHaveAttribute('aria-checked', 'true')

    await lendToCommands(home)
    await windowParts(page).sessions.getByText('Look after the notes').click()
    await sealHolds(page)
    await ask(page, 'How long is harbour.md?')
    const card = page.getByRole('alertdialog')
    await expect(card).toContainText('scripts/count.sh')
    await picture(page, 'skill-run-asked')
    await allow(page, 'Allow once')
    await answered(page)
    const { transcript } = windowParts(page)
    await expect(transcript).toContainText('It has 3 lines.')
    await expect(transcript.getByText('Read skill')).toBeVisible()
    await expect(transcript).toContainText('count-notes read')
    await lookOnce(page, 'skill-run-answered')

    const records = await recordsIn(home)
    const ran = records.find(({ role, name }) => role === 'tool' && name === 'run_command')
    expect(ran?.['content']).toContain('lines:')
    expect(ran?.['content']).toContain('3')
    expect(ran?.['content']).toContain('kept out')
    await expect(readFile(join(ownSkills(home), 'count-notes', 'scripts', 'left-behind'))).rejects.toThrow('ENOENT')

    // What became of it is on its page.
    await goSkills(page)
    await expect(parts.row('count-notes')).toContainText('1 chosen')
    await parts.row('count-notes').click()
    await expect(parts.detail.getByRole('list', { name: 'Last used' })).toContainText('chosen by the model')
    await lookOnce(page, 'skills-used')
    await parts.detail.getByRole('list', { name: 'Last used' }).getByRole('button').click()
    await expect(transcript).toContainText('It has 3 lines.')
  } finally {
    await remove()
    await rm(person, { recursive: true, force: true })
  }
})
