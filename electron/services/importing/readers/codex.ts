// Logs of Codex: items of a conversation in one line of time, with what the program told itself between them.
import { createCalls } from '../calls.ts'
import { createConversation, type Node, type Place, type Said, timeOf, titleBehind } from '../conversation.ts'
import { blocksOf, countOf, type Fields, fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import type { LogReader } from '../reader.ts'

type Answer = Extract<Said, { role: 'assistant' }>

export function codexReader(changed: Date): LogReader {
  const conversation = createConversation(changed)
  const calls = createCalls()
  /** The way to the place where the next item belongs. What was rolled back is a branch beside it. */
  const way: Node[] = []
  const onWay = new Set<Node>()
  /** The answer that is being put together: thinking, words and calls are items of their own. */
  let open: { node: Node; said: Answer } | null = null
  let model = ''
  let folder = ''
  let title = ''

  const here = (offset: number, ts: unknown): Place => ({ offset, parent: way.at(-1) ?? null, ts: timeOf(ts) })

  function add(place: Place, said: Node['said']): Node {
    const node = conversation.add(place, said)
    way.push(node)
    onWay.add(node)
    return node
  }

  function answer(place: Place): { node: Node; said: Answer } {
    if (open) return open
    // Until it has words or calls nobody knows that it has come to anything.
    const said: Answer = {
      role: 'assistant',
      content: '',
      ...(model !== '' && { model }),
      stop: 'interrupted',
      usage: null,
      error: null,
    }
    open = { node: add(place, said), said }
    return open
  }

  function item(value: Fields, offset: number, ts: unknown): void {
    const place = here(offset, ts)
    switch (value['type']) {
      case 'message':
        message(value, place)
        break
      case 'reasoning':
        reasoning(value, place)
        break
      case 'function_call':
      case 'custom_tool_call':
        call(
          value,
          value['name'],
          value['type'] === 'function_call' ? value['arguments'] : { input: value['input'] },
          place,
        )
        break
      case 'local_shell_call':
        call(value, 'local_shell', value['action'], place)
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
      case 'local_shell_call_output':
        output(value, place)
        break
      default:
        conversation.leaveOut('unknown')
    }
  }

  function message(value: Fields, place: Place): void {
    const role = value['role']
    if (role === 'assistant') {
      const { text, attachments } = blocksOf(value['content'])
      conversation.leaveOut('attachment', attachments)
      conversation.grow(text)
      const { said } = answer(place)
      said.content = said.content === '' ? text : `${said.content}\n\n${text}`
      if (said.stop === 'interrupted' && text !== '') said.stop = 'stop'
    } else if (role === 'user') question(value, place)
    else conversation.leaveOut(role === 'developer' || role === 'system' ? 'injected' : 'unknown')
  }

  function question(value: Fields, place: Place): void {
    const content = value['content']
    const blocks = typeof content === 'string' ? [{ type: 'input_text', text: content }] : listOf(content)
    const own = blocks.filter((block) => !isInjected(textOf(fieldsOf(block)['text'])))
    conversation.leaveOut('injected', blocks.length - own.length)
    const { text, attachments, unknown } = blocksOf(own)
    conversation.leaveOut('attachment', attachments)
    conversation.leaveOut('unknown', unknown)
    if (text === '') return
    open = null
    if (title === '') title = titleBehind(requestMark, text)
    add(place, { role: 'user', content: text })
  }

  function reasoning(value: Fields, place: Place): void {
    const parts = [blocksOf(value['summary']).text, blocksOf(value['content']).text].filter((text) => text !== '')
    if (parts.length === 0) {
      conversation.leaveOut('encrypted')
      return
    }
    conversation.grow(...parts)
    const { said } = answer(place)
    for (const part of parts) said.thinking = said.thinking === undefined ? part : `${said.thinking}\n\n${part}`
  }

  function call(value: Fields, name: unknown, args: unknown, place: Place): void {
    const { node, said } = answer(place)
    const given = value['call_id'] ?? value['id']
    const made = calls.make(given, name, args, node, String(place.offset))
    conversation.grow(JSON.stringify(made.arguments))
    if (said.toolCalls) said.toolCalls.push(made)
    else said.toolCalls = [made]
    said.stop = 'tool_calls'
  }

  function output(value: Fields, place: Place): void {
    const made = calls.answered(value['call_id'])
    if (!made || !onWay.has(made.by)) {
      conversation.leaveOut('no-call')
      return
    }
    open = null
    const { text, isError, exit, attachments } = outputOf(value['output'])
    conversation.leaveOut('attachment', attachments)
    const { id: callId, name } = made.call
    add(place, { role: 'tool', callId, name, content: text, isError, ...(exit !== null && { exit }) })
  }

  function rollBack(turns: number): void {
    open = null
    for (let left = turns; left > 0; ) {
      const node = way.pop()
      if (!node) return
      onWay.delete(node)
      if ('role' in node.said && node.said.role === 'user') left--
    }
  }

  function event(payload: Fields): void {
    if (payload['type'] === 'thread_rolled_back') rollBack(countOf(payload['num_turns']))
    else if (payload['type'] === 'turn_aborted') {
      const said = way.at(-1)?.said
      if (said && 'role' in said && said.role === 'assistant' && said.toolCalls === undefined) said.stop = 'cancelled'
      open = null
    } else if (payload['type'] === 'thread_name_updated') title = textOf(payload['thread_name']) || title
    else conversation.leaveOut('notes')
  }

  function compacted(payload: Fields, place: Place): void {
    open = null
    const summary = textOf(payload['message'])
    // What it says again of the conversation is in the log already.
    if (summary === '') conversation.leaveOut('encrypted')
    else add(place, { summary, firstKept: null, tokensBefore: 0 })
  }

  return {
    add({ value, offset }) {
      const { type, timestamp } = value
      conversation.heard(timestamp)
      // The oldest logs have the items themselves for lines.
      if (!isFields(value['payload'])) {
        if (typeof type === 'string' && type !== 'session_meta') item(value, offset, timestamp)
        else conversation.leaveOut('notes')
        return
      }
      const payload = value['payload']
      if (type === 'response_item') item(payload, offset, timestamp)
      else if (type === 'event_msg') event(payload)
      else if (type === 'compacted') compacted(payload, here(offset, timestamp))
      else if (type === 'turn_context') model = textOf(payload['model']) || model
      // The first one is this session's; a fork has those of its parents behind it.
      else if (type === 'session_meta') folder ||= textOf(payload['cwd'])
      else conversation.leaveOut(noteTypes.has(type) ? 'notes' : 'unknown')
    },
    kept: conversation.kept,
    end() {
      if (conversation.nodes.length === 0) return []
      return [conversation.end({ title, by: 'derived', folder, leaf: way.at(-1) ?? null })]
    },
  }
}

const noteTypes = new Set<unknown>(['world_state', 'ghost_snapshot'])
const requestMark = '## My request for Codex:'

/** What the program says in the name of the person. */
const isInjected = (text: string) =>
  /^\s*(<(environment_context|user_instructions|turn_aborted|permissions instructions|app-context|collaboration_mode|multi_agent_mode|skills_instructions|skill|plugins_instructions|apps_instructions|subagent_notification|realtime_conversation|personality_spec|model_switch)>|# AGENTS\.md instructions)/.test(
    text,
  )

interface Output {
  text: string
  isError: boolean
  exit: number | null
  attachments: number
}

/** A text; or an object with one; or, in older logs, the JSON text of what a command came to. */
function outputOf(output: unknown): Output {
  if (isFields(output)) {
    const { text, attachments } = blocksOf(output['content'])
    return { text, isError: output['success'] === false, exit: null, attachments }
  }
  const { text, attachments } = blocksOf(output)
  const came = text.startsWith('{"output":') ? commandEnd(text) : null
  return came ?? { text, isError: false, exit: null, attachments }
}

function commandEnd(text: string): Output | null {
  try {
    const read: Fields = fieldsOf(JSON.parse(text))
    if (typeof read['output'] !== 'string') return null
    const code = fieldsOf(read['metadata'])['exit_code']
    const exit = Number.isSafeInteger(code) ? Number(code) : null
    return { text: read['output'], isError: exit !== null && exit !== 0, exit, attachments: 0 }
  } catch {
    return null
  }
}
