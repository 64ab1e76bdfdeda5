// The words that turn text of a model into something else: where calls, thinking and invented results begin and end.
// Sources: Ollama's parsers (qwen3, qwen3-coder, gemma4, functiongemma, harmony, llama, mistral), Qwen-Agent, Cherry Studio.
import type { Tools } from './call-shapes.ts'

/** What may open a call. */
export interface Opener {
  kind: 'open'
  text: string
  closers: readonly string[]
  /** Counts only as the first thing of a line. */
  lineStart?: true
  /** What encloses raw text in a body of the form `call:NAME{…}`. */
  delimiter: string
  /** The opener says the tool's name, so that it belongs to the body. */
  inBody?: true
  pythonic?: true
  /** The tool's name stood before the body, which has its arguments only. */
  name?: string
  /** Has no closing tag as a rule; prose may follow its calls. */
  ignoreTail?: true
}

export type Marker =
  | Opener
  /** Thinking until the closer. gemma4 begins it with the word `thought`. */
  | { kind: 'think'; text: string; closer: string; label?: string }
  /** The end of thinking whose beginning was never written: everything before it was thinking. */
  | { kind: 'think-end'; text: string }
  /** Nothing to anybody. */
  | { kind: 'stray'; text: string; inHarmony?: true }
  /** gpt-oss: what comes until `<|message|>` says what the message is. */
  | { kind: 'header'; text: string }
  /** The end of a call that is over already. Without a call before it, it is text. */
  | { kind: 'closer'; text: string; afterCall: true }
  /** The model answers in the place of the tool. */
  | { kind: 'result'; text: string; lineStart?: true; afterCall?: true }

const gemmaDelimiter = '<|"|>'
const tag = (name: string): Opener => ({
  kind: 'open',
  text: `<${name}>`,
  closers: [`</${name}>`],
  delimiter: gemmaDelimiter,
})

const openers: readonly Opener[] = [
  tag('tool_call'),
  tag('tool_use'),
  tag('function_call'),
  tag('toolcall'),
  { kind: 'open', text: '[TOOL_CALL]', closers: ['[/TOOL_CALL]'], delimiter: gemmaDelimiter },
  { kind: 'open', text: '<|tool_call>', closers: ['<tool_call|>'], delimiter: gemmaDelimiter },
  { kind: 'open', text: '<start_function_call>', closers: ['<end_function_call>'], delimiter: '<escape>' },
  ...['[TOOL_CALLS]', '<|python_tag|>'].map(
    (text): Opener => ({
      kind: 'open',
      text,
      // End-of-turn tokens of the same families, where a server lets them through.
      closers: ['</s>', '<|eom_id|>', '<|eot_id|>'],
      lineStart: true,
      delimiter: gemmaDelimiter,
      pythonic: true,
      ignoreTail: true,
    }),
  ),
]

const others: readonly Marker[] = [
  { kind: 'think', text: '<think>', closer: '</think>' },
  { kind: 'think', text: '<|channel>', closer: '<channel|>', label: 'thought' },
  { kind: 'think-end', text: '</think>' },
  // gemma4 writes one after a call now and then (ollama issue 15943).
  { kind: 'stray', text: '<channel|>' },
  ...['<|start|>assistant', '<|channel|>'].map((text): Marker => ({ kind: 'header', text })),
  ...['<|end|>', '<|return|>', '<|call|>', '<|message|>'].map(
    (text): Marker => ({ kind: 'stray', text, inHarmony: true }),
  ),
  ...['<tool_result', '<tool_response', '<|tool_response>', '<tool_use_result'].map(
    (text): Marker => ({ kind: 'result', text }),
  ),
  // ReAct's habit. A line of prose may begin with this word, too, unless a call came before it.
  { kind: 'result', text: 'Observation:', lineStart: true, afterCall: true },
  ...[...new Set(openers.flatMap(({ closers }) => closers)), '</function>'].map(
    (text): Marker => ({ kind: 'closer', text, afterCall: true }),
  ),
]

export const callFences: readonly string[] = ['tool_call', 'tool_use', 'tool_code']
/** Fences in which a tag that is their first content is meant as a call. */
export const plainFences: readonly string[] = ['', 'json', 'xml']

export const fenceOpener: Opener = {
  kind: 'open',
  text: '',
  closers: [],
  delimiter: gemmaDelimiter,
  pythonic: true,
}

/** `<|channel|>commentary to=functions.NAME <|constrain|>json<|message|>{…}<|call|>`: the body of the call. */
export function harmonyOpener(name: string): Opener {
  return { kind: 'open', text: '', closers: ['<|call|>'], delimiter: gemmaDelimiter, name }
}

/** Every marker, with one `<function=NAME>` for each tool there is. No marker is the beginning of another one. */
export function markersFor(tools: Tools): Marker[] {
  const functions = [...tools.keys()].map(
    (name): Opener => ({
      kind: 'open',
      text: `<function=${name}>`,
      closers: ['</function>'],
      delimiter: gemmaDelimiter,
      inBody: true,
    }),
  )
  return [...openers, ...functions, ...others]
}

export interface Place {
  lineStart: boolean
  afterCall: boolean
  /** The answer has shown to be gpt-oss's form, so that its tokens are none of the text. */
  inHarmony: boolean
}

/** `partial`: the text ends in what may become a marker. */
export type Match = Marker | 'partial' | null

/** Answers what stands at a place of a text. Costs next to nothing where no marker can begin. */
export function createMatcher<One extends Marker>(
  markers: readonly One[],
): (text: string, at: number, place: Place) => One | 'partial' | null {
  // By the first character for the end of a text, by the first two for everywhere else.
  const byBeginning = new Map<string, One[]>()
  for (const marker of markers) {
    for (const length of [1, 2]) {
      const beginning = marker.text.slice(0, length)
      byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), marker])
    }
  }
  return (text, at, place) => {
    const candidates = byBeginning.get(text.slice(at, at + 2))
    if (!candidates) return null
    const left = text.length - at
    let isPartial = false
    for (const marker of candidates) {
      if ('lineStart' in marker && marker.lineStart && !place.lineStart) continue
      if ('afterCall' in marker && marker.afterCall && !place.afterCall) continue
      if ('inHarmony' in marker && marker.inHarmony && !place.inHarmony) continue
      if (text.startsWith(marker.text, at)) return marker
      if (left < marker.text.length && marker.text.startsWith(text.slice(at))) isPartial = true
    }
    return isPartial ? 'partial' : null
  }
}
