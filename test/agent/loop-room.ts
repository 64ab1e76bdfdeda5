// The loop through the real driver over real HTTP: a scripted server, tools that say what was done, and all that is recorded.

import { expect } from 'vitest'
import {
  type AgentEvent,
  type AgentRequest,
  type NewEntry,
  type Outcome,
  runAgent,
} from '../../electron/agent/agent-loop.ts'
import type { Border } from '../../electron/agent/border.ts'
import { toModel } from '../../electron/agent/to-model.ts'
import type { DialectName, Models, Toolbox, ToolOutcome } from '../../electron/contracts.ts'
import { noAnswerChoices } from '../../shared/answers.ts'
import type { TreeRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import type { ToolEffect } from '../../shared/tool.ts'
import { openRoom } from '../models/room.ts'
import type { FakeOllama, Scenario } from '../support/fake-ollama.ts'

export type Given = Record<string, unknown>
type Said = Pick<ToolOutcome, 'content' | 'isError'>
export type Turn = Scenario['turns'][number]
export const calls = (...made: [string, Given?][]) => ({
  tool_calls: made.map(([name, given]) => ({ name, arguments: given ?? {} })),
})
export const turn = (nth: number, ...steps: Turn['steps']): Turn => ({
  match: { nth },
  steps: [...steps, { done: 'stop' }],
})

/** Tools as a test needs them. Each says what was done, in order. */
export function toolbox(
  tools: Record<string, { effect: ToolEffect; run?: (given: Given, signal: AbortSignal) => Promise<Said> }>,
) {
  const done: string[] = []
  const list = Object.keys(tools).map((name) => ({
    name,
    description: `Does ${name}.`,
    // Without a word about properties: whatever is given is taken.
    parameters: { type: 'object' },
  }))
  const box: Toolbox = {
    list: () => list,
    effectOf: (name) => tools[name]?.effect ?? null,
    async run(name, given, signal) {
      const rest = { failure: null, full: null, detail: null, image: null }
      if (!tools[name]) return { ...rest, content: `There is no ${name}.`, isError: true }
      done.push(`${name} begins`)
      const said = await tools[name].run?.({ ...given }, signal)
      done.push(`${name} ends`)
      return { ...rest, ...(said ?? { content: `${name} ${JSON.stringify(given)}`, isError: false }) }
    },
  }
  return { box, done }
}

/** Nobody can be asked: what is in doubt is not done, everything else is. */
export const withoutPerson: Border = {
  permit: async ({ doubts }) =>
    doubts.length === 0
      ? { allow: true, approvalId: null }
      : {
          allow: false,
          content: toModel.nobodyToAsk(doubts),
          failure: { code: 'denied', reason: 'not-allowed' },
        },
  crossed: async () => undefined,
}

export async function go(
  fake: FakeOllama,
  box: Toolbox,
  options: Partial<Pick<AgentRequest, 'path' | 'place' | 'rounds' | 'stop'>> & {
    think?: 'off' | 'low'
    dialect?: DialectName
    border?: Border
    models?: Models
    signal?: AbortSignal
    onRecord?: (entry: NewEntry) => void
    onTold?: (event: AgentEvent) => void
    corrections?: () => Promise<readonly TreeRecord[]>
  } = {},
) {
  const models = options.models ?? openRoom({ host: fake.url }).models
  const entries: NewEntry[] = []
  const told: AgentEvent[] = []
  const question: TreeRecord = { type: 'message', id: 'q', parentId: null, ts: null, role: 'user', content: 'Do it.' }
  const outcome: Outcome = await runAgent(
    {
      models,
      toolbox: box,
      border: options.border ?? withoutPerson,
      async record(entry) {
        entries.push(entry)
        // As session-run completes it, it is a line of the format.
        const place = { id: `e${entries.length}`, parentId: 'q', ts: '2026-11-25T08:00:00.000Z' }
        const { full: _full, ...said } = { full: null, ...entry }
        const completed = { ...said, ...place, ...('role' in entry && entry.role === 'assistant' && { error: null }) }
        expect(writtenRecord.safeParse(completed).error?.issues).toBeUndefined()
        options.onRecord?.(entry)
        return { ...entry, id: `e${entries.length}`, parentId: 'x', ts: null } as TreeRecord
      },
      shorten: async () => undefined,
      compact: async (compaction) => ({ type: 'compaction', id: 'k', parentId: 'x', ...compaction }),
      corrections: options.corrections ?? (async () => []),
      tell(event) {
        told.push(event)
        options.onTold?.(event)
      },
    },
    {
      model: 'gemma4:e4b',
      dialect: options.dialect ?? 'native',
      stop: options.stop ?? [],
      path: options.path ?? [question],
      hidden: [],
      numCtx: 16_384,
      shortened: new Map(),
      place: options.place ?? {
        workspace: null,
        instructions: null,
        ownPrompt: null,
        skills: null,
        pictures: new Map(),
        attached: new Map(),
      },
      seesImages: false,
      compaction: 'automatic',
      think: options.think ?? 'off',
      sampling: noAnswerChoices,
      sessionId: null,
      rounds: options.rounds ?? 25,
    },
    options.signal ?? new AbortController().signal,
  )
  const notices = told.flatMap((event) => (event.type === 'notice' ? [event.code] : []))
  return { outcome, entries, told, notices }
}

export const kinds = (entries: readonly NewEntry[]) =>
  entries.map((entry) =>
    entry.type === 'tool_start' ? 'start' : entry.role === 'assistant' ? 'calls' : `result of ${entry.name}`,
  )
export const results = (entries: readonly NewEntry[]) =>
  entries.flatMap((entry) => (entry.type === 'message' && entry.role === 'tool' ? [entry] : []))
export const shown = (fake: FakeOllama, nth = -1): { role: string; content: string; thinking?: string }[] =>
  Object(fake.chatRequests().at(nth)?.body).messages
