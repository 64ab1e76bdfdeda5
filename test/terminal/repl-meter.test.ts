// How full the window of the model is, below what is written in the terminal: the same as beside where one writes in the window.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toModel } from '../../electron/agent/to-model.ts'
import { lastCount } from '../../shared/context-count.ts'
import { contextWords } from '../../shared/messages/context.ts'
import { messageRecord } from '../../shared/session.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import type { Scenario } from '../support/fake-ollama.ts'
import { openRepl } from '../support/repl.ts'
import { fakeServer } from '../support/server.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal } from '../support/terminal.ts'
import { noTmux } from '../support/tmux.ts'
import { waitFor } from '../support/wait.ts'

let home: string
let project: string

beforeAll(buildTerminal)
beforeEach(async () => {
  const folder = await temporaryFolder()
  home = join(folder, 'home')
  project = join(folder, 'project')
  await mkdir(project)
  await mkdir(join(home, 'sessions'), { recursive: true })
  const said = 'so it is said of fish. '.repeat(100)
  const usage = { promptTokens: 8_000, outputTokens: 1_000, contextTokens: 9_000, numCtx: 16_384 }
  const entries = [1, 2, 3].flatMap((nth) => [
    message(`q${nth}`, nth === 1 ? null : `a${nth - 1}`, { content: `Question ${nth}: ${said}` }),
    message(`a${nth}`, `q${nth}`, { role: 'assistant', content: `Answer ${nth}: ${said}`, stop: 'stop', usage }),
  ])
  await writeFile(join(home, 'sessions', 'past.jsonl'), toBytes({ ...header, id: 'past' }, ...entries))
})

/** So much was counted with this answer. */
const counting = (contains: string, used: number): Scenario['turns'][number] => ({
  match: { lastRole: 'user', contains },
  steps: [{ content: `Answer to ${contains}.` }, { done: 'stop', prompt_eval_count: used - 24, eval_count: 24 }],
})

describe.skipIf(noTmux !== null)('in a terminal beside a window', () => {
  test('it says what the window says: after an answer, a summary, another model, another session, and when the window has gone', async () => {
    const scenario: Scenario = {
      turns: [
        {
          match: { contains: toModel.summary(0, null).slice(0, 40) },
          steps: [{ content: 'In short.' }, { done: 'stop', prompt_eval_count: 12_000, eval_count: 9 }],
        },
        counting('first', 3_000),
        counting('other', 700),
      ],
      fallback: 'answer',
    }
    const server = await fakeServer({ scenario })
    const carrel = await bootCarrel({ home, host: server.url })
    const { bridge } = carrel
    const repl = await openRepl({ home, host: server.url, cwd: project })
    await repl.waitForScreen('A new session in')
    const say = async (text: string) => {
      await repl.type(text)
      await repl.keys('Enter')
    }
    /** As the chip of the window has it. */
    const inWindow = async (sessionId: string) => {
      const slice = { at: 'end', entryId: null, branch: null } as const
      const { entries } = answered(await bridge.call('sessions.open', { sessionId, slice }))
      const count = lastCount(entries.flatMap((entry) => messageRecord.safeParse(entry).data ?? []))
      return count === null ? null : contextWords.meter(count.used, count.window)
    }
    const below = (screen: string) => screen.split('\n').at(-1) ?? ''
    const waitForMeter = async (meter: string) =>
      await repl.waitFor(`the meter ${meter}`, (shown) => below(shown).endsWith(` · ${meter}`))
    const ask = async (question: string, meter: string) => {
      const before = carrel.pushed('run.ended').length
      await say(question)
      const ended = await waitFor('the end', () => carrel.pushed('run.ended')[before])
      expect(await inWindow(ended.sessionId)).toBe(meter)
      await waitForMeter(meter)
      return ended.sessionId
    }

    await say('/open past')
    await waitForMeter('8.8k of 16k')
    await say('/compact')
    await waitFor('the summary', () => carrel.pushed('run.ended').find(({ purpose }) => purpose === 'summary'))
    await repl.waitForScreen('In short.\n\nTo the model, this stands for the first 2 messages')
    // What it took to summarise is nothing that stands in the window.
    expect(await inWindow('past')).toBe('8.8k of 16k')
    await waitForMeter('8.8k of 16k')

    await ask('first', '2.9k of 16k')

    await say('/new')
    await repl.waitFor('an empty window', (shown) => below(shown).endsWith(' · project'))
    await say('/model qwen3:0.6b')
    await repl.waitForScreen('Model: qwen3:0.6b, from the next question on.')
    const other = await ask('other', '700 of 16k')
    expect(other).not.toBe('past')

    await say('/open past')
    await waitForMeter('2.9k of 16k')
    await say('/model gemma4:e4b')
    await repl.waitForScreen('Model: gemma4:e4b, from the next question on.')
    await waitForMeter('2.9k of 16k')
    await say(`/open ${other}`)
    await waitForMeter('700 of 16k')

    // This terminal has the session now, and shows nothing of it anew.
    await carrel.app.close()
    await repl.waitForScreen('This terminal has them now.')
    await say('/mode')
    await repl.waitForScreen('There are three modes')
    await waitForMeter('700 of 16k')
  })
})
