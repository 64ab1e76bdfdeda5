// Joins lines of a streamed answer that hold nothing but words: the client needs as long for a short line as for a long one.
import { isRecord } from './wire.ts'

/** Fields of a line that are the same in every line or of no meaning to us. */
const quietFields = new Set(['model', 'created_at', 'message', 'done'])
const wordFields = new Set(['role', 'content', 'thinking'])

export interface LineJoiner {
  /** Takes one line, as it was read and as it was written. */
  add(value: Record<string, unknown>, line: string): void
  /** All lines since the last time in their order, each with its line break. */
  take(): string
}

export function createLineJoiner(): LineJoiner {
  let lines = ''
  let thinking = ''
  let content = ''

  function endWords(): void {
    if (thinking === '' && content === '') return
    lines += `${JSON.stringify({ message: { role: 'assistant', content, thinking }, done: false })}\n`
    thinking = ''
    content = ''
  }

  return {
    add(value, line) {
      const words = wordsOf(value)
      if (words === null) {
        endWords()
        lines += `${line}\n`
        return
      }
      // Within a line thinking comes before the words, so thinking after words begins a new line.
      if (words.thinking && content !== '') endWords()
      if (words.thinking) thinking += words.thinking
      if (words.content) content += words.content
    },
    take() {
      endWords()
      const taken = lines
      lines = ''
      return taken
    },
  }
}

/** null for a line that holds anything else, or words that are no text: it is for others to judge. */
function wordsOf(value: Record<string, unknown>): { content?: unknown; thinking?: unknown } | null {
  const { message } = value
  if (!isRecord(message) || value['done'] === true) return null
  for (const name in value) if (!quietFields.has(name)) return null
  for (const name in message) if (!wordFields.has(name)) return null
  return isText(message['content']) && isText(message['thinking']) ? message : null
}

const isText = (words: unknown) => typeof words === 'string' || words === undefined || words === null
