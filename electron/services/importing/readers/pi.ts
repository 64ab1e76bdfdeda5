// Logs of pi: a tree of entries, each with the id of the one before it. The tree stays as it is.
import { createCalls } from '../calls.ts'
import { createConversation, type Node, type Place, type Said } from '../conversation.ts'
import { blocksOf, countOf, type Fields, fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import type { LogReader } from '../reader.ts'

type Answer = Extract<Said, { role: 'assistant' }>

export function piReader(changed: Date): LogReader {
  const conversation = createConversation(changed)
  const calls = createCalls()
  /** Where what stands behind an entry is linked to; entries that are left out hand on what they were linked to. */
  const places = new Map<string, Node | null>()
  let last: Node | null = null
  let folder = ''
  let title = ''

  function parentOf(value: Fields): Node | null {
    // The first version of the format had no tree, and a parent may be missing: both follow what stands before.
    if (value['parentId'] === null) return null
    const found = places.get(textOf(value['parentId']))
    return found === undefined ? last : found
  }

  function nodeOf(value: Fields, place: Place): Node | null {
    switch (value['type']) {
      case 'message':
        return message(fieldsOf(value['message']), place)
      case 'compaction':
        return compaction(value, place)
      case 'branch_summary':
        return words(textOf(value['summary']), place)
      case 'custom_message':
        if (value['display'] === false) conversation.leaveOut('injected')
        else return question(value['content'], place)
        return null
      case 'session_info':
        title = textOf(value['name']) || title
        return null
      default:
        conversation.leaveOut(noteTypes.has(value['type']) ? 'notes' : 'unknown')
        return null
    }
  }

  function message(said: Fields, place: Place): Node | null {
    switch (said['role']) {
      case 'user':
        return question(said['content'], place)
      case 'assistant':
        return answer(said, place)
      case 'toolResult':
        return result(said, place)
      case 'bashExecution':
        return words(commandOf(said), place)
      case 'branchSummary':
      case 'compactionSummary':
        return words(textOf(said['summary']), place)
      case 'custom':
      case 'hookMessage':
        if (said['display'] === false) conversation.leaveOut('injected')
        else return question(said['content'], place)
        return null
      default:
        conversation.leaveOut('unknown')
        return null
    }
  }

  function question(content: unknown, place: Place): Node | null {
    const { text, attachments, unknown } = blocksOf(content)
    conversation.leaveOut('attachment', attachments)
    conversation.leaveOut('unknown', unknown)
    return words(text, place)
  }

  const words = (content: string, place: Place) =>
    content === '' ? null : conversation.add(place, { role: 'user', content })

  function answer(value: Fields, place: Place): Node {
    const texts: string[] = []
    const thoughts: string[] = []
    const said: Answer = {
      role: 'assistant',
      content: '',
      ...modelOf(value),
      stop: 'stop',
      usage: usageOf(value['usage']),
      error: null,
    }
    const node = conversation.add(place, said)
    const blocks =
      typeof value['content'] === 'string' ? [{ type: 'text', text: value['content'] }] : listOf(value['content'])
    for (const [index, one] of blocks.entries()) {
      const block = fieldsOf(one)
      if (block['type'] === 'text') texts.push(textOf(block['text']))
      else if (block['type'] === 'thinking') {
        const thinking = textOf(block['thinking'])
        if (thinking === '') conversation.leaveOut('encrypted')
        else thoughts.push(thinking)
      } else if (block['type'] === 'toolCall') {
        const made = calls.make(block['id'], block['name'], block['arguments'], node, `${place.offset}:${index}`)
        conversation.grow(JSON.stringify(made.arguments))
        if (said.toolCalls) said.toolCalls.push(made)
        else said.toolCalls = [made]
      } else conversation.leaveOut(block['type'] === 'image' ? 'attachment' : 'unknown')
    }
    conversation.grow(...texts, ...thoughts)
    said.content = texts.filter((text) => text !== '').join('\n\n')
    if (thoughts.length > 0) said.thinking = thoughts.join('\n\n')
    said.stop = stops.get(value['stopReason']) ?? (said.toolCalls ? 'tool_calls' : 'stop')
    if (said.stop === 'error') said.error = { code: 'imported', message: textOf(value['errorMessage']).slice(0, 4_000) }
    return node
  }

  function result(value: Fields, place: Place): Node | null {
    const made = calls.answered(value['toolCallId'])
    if (!made) {
      conversation.leaveOut('no-call')
      return null
    }
    const { text, attachments } = blocksOf(value['content'])
    conversation.leaveOut('attachment', attachments)
    const { id: callId, name } = made.call
    return conversation.add(place, { role: 'tool', callId, name, content: text, isError: value['isError'] === true })
  }

  function compaction(value: Fields, place: Place): Node | null {
    const summary = textOf(value['summary'])
    if (summary === '') return null
    const firstKept = places.get(textOf(value['firstKeptEntryId'])) ?? null
    return conversation.add(place, { summary, firstKept, tokensBefore: countOf(value['tokensBefore']) })
  }

  return {
    add({ value, offset }) {
      const id = textOf(value['id'])
      if (value['type'] === 'session') {
        folder ||= textOf(value['cwd'])
        conversation.heard(value['timestamp'])
        return
      }
      if (id !== '' && places.has(id)) {
        conversation.leaveOut('repeated')
        return
      }
      const parent = parentOf(value)
      const message = isFields(value['message']) ? value['message'] : null
      const node = nodeOf(value, { id, offset, parent, ts: value['timestamp'] ?? message?.['timestamp'] })
      last = node ?? parent
      if (id !== '') places.set(id, last)
    },
    kept: conversation.kept,
    end() {
      if (conversation.nodes.length === 0) return []
      return [conversation.end({ title, by: 'user', folder, leaf: last })]
    },
  }
}

const noteTypes = new Set<unknown>(['model_change', 'thinking_level_change', 'custom', 'label'])

const stops: ReadonlyMap<unknown, Answer['stop']> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['toolUse', 'tool_calls'],
  ['error', 'error'],
  ['aborted', 'cancelled'],
])

/** With its provider: a model of the same name here has other tokens, and has not said this. */
function modelOf(value: Fields): { model?: string } {
  const names = [textOf(value['provider']), textOf(value['model'])].filter((name) => name !== '')
  return names.length === 0 ? {} : { model: names.join('/') }
}

function usageOf(value: unknown): Answer['usage'] {
  if (!isFields(value)) return null
  const promptTokens = countOf(value['input']) + countOf(value['cacheRead']) + countOf(value['cacheWrite'])
  const outputTokens = countOf(value['output'])
  const untold = { numCtx: 0, loadMs: 0, promptMs: 0, outputMs: 0 }
  return { promptTokens, outputTokens, contextTokens: promptTokens + outputTokens, ...untold }
}

/** A command that the person ran themselves, as it was told to the model. */
function commandOf(value: Fields): string {
  const output = textOf(value['output'])
  return `$ ${textOf(value['command'])}${output === '' ? '' : `\n\n${output}`}`
}
