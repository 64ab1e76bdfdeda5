// Logs of Claude Code: one line for each block of an answer, linked by uuid; results stand in lines of the user.
import { type Calls, createCalls } from '../calls.ts'
import { type Conversation, createConversation, type Node, type ReadSession, type Said } from '../conversation.ts'
import { blocksOf, countOf, type Fields, fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import type { Line, LogReader } from '../reader.ts'

type Answer = Extract<Said, { role: 'assistant' }>

/** One session of the log: what a person saw, or the work of an assistant of the assistant. */
interface Thread {
  conversation: Conversation
  calls: Calls
  /** Where what stands behind a line is linked to; lines that are left out hand on what they were linked to. */
  places: Map<string, Node | null>
  /** Answers by the id that all lines of one have in common. */
  answers: Map<string, { node: Node; said: Answer }>
  /** Of an answer, in the order of the log. */
  results: Map<Node, Node[]>
  /** The answer a result belongs to. */
  answerOf: Map<Node, Node>
  last: Node | null
  /** Tokens before the summary that comes next. */
  tokensBefore: number
}

export function claudeCodeReader(changed: Date): LogReader {
  const size = { kept: 0 }
  const main = createThread()
  const sides = new Map<string, Thread>()
  /** Which side task a line belongs to when it does not say. */
  const sideOf = new Map<string, string>()
  const titles = { custom: '', ai: '', summary: '' }
  const summaries: { summary: string; leaf: string }[] = []
  let folder = ''

  function createThread(): Thread {
    return {
      conversation: createConversation(changed, size),
      calls: createCalls(),
      places: new Map(),
      answers: new Map(),
      results: new Map(),
      answerOf: new Map(),
      last: null,
      tokensBefore: 0,
    }
  }

  function threadOf(value: Fields): Thread {
    if (value['isSidechain'] !== true) return main
    const uuid = textOf(value['uuid'])
    const key = textOf(value['agentId']) || sideOf.get(textOf(value['parentUuid'])) || uuid
    sideOf.set(uuid, key)
    const known = sides.get(key)
    if (known) return known
    const made = createThread()
    sides.set(key, made)
    return made
  }

  function noteTitle(value: Fields): boolean {
    const { type } = value
    if (type === 'custom-title') titles.custom = textOf(value['customTitle'])
    else if (type === 'ai-title') titles.ai = textOf(value['aiTitle'])
    else if (type === 'summary') {
      summaries.push({ summary: textOf(value['summary']), leaf: textOf(value['leafUuid']) })
    } else return false
    return true
  }

  return {
    add({ value, offset }: Line) {
      if (noteTitle(value)) return
      if (folder === '') folder = textOf(value['cwd'])
      addLine(threadOf(value), value, offset)
    },
    kept: () => size.kept,
    end() {
      // A summary may have been written into the file of another session.
      titles.summary = summaries.findLast(({ leaf }) => leaf === '' || main.places.has(leaf))?.summary ?? ''
      const title = titles.custom || titles.ai || titles.summary
      const by = titles.custom !== '' ? 'user' : 'model'
      const threads = [main, ...sides.values()].filter(({ conversation }) => conversation.nodes.length > 0)
      return threads.map((thread): ReadSession => {
        linkResults(thread)
        const leaf = thread.last && endOf(thread, thread.last)
        return thread.conversation.end({ title: thread === main ? title : '', by, folder, leaf })
      })
    },
  }
}

function addLine(thread: Thread, value: Fields, offset: number): void {
  const { conversation, places } = thread
  const uuid = textOf(value['uuid'])
  if (uuid !== '' && places.has(uuid)) {
    conversation.leaveOut('repeated')
    return
  }
  const parent = parentOf(thread, value)
  const node = nodeOf(thread, value, offset, parent)
  if (uuid !== '') places.set(uuid, node ?? parent)
  if (node) thread.last = node
}

/** A parent that is not in the log is replaced by what stands before: no history vanishes. */
function parentOf({ places, last }: Thread, value: Fields): Node | null {
  // The lines that begin anew after a compaction are roots that say where they came from.
  const named = textOf(value['parentUuid']) || textOf(value['logicalParentUuid'])
  if (named === '') return null
  const found = places.get(named)
  return found === undefined ? last : found
}

function nodeOf(thread: Thread, value: Fields, offset: number, parent: Node | null): Node | null {
  const { conversation } = thread
  const message = fieldsOf(value['message'])
  if (value['type'] === 'assistant' && isFields(value['message'])) return answer(thread, value, message, offset, parent)
  if (value['type'] === 'user' && isFields(value['message'])) {
    if (value['isMeta'] === true) conversation.leaveOut('injected')
    else if (value['isCompactSummary'] === true) return summary(thread, value, message, offset, parent)
    else return question(thread, value, message, offset, parent)
  } else if (value['subtype'] === 'compact_boundary') {
    thread.tokensBefore = countOf(fieldsOf(value['compactMetadata'])['preTokens'])
  } else conversation.leaveOut(noteTypes.has(value['type']) ? 'notes' : 'unknown')
  return null
}

const noteTypes = new Set<unknown>([
  'system',
  'progress',
  'attachment',
  'file-history-snapshot',
  'queue-operation',
  'last-prompt',
  'tag',
  'agent-name',
  'agent-color',
  'agent-setting',
  'mode',
  'permission-mode',
  'worktree-state',
  'pr-link',
])

function summary(thread: Thread, value: Fields, message: Fields, offset: number, parent: Node | null): Node | null {
  const { text } = blocksOf(message['content'])
  if (text === '') return null
  const said = { summary: text, firstKept: null, tokensBefore: thread.tokensBefore }
  return thread.conversation.add({ id: value['uuid'], offset, parent, ts: value['timestamp'] }, said)
}

function question(thread: Thread, value: Fields, message: Fields, offset: number, parent: Node | null): Node | null {
  const { conversation, calls, results } = thread
  const place = { offset, ts: value['timestamp'] }
  const others: unknown[] = []
  let last: Node | null = null
  for (const block of listOf(message['content'])) {
    const fields = fieldsOf(block)
    if (fields['type'] !== 'tool_result') {
      others.push(block)
      continue
    }
    const made = calls.answered(fields['tool_use_id'])
    if (!made) {
      conversation.leaveOut('no-call')
      continue
    }
    const { text, attachments } = blocksOf(fields['content'])
    conversation.leaveOut('attachment', attachments)
    last = conversation.add(
      { ...place, id: last ? undefined : value['uuid'], parent: made.by },
      { role: 'tool', callId: made.call.id, name: made.call.name, content: text, isError: fields['is_error'] === true },
    )
    const all = results.get(made.by)
    if (all) all.push(last)
    else results.set(made.by, [last])
    thread.answerOf.set(last, made.by)
  }
  const content = typeof message['content'] === 'string' ? message['content'] : others
  const { text, attachments, unknown } = blocksOf(content)
  conversation.leaveOut('attachment', attachments)
  conversation.leaveOut('unknown', unknown)
  if (isOfProgram(text)) conversation.leaveOut('injected')
  else if (text !== '') {
    if (text.startsWith(interruption)) markCancelled(last ?? parent)
    return conversation.add(
      { ...place, id: last ? undefined : value['uuid'], parent: last ?? parent },
      { role: 'user', content: text },
    )
  }
  return last
}

/** What a command of the program itself has shown. */
const isOfProgram = (text: string) => /^<local-command-(stdout|stderr|caveat)>/.test(text)
const interruption = '[Request interrupted by user'

function markCancelled(node: Node | null): void {
  const said = node?.said
  if (said && 'role' in said && said.role === 'assistant' && said.toolCalls === undefined) said.stop = 'cancelled'
}

/** The lines of one answer become one record, wherever they stand: results may lie between them. */
function answer(thread: Thread, value: Fields, message: Fields, offset: number, parent: Node | null): Node {
  const { answers } = thread
  const id = textOf(message['id'])
  const begun = id === '' ? undefined : answers.get(id)
  const goesOn =
    begun !== undefined && (parent === begun.node || (parent !== null && thread.answerOf.get(parent) === begun.node))
  const { node, said } = begun && goesOn ? begun : beginAnswer(thread, value, message, offset, parent)
  if (id !== '') answers.set(id, { node, said })
  for (const [index, block] of listOf(message['content']).entries())
    addBlock(thread, node, said, fieldsOf(block), `${offset}:${index}`)
  if (typeof message['content'] === 'string')
    addBlock(thread, node, said, { type: 'text', text: message['content'] }, '')
  const stop = stops.get(message['stop_reason'])
  if (said.error === null) said.stop = said.toolCalls ? 'tool_calls' : (stop ?? said.stop)
  // Every line of an answer has what was counted until then: the last one counts, and a copy on another branch does not.
  if (isFields(message['usage']) && (begun === undefined || goesOn)) said.usage = usageOf(message['usage'])
  if (value['isApiErrorMessage'] === true) {
    said.stop = 'error'
    said.error = { code: 'imported', message: said.content.slice(0, 4_000) }
  }
  return node
}

function beginAnswer(thread: Thread, value: Fields, message: Fields, offset: number, parent: Node | null) {
  const model = textOf(message['model'])
  const said: Answer = {
    role: 'assistant',
    content: '',
    ...(model !== '' && model !== '<synthetic>' && { model }),
    stop: 'stop',
    usage: null,
    error: null,
  }
  return { node: thread.conversation.add({ id: value['uuid'], offset, parent, ts: value['timestamp'] }, said), said }
}

function addBlock({ conversation, calls }: Thread, node: Node, said: Answer, block: Fields, place: string): void {
  conversation.grow(textOf(block['text']), textOf(block['thinking']))
  if (block['type'] === 'text') said.content = joined(said.content, textOf(block['text']))
  else if (block['type'] === 'thinking') {
    const thinking = textOf(block['thinking'])
    if (thinking === '') conversation.leaveOut('encrypted')
    else said.thinking = joined(said.thinking ?? '', thinking)
  } else if (block['type'] === 'redacted_thinking') conversation.leaveOut('encrypted')
  else if (block['type'] === 'tool_use') {
    const call = calls.make(block['id'], block['name'], block['input'], node, place)
    conversation.grow(JSON.stringify(call.arguments))
    if (said.toolCalls) said.toolCalls.push(call)
    else said.toolCalls = [call]
  } else conversation.leaveOut('unknown')
}

const joined = (before: string, text: string) => (before === '' ? text : text === '' ? before : `${before}\n\n${text}`)

const stops: ReadonlyMap<unknown, Answer['stop']> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
])

/** Of the other program's server: this one has neither evaluated nor timed anything. */
function usageOf(usage: Fields): Answer['usage'] {
  const promptTokens =
    countOf(usage['input_tokens']) +
    countOf(usage['cache_creation_input_tokens']) +
    countOf(usage['cache_read_input_tokens'])
  const outputTokens = countOf(usage['output_tokens'])
  const untold = { numCtx: 0, loadMs: 0, promptMs: 0, outputMs: 0 }
  return { promptTokens, outputTokens, contextTokens: promptTokens + outputTokens, ...untold }
}

/** The place behind all results of an answer: whoever is linked to one of them knows all of them. */
function endOf({ answerOf, results }: Thread, node: Node): Node {
  const by = answerOf.get(node)
  return (by && results.get(by)?.at(-1)) ?? node
}

/** Results of one answer were linked to the line with their call; here they follow one another. */
function linkResults({ conversation, answerOf, results }: Thread): void {
  const position = new Map(conversation.nodes.map((node, index) => [node, index]))
  const placeOf = (node: Node | undefined) => (node && position.get(node)) ?? -1
  const ends = new Map<Node, Node>()
  for (const node of conversation.nodes) {
    const { parent } = node
    if (parent === null || answerOf.has(node)) continue
    const end = lastBefore(results.get(answerOf.get(parent) ?? parent) ?? [], placeOf(node), placeOf)
    if (end) ends.set(node, end)
  }
  for (const [node, end] of ends) node.parent = end
  for (const all of results.values()) {
    for (const [index, result] of all.entries()) if (index > 0) result.parent = all[index - 1] ?? result.parent
  }
}

/** The last of some nodes, which are in the order of the log, that stands before a place. */
function lastBefore(nodes: readonly Node[], place: number, placeOf: (node: Node | undefined) => number): Node | null {
  let low = 0
  for (let high = nodes.length; low < high; ) {
    const middle = (low + high) >> 1
    if (placeOf(nodes[middle]) < place) low = middle + 1
    else high = middle
  }
  return nodes[low - 1] ?? null
}
