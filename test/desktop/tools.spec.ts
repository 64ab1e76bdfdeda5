// A session that has a folder, in the window: the model looks into a file, and what it called is seen.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { header, message, toBytes } from '../support/session-lines.ts'
import { answered, ask, expect, parts, picture, recordsIn, test } from './carrel.ts'

test('a look into a file of the session’s folder is called, done, recorded and seen', async ({
  launch,
  home,
  fake,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-folder-'))
  try {
    await writeFile(join(folder, 'tide.txt'), 'High water 04:38\n')
    await mkdir(join(home, 'sessions'), { recursive: true })
    const begun = { ...header, id: 'with-folder', workspace: folder }
    const lines = [begun, message('q', null, { content: 'About the tide' }), message('a', 'q', { role: 'assistant' })]
    await writeFile(join(home, 'sessions', 'with-folder.jsonl'), toBytes(...lines))
    fake.setScenario({
      turns: [
        {
          match: { nth: 1 },
          steps: [{ tool_calls: [{ name: 'read_file', arguments: { path: 'tide.txt' } }] }, { done: 'stop' }],
        },
        {
          match: { toolResultFor: 'read_file', contains: '04:38' },
          steps: [{ content: 'At 04:38.' }, { done: 'stop' }],
        },
      ],
    })
    const { page } = await launch()
    const { sessions, transcript } = parts(page)
    await sessions.getByText('About the tide').click()
    await ask(page, 'When is high water?')
    await answered(page)
    await expect(transcript.getByText('At 04:38.')).toBeVisible()
    await expect(transcript.getByRole('button', { name: 'Read tide.txt 1 line' })).toBeVisible()
    await expect(transcript.getByText('without a word')).toHaveCount(0)
    await picture(page, 'tool-call')
    const roles = (await recordsIn(home)).map(({ type, role }) => role ?? type)
    expect(roles).toEqual(['session', 'user', 'assistant', 'user', 'assistant', 'tool', 'assistant'])
    // In the window nothing is changed yet: only looking is offered.
    const [asked] = fake.chatRequests()
    const offered = Object(asked?.body).tools.map((tool: { function: { name: string } }) => tool.function.name)
    expect(offered).toEqual([
      'read_file',
      'use_skill',
      'write_file',
      'edit_file',
      'search_files',
      'run_command',
      'check_command',
      'fetch_url',
      'git_commit',
      'search_sessions',
    ])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
