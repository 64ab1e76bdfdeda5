// A data folder with sessions of a test's own, and the engine on it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEngine, type Engine } from '../../electron/services/search/engine.ts'
import type { SearchQuery } from '../../shared/search.ts'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

export interface Library {
  home: string
  /** Path of a session's file. */
  at(sid: string, isArchived?: boolean): string
  write(sid: string, ...lines: (Line | string)[]): Promise<void>
}

export async function library(): Promise<Library> {
  const home = await temporaryFolder()
  await mkdir(join(home, 'sessions'), { recursive: true })
  const at = (sid: string, isArchived = false) => join(home, 'sessions', `${sid}.jsonl${isArchived ? '.archived' : ''}`)
  return { home, at, write: async (sid, ...lines) => await writeFile(at(sid), toBytes(...lines)) }
}

/** An engine that has read everything there is. Closed when the test is over. */
export async function engineOn({ home }: Library, log: (line: string) => void = failing): Promise<Engine> {
  const engine = createEngine({ home, onStatus: () => undefined, log })
  onTestFinished(() => engine.close())
  engine.sweep()
  await engine.settled()
  return engine
}

const failing = (line: string) => {
  throw new Error(line)
}

/** `session/entry` of everything that is found, the best first. */
export async function found(engine: Engine, text: string, more: Partial<SearchQuery> = {}): Promise<string[]> {
  const { hits, match } = await engine.query({ text, ...more }, new AbortController().signal)
  const how = match === 'all' ? '' : `${match} `
  return hits.map(({ sessionId, entryId }) => `${how}${sessionId}/${entryId ?? 'title'}`)
}

/** A question and its answer. */
export function talk(question: string, answer: string): Line[] {
  return [
    header,
    message('q1', null, { content: question }),
    message('a1', 'q1', {
      role: 'assistant',
      content: answer,
      model: 'gemma4:e4b',
      stop: 'stop',
      usage: null,
      error: null,
    }),
  ]
}
