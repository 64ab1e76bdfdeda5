// A long session made from a seed: always the same bytes for the same numbers, in the form that is written here.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface BigSession {
  entries: number
  /** Characters of an answer or an output, about. */
  characters?: number
  seed?: number
  /** Words that are said once, in the entry of this number. */
  said?: Readonly<Record<number, string>>
}

const vocabulary =
  'the lamp stands by the window and whoever reads turns a page of the old atlas while rain falls on slate roofs „straße“ café 静か river harbour north wind letter ink paper margin note shelf'.split(
    ' ',
  )

/** Numbers between 0 and 1, always the same ones. */
function numbers(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export const entryIdOf = (index: number) => `01990000-0000-7000-8000-${String(index).padStart(12, '0')}`

/** A question, an answer with a call, its result, an answer; over and over. */
export async function writeBigSession(path: string, { entries, characters = 1_500, seed = 7, said = {} }: BigSession) {
  await mkdir(dirname(path), { recursive: true })
  const random = numbers(seed)
  const words = (length: number) => {
    let text = ''
    while (text.length < length) text += `${vocabulary[Math.floor(random() * vocabulary.length)]} `
    return text.trimEnd()
  }
  const paragraphs = (length: number) => {
    let text = `## ${words(24)}\n\n`
    while (text.length < length) text += `${words(280)}\n\n- ${words(30)}\n- **${words(20)}**\n\n`
    return text
  }
  const out = createWriteStream(path)
  const put = async (line: object) => {
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain')
  }
  await put({
    type: 'session',
    v: 1,
    id: 'big',
    ts: '2026-11-22T08:00:00.000Z',
    app: 'carrel/test',
    workspace: null,
    parentSession: null,
    forkedAt: null,
  })
  for (let index = 0; index < entries; index++) {
    const id = entryIdOf(index)
    const ts = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString()
    const place = { type: 'message', id, parentId: index === 0 ? null : entryIdOf(index - 1), ts }
    const own = said[index] === undefined ? '' : `${said[index]} `
    const kind = index % 4
    if (kind === 0) await put({ ...place, role: 'user', content: `Question ${index / 4}: ${own}${words(120)}` })
    else if (kind === 2) {
      const result = { role: 'tool', callId: `c${index}`, name: 'read_file', content: `${own}${words(characters)}` }
      await put({ ...place, ...result, isError: false, ms: 12 })
    } else {
      const calls = [{ id: `c${index + 1}`, name: 'read_file', arguments: { path: `notes/${index}.txt` } }]
      await put({
        ...place,
        role: 'assistant',
        content: kind === 1 ? own : `${own}${paragraphs(characters)}`,
        ...(kind === 1 && { toolCalls: calls }),
        model: 'gemma4:e4b',
        stop: kind === 1 ? 'tool_calls' : 'stop',
        usage: null,
        error: null,
      })
    }
  }
  out.end()
  await once(out, 'finish')
}
