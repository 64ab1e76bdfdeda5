// Skills in the data folder of a booted Carrel, a server that plays a model, and what was asked and recorded.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Input } from '../../shared/ipc.ts'
import { answered, bootCarrel, type Carrel } from '../support/carrel.ts'
import type { FakeOllama, FakeOllamaOptions, Scenario } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { type Line, linesOf } from '../support/session-lines.ts'
import { nobodysFolder } from '../tools/as-nobody.ts'

export const call = (name: string, given: Record<string, unknown>) => ({ tool_calls: [{ name, arguments: given }] })
/** As a model without native calls writes it. */
export const asText = (name: string, given: Record<string, unknown>) => ({
  content: `\n<tool_call>\n${JSON.stringify({ name, arguments: given })}\n</tool_call>`,
})
export const turn = (nth: number, ...steps: Scenario['turns'][number]['steps']) => ({
  match: { nth },
  steps: [...steps, { done: 'stop' as const }],
})

export const skillText = (name: string, more: { description?: string; body?: string; front?: string } = {}) => {
  const { description = `What ${name} does, and when it is used.`, body = `# ${name}\n\nDo it so.`, front = '' } = more
  return `---\nname: ${name}\ndescription: ${description}\n${front}---\n${body}\n`
}

type Shown = { role: string; content: string; tool_name?: string }

export async function openSkillRoom(options: FakeOllamaOptions = {}) {
  // Commands run as nobody, who has to find the way to a skill's folder.
  const folder = await nobodysFolder()
  const home = join(folder, 'data')
  const project = join(folder, 'project')
  await mkdir(project)
  const server: FakeOllama = await fakeServer(options)
  let carrel: Carrel | null = null

  async function put(path: string, text: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { mode })
  }

  async function booted(): Promise<Carrel> {
    carrel ??= await bootCarrel({ home, host: server.url, personHome: join(folder, 'person') })
    return carrel
  }

  async function send(text: string, more: Partial<Input<'terminal.send'>> = {}) {
    const { bridge, runEnd } = await booted()
    const usual = { sessionId: null, model: null, think: null, workspace: null, host: null }
    const sent = answered(await bridge.call('terminal.send', { ...usual, text, ...more }))
    return { ...sent, end: await runEnd.call(carrel, sent.runId) }
  }

  const requests = () => server.chatRequests().map(({ body }) => Object(body))
  return {
    folder,
    home,
    project,
    server,
    booted,
    put,
    /** A skill of the person's own, which is not on yet. Answers its folder. */
    async skill(name: string, more: Parameters<typeof skillText>[1] & { files?: Record<string, string> } = {}) {
      await put(`data/skills/${name}/SKILL.md`, skillText(name, more))
      for (const [path, text] of Object.entries(more.files ?? {})) {
        await put(`data/skills/${name}/${path}`, text, path.endsWith('.sh') ? 0o755 : 0o644)
      }
      return join(home, 'skills', name)
    },
    /** Says yes to what lies there now. */
    async switchOn(...names: string[]) {
      const { skills } = (await booted()).app.services
      const { skills: found } = await skills.rescan(null, new AbortController().signal)
      for (const one of found) if (names.includes(one.name)) await skills.setEnabled(one.key, true, one.hash)
    },
    async switchOff(name: string) {
      const { skills } = (await booted()).app.services
      const { skills: found } = await skills.rescan(null, new AbortController().signal)
      const one = found.find((skill) => skill.name === name)
      if (one) await skills.setEnabled(one.key, false, one.hash)
    },
    send,
    requests,
    shown: (nth = -1): Shown[] => requests().at(nth).messages,
    toolNames: (nth = -1): string[] =>
      (requests().at(nth).tools ?? []).map((tool: { function: { name: string } }) => tool.function.name),
    records: async (sessionId: string): Promise<Line[]> => await linesOf(join(home, 'sessions', `${sessionId}.jsonl`)),
    notices: () => carrel?.pushed('run.notice').map(({ code }) => code) ?? [],
  }
}

export const ofSkills = (lines: readonly Line[]) => lines.filter(({ type }) => type === 'skill')
