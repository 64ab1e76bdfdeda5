// Texts of the fake models: how they are cut into tokens, a long deterministic one, and a short useful answer.
import type { Chunking, Step } from './scenario.ts'

/** Never cuts a character in two: that is the wire's business, not the line's. */
export function cutText(text: string, chunk: Chunking): string[] {
  if (chunk === 'whole') return text === '' ? [] : [text]
  if (chunk === 'line') return text.match(/[^\n]*\n|[^\n]+$/gu) ?? []
  const characters = Array.from(text)
  if (chunk === 'char') return characters
  const pieces: string[] = []
  for (let start = 0; start < characters.length; start += 4) pieces.push(characters.slice(start, start + 4).join(''))
  return pieces
}

const words = [
  'carrel',
  'desk',
  'quiet',
  'page',
  'Lesesaal',
  'straße',
  'книга',
  '静か',
  'café',
  '📚',
  '**bold**',
  '`code`',
]

/** Token number `index` of the long text; every one is different, so that a lost or doubled one shows. */
export function streamedToken(index: number): string {
  const word = words[(index * 7 + (index >> 3)) % words.length] ?? ''
  return `${word}${index}${index % 40 === 39 ? '.\n\n' : ' '}`
}

/** What a `stream` step of this many tokens writes in all. */
export function streamedText(tokens: number): string {
  let text = ''
  for (let index = 0; index < tokens; index += 1) text += streamedToken(index)
  return text
}

/** The answer of a server without a scenario: short, in Markdown, about the question. */
export function usualAnswer(question: string, think: boolean, model: string): Step[] {
  const asked = question.trim().split('\n')[0] ?? ''
  const quoted = asked.length > 200 ? `${asked.slice(0, 200)}…` : asked
  const answer = [
    `You asked: *${quoted || 'nothing yet'}*`,
    '',
    `I am **${model}** on a fake Ollama server, so this is a rehearsed answer. Everything around it is real:`,
    '',
    '1. your question went over HTTP to the address in Settings,',
    '2. this text came back token by token,',
    '3. both are in a file in your data folder.',
    '',
    '```ts',
    'const answer = await carrel.ask(question)',
    '```',
    '',
    'Start a real server with `ollama serve` and ask again.',
    '',
  ].join('\n')
  const thought = 'The person asks something. I say what I am, and show that the way to me works.'
  return [
    ...(think ? [{ thinking: thought, chunk: 'token', delayMs: 4 } as const] : []),
    { content: answer, chunk: 'token', delayMs: 4 },
    { done: 'stop' },
  ]
}
