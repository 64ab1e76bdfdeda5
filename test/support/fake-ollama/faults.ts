// Everything that can go wrong on purpose, by name. A plain name takes the values in the comments.
import { z } from 'zod'

const names = [
  /** Instead of an answer: a page of a proxy with status 502. */
  'status',
  /** Instead of an answer: the queue is full. */
  'queue503',
  /** The runner has died: an error line, or status 500 when nothing was sent yet. */
  'errorLine',
  /** An error line with JSON inside its text. */
  'errorLineEscapedJson',
  'endWithoutDone',
  /** The connection breaks here. With `{ reset: … }`: in the middle of a line, or some bytes later. */
  'reset',
  /** The server closes its side in the middle of the answer. */
  'halfClose',
  /** Nothing more, and no end: no headers, when nothing was sent yet. */
  'hang',
  /** Two seconds before the first line. */
  'slowFirstToken',
  'invalidJsonLine',
  /** Half a line, and the end of the answer. */
  'cutLine',
  'nullLine',
  'blankLines',
  /** From here on lines end with CR LF. */
  'crlf',
  /** A line of five megabytes. */
  'giantLine',
  /** A line that is cut inside its characters. */
  'splitUtf8',
  /** A byte order mark. */
  'bom',
  'loneSurrogateEscape',
  /** The last line comes twice. */
  'dupDone',
  /** A line after the last line. */
  'dataAfterDone',
  'missingMessage',
  /** Calls from here on come in the last line, as with a native template. */
  'toolCallInDoneLine',
  /** Calls from here on have no id. */
  'toolCallNoId',
  /** Calls from here on have the same id. */
  'dupIds',
  /** Arguments of calls from here on are text. */
  'argsAsString',
  'nullArgs',
  /** A call of a tool nobody offered. */
  'unknownTool',
  /** The end without a word: what is left of a call that gemma4's parser dropped. */
  'emptyTurn',
  /** The budget went into thinking. */
  'lengthEmptyThinking',
  'thinkingAfterContent',
  /** One token thirty times, and an end without `done`. */
  'repeatLoop',
  /** This answer goes on; the next request is told that there is no such model. */
  'modelVanishes',
  /** Nobody listens any more. What is open stays open. */
  'refuse',
  /** All connections break; half a second later it listens again on the same port. */
  'restart',
  /** A pull that cannot find its manifest. */
  'pullError',
  /** A pull that goes half way and then says nothing more. */
  'pullStall',
  'pullDigestMismatch',
  /** Answers as before 2026: no capabilities, no context length. */
  'versionOld',
] as const

const statusFault = z.strictObject({
  status: z.number().int(),
  /** What is no text goes out as JSON. */
  body: z.unknown().optional(),
  contentType: z.string().optional(),
  location: z.string().optional(),
})

export const fault = z.union([
  z.enum(names),
  statusFault,
  z.strictObject({ errorLine: z.unknown() }),
  z.strictObject({
    reset: z.union([z.enum(['beforeHeaders', 'midLine']), z.strictObject({ afterBytes: z.number() })]),
  }),
  z.strictObject({ slowFirstToken: z.number() }),
  z.strictObject({
    giantLine: z.strictObject({ megabytes: z.number(), as: z.enum(['content', 'thinking', 'toolCall']) }),
  }),
  z.strictObject({ splitUtf8: z.string() }),
  z.strictObject({ unknownTool: z.string() }),
  z.strictObject({ repeatLoop: z.string() }),
  z.strictObject({ restart: z.number() }),
  z.strictObject({ pullError: z.string() }),
])
export type Fault = z.infer<typeof fault>
export type FaultName = (typeof names)[number]
export const faultNames: readonly FaultName[] = names

export function nameOf(one: Fault): FaultName {
  if (typeof one === 'string') return one
  return names.find((name) => name in one) ?? 'status'
}

/** The value that was given with the name; undefined for a plain name. */
export function parameterOf<Name extends string>(one: Fault, name: Name): unknown {
  return typeof one === 'object' && name in one ? Object(one)[name] : undefined
}

const routeFaults: readonly FaultName[] = [
  'status',
  'queue503',
  'reset',
  'halfClose',
  'hang',
  'slowFirstToken',
  'refuse',
  'restart',
  'modelVanishes',
  'versionOld',
  'endWithoutDone',
  'invalidJsonLine',
  'nullLine',
  'blankLines',
]

/** Whether a rule for this path can have this fault; the others need an answer of a model, or a pull. */
export function fitsRoute(path: string, one: Fault): boolean {
  const name = nameOf(one)
  if (name.startsWith('pull')) return path === '/api/pull'
  return path === '/api/chat' || path === '/api/generate' || routeFaults.includes(name)
}
