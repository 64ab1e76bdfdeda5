// A long history, made from a seed: sessions as Carrel writes them, a tenth of them in Chinese, with calls, results and approvals.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface HistoryOptions {
  /** The data folder. */
  home: string
  sessions: number
  /** Messages of all sessions together. */
  messages: number
  seed?: number
}

/** A small generator of numbers that is the same everywhere (mulberry32): from 0 up to 1. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const syllables = 'ba ke lo mi nu ra se ti vo za che dri fla gro pli sta tra ven wor qui'.split(' ')
const han =
  '的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经'
/** In about every third message; the others are rarer and rarer. */
const common = 'the and file you time error with this run test'.split(' ')

/** Words as in a language: few are everywhere, most are rare. */
/** The words of a history of this seed, the commonest first. */
export function vocabularyOf(seed: number): string[] {
  return vocabulary(numbersFrom(seed))
}

function vocabulary(next: () => number): string[] {
  const words = [...common]
  while (words.length < 40_000) {
    const length = 2 + Math.floor(next() * 3)
    let word = ''
    for (let count = 0; count < length; count++) word += syllables[Math.floor(next() * syllables.length)]
    words.push(word)
  }
  return words
}

export interface Writer {
  /** The next lines of a conversation: so many messages, each behind the one before. */
  lines(count: number): string
}

/** Lines of one session after another; the same for the same seed. */
export function historyWriter(seed = 1): (sessionId: string, begins: number) => Writer {
  const next = numbersFrom(seed)
  const words = vocabulary(next)
  const pick = () => words[Math.min(words.length - 1, Math.floor(words.length * next() ** 4))] ?? 'the'
  const id = (prefix: string, count: number) =>
    `${prefix}-${count.toString(36)}-${Math.floor(next() * 2 ** 32).toString(16)}`

  function text(long: number): string {
    if (next() < 0.1) {
      let made = ''
      for (let count = 0; count < long * 2; count++) {
        made += han[Math.floor(next() * han.length)]
        if (next() < 0.06) made += '，'
      }
      return `${made}。${pick()}`
    }
    const made: string[] = []
    for (let count = 0; count < long; count++) made.push(pick())
    return `${made.join(' ')}.`
  }

  return (sessionId, begins) => {
    let count = 0
    let parentId: string | null = null
    let time = begins
    const stamp = () => {
      time += 2_000 + Math.floor(next() * 40_000)
      return new Date(time).toISOString()
    }
    const write = (record: Record<string, unknown>) => `${JSON.stringify(record)}\n`
    const node = (prefix: string) => {
      const made = { id: id(prefix, count++), parentId, ts: stamp() }
      parentId = made.id
      return made
    }
    const message = (prefix: string, more: Record<string, unknown>) =>
      write({ type: 'message', ...node(prefix), ...more })
    const answer = (content: string, more: Record<string, unknown>) =>
      message('a', {
        role: 'assistant',
        content,
        model: 'gemma4:e4b',
        dialect: 'native',
        usage: null,
        error: null,
        ...more,
      })
    let isOpen = false
    return {
      lines(wanted) {
        let made = ''
        if (!isOpen) {
          const workspace = `/home/someone/${words[20 + Math.floor(next() * 40)]}`
          made += write({
            type: 'session',
            v: 1,
            id: sessionId,
            ts: stamp(),
            app: 'carrel/0.1.0',
            workspace,
            parentSession: null,
            forkedAt: null,
          })
          isOpen = true
        }
        for (let done = 0; done < wanted; ) {
          made += message('q', { role: 'user', content: text(6 + Math.floor(next() * 40)) })
          done += 1
          if (next() < 0.4 && wanted - done >= 3) {
            const callId = id('c', count)
            const command = `${pick()} --${pick()} ${pick()}/${pick()}.ts`
            made += answer('', {
              toolCalls: [{ id: callId, name: 'run_command', arguments: { command } }],
              stop: 'tool_calls',
            })
            made += write({ type: 'approval', ...node('p'), callId, decision: 'allow', scope: 'once', by: 'user' })
            made += write({ type: 'tool_start', ...node('s'), callId })
            made += message('t', {
              role: 'tool',
              callId,
              name: 'run_command',
              content: text(40 + Math.floor(next() * 200)),
              isError: false,
              ms: 120,
              exit: 0,
            })
            done += 2
          }
          if (done < wanted) {
            made += answer(text(40 + Math.floor(next() * 160)), { stop: 'stop' })
            done += 1
          }
        }
        return made
      },
    }
  }
}

/** Writes the history and answers its bytes. The first session is the oldest. */
export function writeHistory({ home, sessions, messages, seed = 1 }: HistoryOptions): number {
  const folder = join(home, 'sessions')
  mkdirSync(folder, { recursive: true })
  const writer = historyWriter(seed)
  const each = Math.floor(messages / sessions)
  let bytes = 0
  for (let count = 0; count < sessions; count++) {
    const sessionId = `history-${count}`
    const text = writer(sessionId, Date.UTC(2025, 0, 1) + count * 36_000_00).lines(each)
    writeFileSync(join(folder, `${sessionId}.jsonl${count % 5 === 4 ? '.archived' : ''}`), text)
    bytes += Buffer.byteLength(text)
  }
  return bytes
}

/** A single long session. Answers its bytes. */
export function writeLongSession(home: string, sessionId: string, entries: number, seed = 2): number {
  const folder = join(home, 'sessions')
  mkdirSync(folder, { recursive: true })
  const writer = historyWriter(seed)(sessionId, Date.UTC(2026, 0, 1))
  const text = writer.lines(entries)
  writeFileSync(join(folder, `${sessionId}.jsonl`), text)
  return Buffer.byteLength(text)
}
