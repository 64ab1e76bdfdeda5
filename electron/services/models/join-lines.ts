// Joins lines of a streamed answer that hold nothing but words: the client needs as long for a short line as for a long one.
import { isRecord, parseJson } from './wire.ts'

/** Fields of a line that are the same in every line or of no meaning to us. */
const quietFields = new Set(['model', 'created_at', 'message', 'done'])
const wordFields = new Set(['role', 'content', 'thinking'])

export interface Words {
  content?: unknown
  thinking?: unknown
}

/** As Ollama writes nearly every line, with nothing in it that would have to be looked up: names without escapes, texts as in JSON. */
const text = String.raw`"((?:[^"\\\x00-\x1f]|\\.)*)"`
const name = String.raw`"[^"\\\x00-\x1f]*"`
const usual = new RegExp(
  `^\\{"model":${name},"created_at":${name},"message":\\{"role":"assistant","content":${text}(?:,"thinking":${text})?\\},"done":false\\}$`,
)

/** A token is short; what is longer is parsed, whatever a pattern would make of it. Characters. */
const longest = 4_096

/**
 * What is said in a line that looks as nearly all do; null for any other, and for one whose texts are none. Takes an eighth of the time
 * that parsing does, which is most of what a token costs.
 */
export function wordsIn(line: string): Words | null {
  const found = line.length > longest ? null : usual.exec(line)
  if (!found) return null
  const content = unescaped(found[1] ?? '')
  const thinking = unescaped(found[2] ?? '')
  return content === undefined || thinking === undefined ? null : { content, thinking }
}

function unescaped(inner: string): unknown {
  return inner.includes('\\') ? parseJson(`"${inner}"`) : inner
}

export interface LineJoiner {
  /** Takes what is said in one line. */
  addWords(words: Words): void
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
    addWords(words) {
      // Within a line thinking comes before the words, so thinking after words begins a new line.
      if (words.thinking && content !== '') endWords()
      if (words.thinking) thinking += words.thinking
      if (words.content) content += words.content
    },
    add(value, line) {
      const words = wordsOf(value)
      if (words !== null) return this.addWords(words)
      endWords()
      lines += `${line}\n`
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
function wordsOf(value: Record<string, unknown>): Words | null {
  const { message } = value
  if (!isRecord(message) || value['done'] === true) return null
  for (const name in value) if (!quietFields.has(name)) return null
  for (const name in message) if (!wordFields.has(name)) return null
  return isText(message['content']) && isText(message['thinking']) ? message : null
}

const isText = (words: unknown) => typeof words === 'string' || words === undefined || words === null
