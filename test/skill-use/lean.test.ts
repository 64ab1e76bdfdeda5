// What comes with Carrel costs little: a plain request stays small with all of it on.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { skillTool } from '../../shared/tool.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { nobodysFolder } from '../tools/as-nobody.ts'

const bundled = join(import.meta.dirname, '..', '..', 'skills')
/** Of the system prompt and what is told of the tools, as JSON. */
const mostCharacters = 6_000

test.each(['native', 'prompted'] as const)(
  'system prompt and tools of a plain run in a folder are under 6,000 characters, the bundled skills among them: %s',
  async (dialect) => {
    const folder = await nobodysFolder()
    const project = join(folder, 'project')
    await mkdir(project)
    const server = await fakeServer({ scenario: steps({ content: 'Hi' }, { done: 'stop' }) })
    const places = { home: join(folder, 'home'), personHome: join(folder, 'person'), skillsFolder: bundled }
    const carrel = await bootCarrel({ ...places, host: server.url })
    const wish = { sessionId: null, text: 'Hi', model: null, think: null, workspace: project, host: null, dialect }
    const { runId } = answered(await carrel.bridge.call('terminal.send', wish))
    await carrel.runEnd(runId)
    const { messages, tools = [] } = Object(server.chatRequests().at(-1)?.body)
    // All of them are offered, or it would be easy.
    const told = dialect === 'native' ? JSON.stringify(tools) : messages[0].content
    for (const name of ['read_file', skillTool, 'run_command', 'search_sessions']) expect(told).toContain(`"${name}"`)
    expect(messages[0].content).toContain('\n- write-a-skill: ')
    expect(messages[0].content.length + JSON.stringify(tools).length).toBeLessThan(mostCharacters)
  },
)
