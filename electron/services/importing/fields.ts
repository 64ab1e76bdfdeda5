// Looking into a line of somebody else's: whatever it is, it is taken for what it should be, or for nothing.
import { depthLimit } from '../../../shared/spilled.ts'

export type Fields = Readonly<Record<string, unknown>>

const none: Fields = {}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : none)
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}

/** Arguments of a call: an object, or the JSON text of one. Anything else is kept as the text it is. */
export function argumentsOf(value: unknown): Record<string, unknown> {
  const read = typeof value === 'string' ? parsed(value) : value
  if (isFields(read) && !isDeep(read)) return { ...read }
  if (value === undefined || value === null || value === '') return {}
  return { input: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Room for what a record has around it. */
const deepest = depthLimit - 16

function isDeep(value: unknown, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth > deepest || Object.values(value).some((one) => isDeep(one, depth + 1))
}

export interface Blocks {
  /** All texts, one paragraph each. */
  text: string
  /** Pictures, documents and the like. */
  attachments: number
  /** Blocks of no known kind. */
  unknown: number
}

/** What is said in a content that is a text or a list of blocks. */
export function blocksOf(content: unknown): Blocks {
  const found: Blocks = { text: '', attachments: 0, unknown: 0 }
  if (typeof content === 'string') return { ...found, text: content }
  const texts: string[] = []
  for (const block of listOf(content)) {
    const { type, text } = fieldsOf(block)
    if (typeof text === 'string' && textTypes.has(type)) texts.push(text)
    else if (attachmentTypes.has(type)) found.attachments++
    else found.unknown++
  }
  return { ...found, text: texts.join('\n\n') }
}

const textTypes = new Set<unknown>(['text', 'input_text', 'output_text', 'summary_text', 'reasoning_text'])
const attachmentTypes = new Set<unknown>(['image', 'input_image', 'input_file', 'document', 'audio', 'input_audio'])
