// What the script says next, from the conversation so far: no state of its own, so an answer given again is the same.
import { tourQuestions, tourScript as words } from '../../../shared/messages/tour-script.ts'
import type { GenerateRequest, ModelMessage } from '../../contracts.ts'

/** A turn of it: words, and what it calls. The turn without a call is the last one. */
export interface Line {
  text: string
  calls: readonly { name: string; arguments: Readonly<Record<string, unknown>> }[]
}

interface Asked {
  question: string
  /** What its own calls came to, oldest first. */
  results: readonly ModelMessage[]
  /** The tool is offered. */
  has(tool: string): boolean
}

export function nextLine({ messages, tools = [] }: Pick<GenerateRequest, 'messages' | 'tools'>): Line {
  const at = messages.findLastIndex(({ role }) => role === 'user')
  const asked: Asked = {
    question: askedWords(messages[at]?.content ?? ''),
    results: messages.slice(at + 1).filter(({ role }) => role === 'tool'),
    has: (name) => tools.some((tool) => tool.name === name),
  }
  const step = steps.find(([question]) => question === asked.question)
  return step ? step[1](asked) : say(words.unknown)
}

/** Behind each question the loop says when it was asked and in which folder. */
const askedWords = (content: string) => content.replace(/\n+\(Asked on [^\n]*\)$/, '').trim()

const say = (text: string): Line => ({ text, calls: [] })
const call = (text: string, ...calls: Line['calls']): Line => ({ text, calls })

/** How the loop begins what it answers of a call that was not let happen. */
const wasDenied = (result: ModelMessage | undefined) => /^(not done|not run|cancelled)\b/.test(result?.content ?? '')

const steps: readonly [string, (asked: Asked) => Line][] = [
  [tourQuestions.begin, () => say(words.begin)],
  [
    tourQuestions.read,
    ({ results, has }) => {
      if (!has('read_file')) return say(words.noFiles)
      if (results.length === 0) return call(words.lookAround, { name: 'read_file', arguments: { path: '.' } })
      const read = ['ferry.md', 'hut.md', 'money.md'].map((path) => ({ name: 'read_file', arguments: { path } }))
      return results.length === 1 ? call(words.readSome, ...read) : say(words.summary)
    },
  ],
  [
    tourQuestions.find,
    ({ results: [found], has }) => {
      if (!has('search_files')) return say(words.noFiles)
      if (!found) return call(words.search, { name: 'search_files', arguments: { query: 'ferry' } })
      const count = found.content.match(/^\S+\.md:\d+: /gm)?.length ?? 0
      return say(count === 0 ? words.notFound : words.found(count))
    },
  ],
  [
    tourQuestions.write,
    ({ results: [list, key], has }) => {
      if (!has('write_file')) return say(has('read_file') ? words.readOnly : words.noFiles)
      const write = (path: string, content: string) => ({ name: 'write_file', arguments: { path, content } })
      if (!list) return call(words.writeList, write('packing-list.md', words.packingList))
      if (wasDenied(list)) return say(words.stepFailed)
      if (!key) return call(words.writeKey, write('hut.key', words.keyText))
      return say(wasDenied(key) ? words.keyDenied : words.written)
    },
  ],
  [
    tourQuestions.command,
    ({ results: [ran], has }) => {
      if (!has('read_file')) return say(words.noFiles)
      if (!has('run_command')) return say(words.commandsOff)
      if (!ran) return call(words.command, { name: 'run_command', arguments: { command: words.commandLine } })
      if (wasDenied(ran)) return say(words.commandDenied)
      return say(/\btotal\b/.test(ran.content) ? words.commandRan : words.commandFailed)
    },
  ],
  [
    tourQuestions.skill,
    ({ results, has }) => {
      // The skill that the question begins with was called by the person, before the script was asked.
      const [skill, ...own] = results
      if (skill?.toolName !== 'use_skill') return say(words.skillOff)
      if (!has('write_file')) return say(has('read_file') ? words.readOnly : words.noFiles)
      const path = 'phone-call.md'
      if (own.length === 0) return call(words.skillRead, { name: 'read_file', arguments: { path } })
      const tidied = { name: 'write_file', arguments: { path, content: words.tidyNote } }
      if (own.length === 1) return call(words.writeTidy, tidied)
      return say(wasDenied(own[1]) ? words.stepFailed : words.tidied)
    },
  ],
]
