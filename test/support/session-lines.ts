// Lines of session files for tests, and reading a file back as records.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export type Line = Record<string, unknown>

export const header: Line = {
  type: 'session',
  v: 1,
  id: '01990000-0000-7000-8000-000000000000',
  ts: '2026-11-22T08:00:00.000Z',
}

export function message(id: string, parentId: string | null, more: Line = {}): Line {
  const said = { role: 'user', content: `words of ${id}`, ...more }
  return { type: 'message', id, parentId, ts: '2026-11-22T08:00:01.000Z', ...said }
}

/** A conversation of so many messages, each the child of the one before. */
export function conversation(count: number): Line[] {
  const lines = [header]
  for (let index = 0; index < count; index++) {
    const role = index % 2 === 0 ? 'user' : 'assistant'
    const content = `Nachricht ${index}: „straße“ 静か 📚 ${'x'.repeat(index % 7)}`
    // Ids as far from one another as real ones: no single damaged byte makes one of another.
    const id = createHash('sha256').update(`message ${index}`).digest('hex')
    lines.push(message(id, parentOf(lines), { role, content }))
  }
  return lines
}

function parentOf(lines: readonly Line[]): string | null {
  const last = lines.at(-1)
  return last?.['type'] === 'message' && typeof last['id'] === 'string' ? last['id'] : null
}

/** A string stands for a line that is no JSON. */
export function toBytes(...lines: (Line | string)[]): Buffer {
  return Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
}

/** Every line of a file as JSON; fails at a line that is none. */
export async function linesOf(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
}
