// Parses what a model writes while it comes: text for the person, thinking, and calls, of which nothing is ever shown as text.
//
// The rules 1 to 8 that the comments name:
//  1 thinking comes first; calls inside of it never run      5 bodies are JSON, or nearly (tolerant-json.ts)
//  2 openers count outside of code only                      6 what was cut off never runs
//  3 without a tag, only a whole message or the last fence   7 validation is coerce.ts
//  4 text until the first call is visible; an invented       8 the longest suffix that may become an opener is held back
//    result ends it all
//
// The outcome does not depend on the pieces the text comes in: whatever cannot be decided yet waits for more, in `input` while
// it is short, in `held` while it may become long. Time is linear in the length of the text: what is read a second time
// (`replay`) is bounded for each line, or counted (`patience`).
import type { FunctionTool } from '../../contracts.ts'
import { mayBeginCall, toolsByName } from './call-shapes.ts'
import { createFenceWatch, type Fence, type FenceWatch, withoutClosingLine } from './fences.ts'
import {
  callFences,
  createMatcher,
  fenceOpener,
  harmonyOpener,
  type Marker,
  markersFor,
  type Opener,
  plainFences,
} from './markers.ts'
import { type CallError, type DoneReason, type Finding, isError, type ParsedAnswer, type ParsedCall } from './parsed.ts'
import { isSound, readBody, readUntagged } from './read-body.ts'
import { createTagBody, type TagBody } from './tag-body.ts'
import { createTrimmedText } from './trimmed-text.ts'

export type ParserEvent =
  | { type: 'text'; delta: string }
  | { type: 'thinking'; delta: string }
  /** The whole visible text so far: something that had been shown turned out not to be text. */
  | { type: 'text_replace'; text: string }

export interface CallParser {
  /** Takes the next piece of the answer, of any length. */
  push(delta: string): ParserEvent[]
  /** No more will come. Calls count from now on only; what was held back is told in `events`. */
  end(doneReason: DoneReason): ParsedAnswer & { events: ParserEvent[] }
  /** A call is complete and the model goes on with something that is none: the rest is not worth waiting for (rule 8). */
  shouldStop(): boolean
  /** A call is being written, or what may be one: nothing is told meanwhile. */
  isHolding(): boolean
  /** A call is being written. */
  isInCall(): boolean
  /** An invented result has come: nothing behind it is told. */
  isOver(): boolean
  /** All that was no thinking, as it came. */
  unthought(): string
}

/** A line of that length behind a fence is no language. */
const longestInfo = 200
/** A header of gpt-oss is shorter. */
const longestHeader = 200
/** Until here the beginning of an answer is looked at before it is taken for JSON. */
const longestHead = 200

type Mode =
  | { at: 'text' }
  | { at: 'think'; closer: string; label: string }
  | { at: 'run'; character: string; count: number; lineStart: boolean }
  | { at: 'info'; fence: Fence }
  | { at: 'head'; fence: Fence; info: string }
  | { at: 'code'; fence: Fence; watch: FenceWatch; as: 'text' | 'call' | 'candidate' }
  | { at: 'behind-candidate'; fence: Fence; body: string }
  | { at: 'span'; length: number; run: number; isHeld: boolean }
  | { at: 'body'; opener: Opener; body: TagBody }
  | { at: 'untagged'; head: string; isDecided: boolean }
  | { at: 'header' }
  | { at: 'over' }

export interface CallParserOptions {
  tools: readonly FunctionTool[]
  /** Nobody told the model to write calls: JSON whose first key is none of a call's is an answer, and told as it comes. */
  isUnasked?: boolean
}

export function createCallParser({ tools: offered, isUnasked = false }: CallParserOptions): CallParser {
  const tools = toolsByName(offered)
  const markers = markersFor(tools)
  const match = createMatcher<Marker>(markers)
  const firsts = new Set(markers.map(({ text }) => text.charAt(0)))
  const mayBegin = (character: string) => firsts.has(character)
  const matchInFence = createMatcher<Marker>(markers.filter(({ kind }) => kind === 'open' || kind === 'result'))
  const patience = { left: 4 }

  let input = ''
  let at = 0
  let final = false
  let doneReason: DoneReason = null
  let mode: Mode = { at: 'text' }
  /** What waits for a decision, in pieces; its first characters are the beginning of the mode that is on. */
  let held: string[] = []
  let isLineStart = true
  /** Nothing but spaces has come since the beginning, or since thinking. */
  let isFresh = true
  /** A run of backticks of this line has found no other end: there is no more code in it. */
  let isLineWithoutCode = false
  /** The fence that began with a call: its closing line is no opening one. */
  let callFence: Fence | null = null
  let inHarmony = false
  let goesOn = false
  let mentionsThinking = false

  let events: ParserEvent[] = []
  const visible = createTrimmedText()
  const thinking = createTrimmedText()
  let calls: ParsedCall[] = []
  let errors: CallError[] = []

  // What was no thinking when it came: a lone </think> makes it that.
  let raw: string[] = []
  let rawSkipped = 0
  /** The same from before the last thinking. */
  let earlier: string[] = []

  const placeNow = (lineStart: boolean) => ({ lineStart, afterCall: hasCalled(), inHarmony })
  const hasCalled = () => calls.length + errors.length > 0

  // ---- telling

  function say(text: string): void {
    if (text === '') return
    if (/\S/.test(text)) isFresh = false
    if (hasCalled()) {
      // Rule 4: it may be the guess at a result.
      if (calls.length > 0 && /\S/.test(text)) goesOn = true
      return
    }
    tell('text', visible.add(text))
  }

  function think(text: string): void {
    tell('thinking', thinking.add(text))
  }

  /** What comes of one piece is told at once: everything that hears of it does its work again for each event. */
  function tell(type: 'text' | 'thinking', delta: string): void {
    if (delta === '') return
    const last = events.at(-1)
    if (last?.type === type) last.delta += delta
    else events.push({ type, delta })
  }

  function note(found: readonly Finding[]): void {
    for (const finding of found) {
      const order = calls.length + errors.length
      if (isError(finding)) errors.push({ ...finding, order })
      else calls.push({ ...finding, order })
    }
    isFresh = false
  }

  // ---- moving

  function consume(length: number): string {
    const text = input.slice(at, at + length)
    at += length
    return text
  }

  function hold(length: number): void {
    held.push(consume(length))
  }

  function releaseHeld(): string {
    const text = held.join('')
    held = []
    return text
  }

  /** Reads a text anew that had been taken already. */
  function replay(text: string): void {
    input = text + input.slice(at)
    at = 0
  }

  const wait = false
  const goOn = true

  // ---- rule 1

  /** Takes what has come since the last thinking, but for the last characters, out of the text. */
  function rawBefore(unread: number): string {
    const all = raw.join('')
    const end = all.length - unread
    const text = all.slice(rawSkipped, end)
    raw = [all.slice(end)]
    rawSkipped = 0
    return text
  }

  function loneThinkEnd(marker: Marker): boolean {
    const before = earlier.join('') + rawBefore(input.length - at)
    earlier = []
    if (!thinking.isEmpty()) think('\n')
    think(before)
    calls = []
    errors = []
    goesOn = false
    if (visible.reset()) events.push({ type: 'text_replace', text: '' })
    consume(marker.text.length)
    startAfresh(marker.text.length)
    return goOn
  }

  function startAfresh(skipped: number): void {
    rawSkipped = skipped
    isFresh = !hasCalled() && visible.isEmpty()
    isLineStart = true
    isLineWithoutCode = false
    callFence = null
    mode = { at: 'text' }
  }

  function inThinking(now: Extract<Mode, { at: 'think' }>): boolean {
    if (now.label !== '') {
      const rest = input.slice(at)
      if (!final && now.label.startsWith(rest)) return wait
      if (rest.startsWith(now.label)) consume(now.label.length)
      mode = { ...now, label: '' }
      return goOn
    }
    const end = input.indexOf(now.closer, at)
    if (end >= 0) {
      think(consume(end - at))
      rawBefore(input.length - at)
      consume(now.closer.length)
      startAfresh(now.closer.length)
      return goOn
    }
    think(consume(input.length - at - (final ? 0 : beginningAtEnd(input, at, now.closer))))
    return wait
  }

  // ---- text

  function inText(): boolean {
    let from = at
    let place = at
    let isFirst = isFresh
    const flush = () => {
      at = from
      say(consume(place - from))
      from = place
    }
    for (; place < input.length; place += 1) {
      const character = input.charAt(place)
      if (character === '\n') {
        isLineStart = true
        isLineWithoutCode = false
        continue
      }
      if (isSpace(character)) continue
      const found = mayBegin(character) ? match(input, place, placeNow(isLineStart)) : null
      if (found === 'partial' && !final) {
        flush()
        return wait
      }
      if (found !== null && found !== 'partial' && !isMention(found, isFirst)) {
        flush()
        return onMarker(found)
      }
      if ((character === '{' || character === '[') && isFirst && patience.left > 0) {
        flush()
        mode = { at: 'untagged', head: '', isDecided: false }
        return goOn
      }
      if (character === '`' || (character === '~' && isLineStart)) {
        flush()
        mode = { at: 'run', character, count: 0, lineStart: isLineStart }
        return goOn
      }
      isLineStart = false
      isFirst = false
    }
    flush()
    return wait
  }

  /** Who thinks begins a line with it. In the middle of one, and after that, the tags are what the answer is about. */
  function isMention(marker: Marker, isFirst: boolean): boolean {
    if (!isUnasked) return false
    mentionsThinking ||= marker.text === '<think>' && !isLineStart && !isFirst
    return mentionsThinking && (marker.text === '<think>' || marker.text === '</think>')
  }

  /** Everything before `at` has been told or taken; a marker begins there. */
  function onMarker(marker: Marker): boolean {
    isLineStart = false
    switch (marker.kind) {
      case 'open':
        open(marker)
        return goOn
      case 'think':
        startThinking(marker.text.length, marker.closer, marker.label ?? '')
        return goOn
      case 'think-end':
        return loneThinkEnd(marker)
      case 'header':
        hold(marker.text.length)
        mode = { at: 'header' }
        return goOn
      case 'result':
        // Rule 4. What looks like an answer from here on was made from a result that nobody gave.
        goesOn = calls.length > 0
        mode = { at: 'over' }
        return goOn
      default:
        consume(marker.text.length)
        return goOn
    }
  }

  /** What gpt-oss writes before a message: for whom it is, and on which channel. */
  function inHeader(): boolean {
    const length = input.slice(at, at + longestHeader).indexOf('<|message|>')
    if (length < 0 && !final && input.length - at < longestHeader) return wait
    const marker = releaseHeld()
    mode = { at: 'text' }
    if (length < 0) {
      say(marker)
      return goOn
    }
    inHarmony = true
    const header = marker + input.slice(at, at + length)
    const tool = /\bto=(?:functions\.)?([\w.-]+)/.exec(header)?.[1]
    const isThinking = tool === undefined && header.includes('analysis')
    const whole = length + '<|message|>'.length
    if (isThinking) startThinking(whole, '<|end|>', '')
    else consume(whole)
    if (tool !== undefined) open(harmonyOpener(tool))
    return goOn
  }

  /** Behind the next characters, which belong to neither. */
  function startThinking(skip: number, closer: string, label: string): void {
    earlier.push(rawBefore(input.length - at))
    consume(skip)
    if (!thinking.isEmpty()) think('\n')
    mode = { at: 'think', closer, label }
  }

  function open(opener: Opener): void {
    consume(opener.text.length)
    isFresh = false
    const body = createTagBody({
      opener,
      markers,
      patience,
      isSound: (text, closed) => isSound(read(opener, text, closed)),
    })
    mode = { at: 'body', opener, body }
  }

  function read(opener: Opener, text: string, closed: boolean, atEnd = false): Finding[] {
    if (opener.name !== undefined)
      return read(fenceOpener, `call:${opener.name}${text.trimStart() || '{}'}`, closed, atEnd)
    const whole = opener.inBody ? `${opener.text}${text}${closed ? opener.closers[0] : ''}` : text
    return readBody(whole, {
      tools,
      closed,
      atEnd,
      delimiter: opener.delimiter,
      pythonic: opener.pythonic === true,
      ignoreTail: opener.ignoreTail === true,
    })
  }

  function inBody({ opener, body }: Extract<Mode, { at: 'body' }>): boolean {
    const taken = body.take(input, at, final)
    at = taken.at
    if (taken.end === null) return wait
    const { body: text, how, replay: again } = taken.end
    replay(again)
    mode = { at: 'text' }
    isLineStart = false
    // Two openers in a row are one call, written with a stutter.
    if (how === 'marker' && text.trim() === '' && !opener.inBody) return goOn
    // Rule 6. Where the length ended it, the value that looks whole may not be.
    if (how === 'end' && doneReason !== 'stop') note([{ code: 'truncated', name: null }])
    else {
      const found = read(opener, text, how === 'closed', how === 'end')
      note(callFence ? asExample(found) : found)
    }
    return goOn
  }

  // ---- code

  function inRun(now: Extract<Mode, { at: 'run' }>): boolean {
    let end = at
    while (end < input.length && input.charAt(end) === now.character) end += 1
    const count = now.count + end - at
    hold(end - at)
    if (end === input.length && !final) {
      mode = { ...now, count }
      return wait
    }
    isLineStart = false
    if (callFence?.character === now.character && count >= callFence.length) {
      // The end of the fence belongs to the calls in it.
      held = []
      callFence = null
      mode = { at: 'text' }
      return goOn
    }
    if (now.lineStart && count >= 3) {
      mode = { at: 'info', fence: { character: now.character, length: count } }
      return goOn
    }
    if (now.character === '`' && !isLineWithoutCode) mode = { at: 'span', length: count, run: 0, isHeld: false }
    else mode = { at: 'text' }
    say(releaseHeld())
    return goOn
  }

  /** The rest of the line that opens a fence. */
  function inInfo({ fence }: Extract<Mode, { at: 'info' }>): boolean {
    const end = input.indexOf('\n', at)
    const info = input.slice(at, end < 0 ? input.length : end)
    const isOver = end >= 0 || final
    if (!isOver && info.length <= longestInfo && !info.includes(fence.character)) return wait
    if (info.length > longestInfo || (fence.character === '`' && info.includes('`'))) {
      say(releaseHeld())
      mode = fence.character === '`' ? { at: 'span', length: fence.length, run: 0, isHeld: false } : { at: 'text' }
      return goOn
    }
    if (!isOver) return wait
    hold(info.length + (end < 0 ? 0 : 1))
    const language = info.trim().toLowerCase()
    if (end >= 0 && (callFences.includes(language) || plainFences.includes(language))) {
      mode = { at: 'head', fence, info: language }
      return goOn
    }
    say(releaseHeld())
    startCode(fence, 'text')
    return goOn
  }

  function startCode(fence: Fence, as: 'text' | 'call' | 'candidate'): void {
    mode = { at: 'code', fence, watch: createFenceWatch(fence), as }
  }

  /** The first content of a fence decides what the fence is. */
  function inHead({ fence, info }: Extract<Mode, { at: 'head' }>): boolean {
    while (at < input.length && isSpace(input.charAt(at))) hold(1)
    if (at === input.length && !final) return wait
    const found = matchInFence(input, at, placeNow(true))
    if (found === 'partial' && !final) return wait
    if (found !== null && found !== 'partial' && (found.kind === 'open' || hasCalled())) {
      held = []
      callFence = fence
      return onMarker(found)
    }
    if (callFences.includes(info)) {
      held = []
      startCode(fence, 'call')
    } else if (info === 'json' && '{['.includes(input.charAt(at) || ' ')) {
      const verdict = isUnasked ? mayBeginCall(input.slice(at, at + longestHead), tools) : true
      if (verdict === null && !final && input.length - at < longestHead) return wait
      if (verdict === false) say(releaseHeld())
      startCode(fence, verdict === false ? 'text' : 'candidate')
    } else {
      say(releaseHeld())
      startCode(fence, 'text')
    }
    return goOn
  }

  function inCode({ fence, watch, as }: Extract<Mode, { at: 'code' }>): boolean {
    const end = watch.take(input, at)
    const text = consume((end < 0 ? input.length : end) - at)
    if (as === 'text') say(text)
    else held.push(text)
    const isClosed = end >= 0 || (final && watch.closesAtEnd())
    if (!isClosed && !final) return wait
    isLineStart = true
    isLineWithoutCode = false
    mode = { at: 'text' }
    if (as === 'call') {
      const whole = releaseHeld()
      if (!isClosed && doneReason !== 'stop') note([{ code: 'truncated', name: null }])
      else note(asExample(read(fenceOpener, isClosed ? withoutClosingLine(whole, fence) : whole, isClosed, !isClosed)))
    }
    if (as === 'candidate') {
      const whole = held.join('')
      const body = whole.slice(whole.indexOf('\n') + 1)
      mode = { at: 'behind-candidate', fence, body: isClosed ? withoutClosingLine(body, fence) : body }
    }
    return goOn
  }

  /** Rule 3: a call only if nothing follows it but an invented result. */
  function behindCandidate({ body }: Extract<Mode, { at: 'behind-candidate' }>): boolean {
    while (at < input.length && isSpace(input.charAt(at))) hold(1)
    if (at === input.length && !final) return wait
    const found = match(input, at, { ...placeNow(true), afterCall: true })
    if (found === 'partial' && !final) return wait
    mode = { at: 'text' }
    const isLast = at === input.length || (found !== null && found !== 'partial' && found.kind === 'result')
    if (isLast && noteUntagged(body, false)) held = []
    else say(releaseHeld())
    return goOn
  }

  /** What nobody asked for may be an example as well: in a fence or without a tag it counts as guessed at. */
  function asExample(found: readonly Finding[]): readonly Finding[] {
    return isUnasked ? found.map((finding) => (isError(finding) ? finding : { ...finding, repaired: true })) : found
  }

  function noteUntagged(text: string, pythonic: boolean): boolean {
    const found = readUntagged(text, tools, pythonic)
    if (found === null) return false
    // The next words might have made an example of it.
    note(final && doneReason !== 'stop' ? found.map(({ name }) => ({ code: 'truncated', name })) : asExample(found))
    return true
  }

  /** Inline code: until a run of the same length on the same line. Held from the first marker in it, told until there. */
  function inSpan(now: Extract<Mode, { at: 'span' }>): boolean {
    let place = at
    let { run } = now
    const take = () => (now.isHeld ? hold(place - at) : say(consume(place - at)))
    for (; place < input.length; place += 1) {
      const character = input.charAt(place)
      if (character === '`') {
        run += 1
        continue
      }
      if (run === now.length) break
      run = 0
      if (character === '\n') {
        take()
        return endSpan(now.isHeld)
      }
      if (now.isHeld || !mayBegin(character)) continue
      const found = match(input, place, placeNow(false))
      if (found === null || (found === 'partial' && final)) continue
      take()
      mode = { ...now, run: 0, isHeld: found !== 'partial' }
      return found === 'partial' ? wait : goOn
    }
    take()
    if (run === now.length && (place < input.length || final)) {
      say(releaseHeld())
      mode = { at: 'text' }
      return goOn
    }
    if (final) return endSpan(now.isHeld)
    mode = { ...now, run }
    return wait
  }

  /** The line ended before the code did: what was held is read as text after all. */
  function endSpan(isHeld: boolean): boolean {
    mode = { at: 'text' }
    isLineWithoutCode = true
    if (isHeld) replay(releaseHeld())
    return goOn
  }

  // ---- an answer that begins like JSON

  function untagged(now: Extract<Mode, { at: 'untagged' }>): boolean {
    const piece = consume(input.length - at)
    held.push(piece)
    if (!now.isDecided) {
      const head = (now.head + piece).slice(0, longestHead)
      const verdict = head.length < longestHead && !final ? couldBeCall(head) : couldBeCall(head) !== false
      if (verdict === false) return asText()
      mode = { at: 'untagged', head, isDecided: verdict === true }
    }
    if (!final) return wait
    const whole = held.join('')
    const result = whole.search(/<tool_result|<tool_response|<\|tool_response>|<tool_use_result|^[ \t]*Observation:/m)
    if (noteUntagged(whole, true)) {
      held = []
      mode = { at: 'text' }
      return goOn
    }
    if (result >= 0 && noteUntagged(whole.slice(0, result), true)) {
      held = []
      mode = { at: 'over' }
      return goOn
    }
    return asText()
  }

  function asText(): boolean {
    patience.left -= 1
    isFresh = false
    mode = { at: 'text' }
    replay(releaseHeld())
    return goOn
  }

  /** null when more of the beginning is needed to tell. */
  function couldBeCall(head: string): boolean | null {
    const verdict = looksLikeCall(head)
    return verdict === true && isUnasked ? mayBeginCall(head, tools) : verdict
  }

  function looksLikeCall(head: string): boolean | null {
    const inner = head.slice(1).trimStart()
    if (inner === '') return null
    if (head.startsWith('{')) return /^["'“”‘’`A-Za-z_$/#]/.test(inner)
    if (/^[{/#[]/.test(inner)) return true
    const name = /^[A-Za-z_][\w.-]*/.exec(inner)?.[0]
    if (name === undefined) return false
    if (name.length === inner.length) return [...tools.keys()].some((tool) => tool.startsWith(name)) ? null : false
    if (!tools.has(name)) return false
    const behind = inner.slice(name.length).trimStart()
    return behind === '' ? null : behind.startsWith('(')
  }

  // ----

  /** One step; answers whether there may be another one with what there is. */
  function step(): boolean {
    switch (mode.at) {
      case 'text':
        return inText()
      case 'think':
        return inThinking(mode)
      case 'header':
        return inHeader()
      case 'run':
        return inRun(mode)
      case 'info':
        return inInfo(mode)
      case 'head':
        return inHead(mode)
      case 'code':
        return inCode(mode)
      case 'behind-candidate':
        return behindCandidate(mode)
      case 'span':
        return inSpan(mode)
      case 'body':
        return inBody(mode)
      case 'untagged':
        return untagged(mode)
      default:
        consume(input.length - at)
        return wait
    }
  }

  function run(delta: string): ParserEvent[] {
    events = []
    raw.push(delta)
    input = input.slice(at) + delta
    at = 0
    while (step());
    return events
  }

  return {
    push(delta) {
      return delta === '' ? [] : run(delta)
    },
    end(reason) {
      final = true
      doneReason = reason
      run('')
      return { events, visible: visible.text(), thinking: thinking.text(), calls, errors }
    },
    shouldStop: () => goesOn,
    isHolding: () => mode.at === 'body' || mode.at === 'untagged' || mode.at === 'behind-candidate' || held.length > 0,
    isOver: () => mode.at === 'over',
    unthought: () => [...earlier, mode.at === 'think' ? '' : raw.join('').slice(rawSkipped)].join(''),
    isInCall: () => mode.at === 'body' || (mode.at === 'code' && mode.as === 'call'),
  }
}

/** As /\s/, asked of every character. */
function isSpace(character: string): boolean {
  if (character === ' ' || character === '\n') return true
  const isVisibleAscii = character > ' ' && character < '\u007f'
  return !isVisibleAscii && /\s/.test(character)
}

/** How many of the last characters are a beginning of the words. */
function beginningAtEnd(text: string, from: number, words: string): number {
  for (let length = Math.min(words.length - 1, text.length - from); length > 0; length -= 1) {
    if (words.startsWith(text.slice(text.length - length))) return length
  }
  return 0
}
