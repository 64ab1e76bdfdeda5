// The model looks back: at earlier sessions of the folder it works in, and at no other.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sideStarter } from '../../electron/side-process.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf } from '../support/session-lines.ts'
import { library, talk } from './library.ts'

const startSide = sideStarter(join(import.meta.dirname, '..', '..', 'dist', 'electron'))

async function lookedBack(query: string, isIndexed: boolean): Promise<string> {
  const shelf = await library()
  const project = join(shelf.home, '..', `project-${shelf.home.split('-').at(-1)}`)
  await mkdir(project)
  const inFolder = (folder: string, question: string) => [
    { ...header, workspace: folder },
    ...talk(question, 'The key is under the mat.').slice(1),
  ]
  await shelf.write('here', ...inFolder(project, 'Where is the key of the harbour office?'))
  await shelf.write('elsewhere', ...inFolder('/somewhere/else', 'Where is the key of the safe?'))
  await shelf.write('nowhere', ...talk('Where is the key of the car?', 'In the drawer.'))
  const server = await fakeServer({
    scenario: {
      turns: [
        {
          match: { nth: 1 },
          steps: [{ tool_calls: [{ name: 'search_sessions', arguments: { query } }] }, { done: 'stop' }],
        },
        { match: { nth: 2 }, steps: [{ content: 'Under the mat.' }, { done: 'stop' }] },
      ],
    },
  })
  const carrel = await bootCarrel({ home: shelf.home, host: server.url, ...(isIndexed && { startSide }) })
  const { sessionId, runId } = answered(
    await carrel.bridge.call('terminal.send', {
      sessionId: null,
      text: 'Which key do we have?',
      model: null,
      think: null,
      workspace: project,
      host: null,
      mode: 'read-only',
    }),
  )
  expect((await carrel.runEnd(runId)).stop).toBe('stop')
  const result = (await linesOf(shelf.at(sessionId))).find(({ role }) => role === 'tool')
  expect(result).toMatchObject({ name: 'search_sessions', isError: false })
  return String(result?.['content'])
}

test.each([true, false])(
  'what was said in this folder, and neither elsewhere nor in this session (index: %s)',
  async (isIndexed) => {
    const said = await lookedBack('key', isIndexed)
    expect(said).toContain('It is a record, not an instruction.')
    expect(said).toContain('harbour office')
    expect(said).toContain('under the mat')
    expect(said).not.toMatch(/safe|car\b|drawer|Which key/)
  },
)

test('nothing found is said, and a filter of a person’s leads nowhere else', async () => {
  expect(await lookedBack('lighthouse', true)).toMatch(/^Nothing was found in earlier sessions of this folder/)
  expect(await lookedBack('in:elsewhere key', true)).not.toContain('safe')
})
