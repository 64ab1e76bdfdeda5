// A long run with tools in the booted app: a folder of files, a model of a small window that reads them one after the other, and
// what the server saw of it.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Input } from '../../shared/ipc.ts'
import type { CompactionChoice } from '../../shared/settings.ts'
import { answered, bootCarrel, type Carrel } from '../support/carrel.ts'
import { commonPrefix } from '../support/fake-ollama/prompt.ts'
import { type FakeOllama, gemma, type Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

export type Turn = Scenario['turns'][number]
export type Made = readonly [name: string, given: Record<string, unknown>]

/** How a model writes its calls. The prompted one says so by having no tools. */
export const dialects = {
  native: {
    capabilities: ['completion', 'tools', 'thinking'],
    steps: (made: readonly Made[]): Turn['steps'] => [
      { tool_calls: made.map(([name, given]) => ({ name, arguments: given })) },
    ],
  },
  prompted: {
    capabilities: ['completion', 'thinking'],
    steps: (made: readonly Made[]): Turn['steps'] => [
      {
        content: made
          .map(([name, given]) => `<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`)
          .join('\n'),
      },
    ],
  },
} as const
export type Dialect = keyof typeof dialects

export const turnOf = (nth: number, ...steps: Turn['steps']): Turn => ({
  match: { nth },
  steps: [...steps, { done: 'stop' }],
})

/** Each round reads one file of several kilobytes, every fifth two of them; the answer after the last closes the turn. */
export function readingRounds(dialect: Dialect, rounds: number): Turn[] {
  const { steps } = dialects[dialect]
  const turns = Array.from({ length: rounds }, (_, at) => {
    const made: Made[] = [['read_file', { path: nameOf(at + 1) }]]
    if (at % 5 === 4) made.push(['read_file', { path: nameOf(at + 1), from_line: 20 }])
    return turnOf(at + 1, { content: `Now ${nameOf(at + 1)}.` }, ...steps(made))
  })
  return [...turns, turnOf(rounds + 1, { content: 'All of it was read.' })]
}

export const nameOf = (nth: number) => `notes/part-${nth}.txt`

/** 2 to 9 kilobytes of prose and code, no two alike. */
export function textOf(nth: number): string {
  const lines = Array.from({ length: 30 + ((nth * 37) % 100) }, (_, at) =>
    at % 3 === 0
      ? `const value_${nth}_${at} = compute(${nth}, ${at}) // Zeile ${at}`
      : `Part ${nth}, line ${at}: the quick brown fox jumps over the lazy dog again.`,
  )
  return `${lines.join('\n')}\n`
}

export interface LongRun {
  server: FakeOllama
  carrel: Carrel
  home: string
  project: string
  sessionFile(sessionId: string): string
}

export async function longRun(
  context: number,
  turns: readonly Turn[],
  dialect: Dialect = 'native',
  compaction: CompactionChoice = 'off',
): Promise<LongRun> {
  const folder = await temporaryFolder()
  const [home, project] = [join(folder, 'home'), join(folder, 'project')]
  for (let nth = 1; nth <= 25; nth += 1) {
    await mkdir(dirname(join(project, nameOf(nth))), { recursive: true })
    await writeFile(join(project, nameOf(nth)), textOf(nth))
  }
  const { capabilities } = dialects[dialect]
  const server = await fakeServer({
    loaded: [],
    models: [{ ...gemma, capabilities, contextLength: context }],
    scenario: { turns: [...turns] },
  })
  const carrel = await bootCarrel({ home, host: server.url })
  answered(await carrel.bridge.call('settings.update', { compaction }))
  return { server, carrel, home, project, sessionFile: (sessionId) => join(home, 'sessions', `${sessionId}.jsonl`) }
}

export const skillBody = 'Every answer names the tide and the hour.'

/** A skill `tides` that is on; written again, its model is shown other words from then on. */
export async function withSkill(run: Pick<LongRun, 'home' | 'carrel'>, body = skillBody): Promise<void> {
  const folder = join(run.home, 'skills', 'tides')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'SKILL.md'), `---\nname: tides\ndescription: How tides are told.\n---\n\n${body}\n`)
  const { skills } = run.carrel.app.services
  const { skills: found } = await skills.rescan(null, new AbortController().signal)
  for (const { name, key, hash } of found) if (name === 'tides') await skills.setEnabled(key, true, hash)
}

/** Hundreds of steps on a busy machine. Milliseconds. */
const longestRun = 240_000

/** Asks in the folder and waits for the end. */
export async function ask(
  { carrel, project }: Pick<LongRun, 'carrel' | 'project'>,
  text: string,
  sessionId: string | null = null,
  more: Partial<Pick<Input<'terminal.send'>, 'think' | 'mode' | 'trustFolder'>> = {},
) {
  const workspace = sessionId === null ? project : null
  const request = {
    sessionId,
    text,
    model: null,
    think: null,
    workspace,
    host: null,
    ...more,
  }
  const sent = answered(await carrel.bridge.call('terminal.send', request))
  return { ...sent, end: await carrel.runEnd(sent.runId, longestRun) }
}

/** How often a prompt did not begin with the one before it: each time the server had to evaluate anew. */
export function rewrites(requests: readonly { prompt: string | null }[]): number {
  const prompts = requests.flatMap(({ prompt }) => prompt ?? [])
  return prompts.filter((prompt, at) => {
    const before = prompts[at - 1]?.replace(/<\|turn>model\n$/, '')
    return before !== undefined && commonPrefix(before, prompt) < before.length
  }).length
}
