// Records of runs with tools, as another front has written them: for what the window shows of them.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { header, type Line, toBytes } from './session-lines.ts'

export const call = (id: string, name: string, given: object) => ({ id, name, arguments: given })

/** Records of one turn, each the child of the one before. */
export function turn(...lines: Line[]): Line[] {
  let parentId: string | null = null
  return lines.map((line, index) => {
    const { id = `r${index}`, ...rest } = line
    const placed = { type: 'message', id, parentId, ts: '2026-11-22T08:00:01.000Z', ...rest }
    parentId = String(id)
    return placed
  })
}

export const asked = (content: string) => ({ role: 'user', content })

export const calling = (toolCalls: object[], content = '') => ({
  role: 'assistant',
  content,
  toolCalls,
  stop: 'tool_calls',
  usage: null,
  error: null,
})

export const result = (callId: string, name: string, content: string, more: Line = {}) => ({
  role: 'tool',
  callId,
  name,
  content,
  isError: false,
  ms: 40,
  ...more,
})

export const said = (content: string, more: Line = {}) => ({
  role: 'assistant',
  content,
  model: 'gemma4:e4b',
  stop: 'stop',
  usage: null,
  error: null,
  ...more,
})

export async function writeSession(home: string, session: { id: string; workspace: string }, lines: readonly Line[]) {
  await mkdir(join(home, 'sessions'), { recursive: true })
  await writeFile(join(home, 'sessions', `${session.id}.jsonl`), toBytes({ ...header, ...session }, ...lines))
}

/** Keeps bytes or a text beside the sessions; what a record says of it. */
export async function writeBlob(home: string, content: string | Buffer) {
  const hex = createHash('sha256').update(content).digest('hex')
  await mkdir(join(home, 'blobs', hex.slice(0, 2)), { recursive: true })
  await writeFile(join(home, 'blobs', hex.slice(0, 2), hex), content)
  return { blob: `sha256:${hex}`, bytes: Buffer.byteLength(content) }
}
