// Finds the end of a call that is streamed: its closing tag, or whatever shows that the tag was forgotten.
//
// A closing tag inside a string is text (a file about tool calls is a file like any other), but a model that forgets a quote
// must not swallow the rest of its answer. So a tag inside a string is remembered, and the first one outside of every string
// decides: if the body until there is sound, it is the end; else the remembered one is, and what came after it is read anew.
import { createMatcher, type Marker, type Opener } from './markers.ts'

export interface BodyEnd {
  body: string
  /** `closed`: by its own closing tag. `marker`: by something else, which comes next. `end`: the stream is over. */
  how: 'closed' | 'marker' | 'end'
  /** Had been taken for a part of the body, and is to be read anew. */
  replay: string
}

export interface TagBody {
  /**
   * Takes characters from a place on; answers the place of the first one not taken, and the end if that was found. What is
   * not taken must come again with more behind it.
   */
  take(input: string, from: number, final: boolean): { at: number; end: BodyEnd | null }
}

export interface TagBodyDependencies {
  opener: Opener
  markers: readonly Marker[]
  isSound(body: string, closed: boolean): boolean
  /** How often an answer may be read anew; every time costs its length once more. */
  patience: { left: number }
}

type Flavour = 'unknown' | 'json' | 'native' | 'xml' | 'other'

/** Between these, text is raw. */
const xmlRaw = new Map([
  ['<parameter=', '</parameter>'],
  ['<arguments>', '</arguments>'],
  ['<parameters>', '</parameters>'],
  ['<args>', '</args>'],
])

/** The stream may end in the middle of the closing tag. */
function withoutBegunCloser(body: string, closers: readonly string[]): string {
  const at = Math.max(body.lastIndexOf('<'), body.lastIndexOf('['))
  const tail = at < 0 ? '' : body.slice(at)
  return tail.length > 1 && closers.some((closer) => closer.startsWith(tail)) ? body.slice(0, at) : body
}

export function createTagBody({ opener, markers, isSound, patience }: TagBodyDependencies): TagBody {
  const ends = markers.filter(
    (marker) =>
      (marker.kind === 'open' && (!marker.inBody || opener.inBody === true)) ||
      marker.kind === 'think-end' ||
      marker.kind === 'header' ||
      marker.kind === 'result',
  )
  const closers = opener.closers.map((text): Marker => ({ kind: 'closer', text, afterCall: true }))
  const matchEnd = createMatcher<Marker>([...closers, ...ends])
  const matchInString = createMatcher<Marker>([...closers, ...ends.filter(({ kind }) => kind === 'open')])
  const matchRaw = createMatcher<Marker>([...xmlRaw.keys()].map((text): Marker => ({ kind: 'stray', text })))

  const place = { lineStart: false, afterCall: true, inHarmony: true }
  const parts: string[] = []
  let length = 0
  let flavour: Flavour = 'unknown'
  /** What closes the string that is open; null outside of strings. */
  let string: string | null = null
  let isEscaped = false
  let isLineStart = false
  let remembered: { at: number; marker: Marker } | null = null

  function keep(text: string): void {
    if (text === '') return
    parts.push(text)
    length += text.length
  }

  function endAt(at: number, marker: Marker): { at: number; end: BodyEnd } {
    const isCloser = marker.kind === 'closer'
    const body = parts.join('')
    if (remembered !== null && !isSound(body, isCloser)) return { at, end: asRemembered(body, remembered) }
    const end: BodyEnd = { body, how: isCloser ? 'closed' : 'marker', replay: '' }
    return { at: isCloser ? at + marker.text.length : at, end }
  }

  function asRemembered(body: string, { at, marker }: { at: number; marker: Marker }): BodyEnd {
    patience.left -= 1
    const isCloser = marker.kind === 'closer'
    return {
      body: body.slice(0, at),
      how: isCloser ? 'closed' : 'marker',
      replay: body.slice(isCloser ? at + marker.text.length : at),
    }
  }

  /** Judges by the first character that is no space; null when more of it is needed. */
  function flavourAt(input: string, at: number, final: boolean): Flavour | null {
    const first = input.charAt(at)
    if (first === '{' || first === '[' || first === '`') return 'json'
    if (first === '<') return 'xml'
    if (input.startsWith('call:', at)) return 'native'
    return !final && 'call:'.startsWith(input.slice(at)) ? null : 'other'
  }

  return {
    take(input, from, final) {
      let kept = from
      let at = from
      const wait = () => {
        keep(input.slice(kept, at))
        return { at, end: null }
      }
      while (at < input.length) {
        const character = input.charAt(at)
        const isSpace = character === '\n' || character === ' ' || character === '\t' || character === '\r'
        if (isSpace) {
          if (character === '\n') isLineStart = true
          isEscaped = false
          at += 1
          continue
        }
        place.lineStart = isLineStart
        if (flavour === 'unknown') {
          const judged = flavourAt(input, at, final)
          if (judged === null) return wait()
          flavour = judged
        }
        const found = string === null ? matchEnd(input, at, place) : matchInString(input, at, place)
        if (found === 'partial' && !final) return wait()
        if (found !== null && found !== 'partial') {
          if (string === null || (remembered === null && patience.left === 0)) {
            keep(input.slice(kept, at))
            return endAt(at, found)
          }
          remembered ??= { at: length + at - kept, marker: found }
        }
        const step = advance(input, at, final)
        if (step === 0) return wait()
        isLineStart = false
        at += step
      }
      keep(input.slice(kept, at))
      kept = at
      if (!final) return { at, end: null }
      const body = parts.join('')
      if (remembered !== null && !isSound(body, false)) return { at, end: asRemembered(body, remembered) }
      return { at, end: { body: withoutBegunCloser(body, opener.closers), how: 'end', replay: '' } }
    },
  }

  /** Follows strings over one character or one delimiter; answers its length, or 0 when more of it is needed. */
  function advance(input: string, at: number, final: boolean): number {
    const character = input.charAt(at)
    if (flavour === 'json') {
      if (isEscaped) isEscaped = false
      else if (character === '\\' && string !== null) isEscaped = true
      else if (character === '"') string = string === null ? '"' : null
      return 1
    }
    if (character !== '<' || flavour === 'other' || flavour === 'unknown') return 1
    const closer = string ?? (flavour === 'native' ? opener.delimiter : null)
    if (closer !== null) {
      if (input.startsWith(closer, at)) {
        string = string === null ? closer : null
        return closer.length
      }
      return !final && closer.startsWith(input.slice(at)) ? 0 : 1
    }
    const raw = matchRaw(input, at, place)
    if (raw === 'partial') return final ? 1 : 0
    if (raw === null) return 1
    string = xmlRaw.get(raw.text) ?? null
    return raw.text.length
  }
}
