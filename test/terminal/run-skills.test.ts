// `carrel run` and skills: offered unless it is said otherwise, and used directly by a question that begins with /name.
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { skillTool } from '../../shared/tool.ts'
import { gemma, steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminalWithSkills, runTerminal } from '../support/terminal.ts'

beforeAll(buildTerminalWithSkills)

async function run(...words: string[]) {
  const home = join(await temporaryFolder(), 'home')
  const server = await fakeServer({ loaded: [gemma.name], scenario: steps({ content: 'Done.' }, { done: 'stop' }) })
  const ended = await runTerminal({ arguments: ['--home', home, '--host', server.url, 'run', '--json', ...words] })
  const { messages = [], tools = [] } = Object(server.chatRequests().at(-1)?.body)
  const names = tools.map((tool: { function: { name: string } }) => tool.function.name)
  return { ended, messages, names }
}

test('what comes with Carrel is offered, with --skills on as without it', async () => {
  for (const more of [[], ['--skills', 'on']]) {
    const { ended, messages, names } = await run(...more, 'Hello')
    expect(ended.code).toBe(0)
    expect(messages[0].content).toContain('\n- plain-notes: ')
    expect(names).toContain(skillTool)
  }
})

test('with --skills off nothing is offered, and a name is only a word', async () => {
  const { ended, messages, names } = await run('--skills', 'off', '/plain-notes Tidy')
  expect(ended.code).toBe(0)
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user'])
  expect(messages[0].content).not.toContain('plain-notes')
  expect(names).toEqual([])
})

test('a question that begins with /name uses that skill before the model is asked, and the lines say so', async () => {
  const { ended, messages } = await run('/plain-notes Tidy')
  expect(ended.code).toBe(0)
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
  expect(messages[3].content).toContain('<skill name="plain-notes"')
  const lines = ended.lines()
  expect(lines.find(({ type }) => type === 'tool_call')).toMatchObject({
    name: skillTool,
    arguments: { name: 'plain-notes' },
  })
  expect(lines.find(({ type }) => type === 'tool_result')).toMatchObject({ isError: false })
  expect(lines.at(-1)).toMatchObject({ type: 'end', stop: 'stop', text: 'Done.', rounds: 2 })
})

test('any other word is wrong usage', async () => {
  const { ended } = await run('--skills', 'maybe', 'Hello')
  expect(ended.code).toBe(2)
})
