// What `carrel run` says of calls to a person: a line when one begins, a line when it has ended, and what it has changed.
import { callFacts, objectOf } from '../../../shared/call-facts.ts'
import { callWords } from '../../../shared/messages/calls.ts'
import { took } from '../../../shared/messages/durations.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { RunState } from '../../../shared/run.ts'
import type { MessageRecord } from '../../../shared/session.ts'
import type { RecordedCall } from '../../../shared/session-tree.ts'
import type { TouchedFile } from '../../../shared/tool.ts'
import { printable } from '../front.ts'

const words = messages.terminal
/** Of one file; the session has all of it. */
const diffLinesShown = 120

export interface CallLines {
  /** The model has made this call. */
  called(call: RecordedCall): void
  /** These go on. */
  going(calling: RunState['calling']): void
  /** One that goes on, for so long, as a line that may be drawn again. */
  goingLine(call: { callId: string; name: string }, time: string): string
  ended(result: MessageRecord): void
}

export function createCallLines(write: (text: string) => void, hasColour: boolean): CallLines {
  const calls = new Map<string, RecordedCall>()
  const told = new Set<string>()
  const coloured = (code: number, text: string) => (hasColour ? `\u001b[${code}m${text}\u001b[0m` : text)

  function showDiff({ path, diff }: TouchedFile): void {
    if (diff === null) return
    // Before it stand only names.
    const all = printable(diff.slice(diff.indexOf('\n@@') + 1)).split('\n')
    if (all.at(-1) === '') all.pop()
    for (const line of all.slice(0, diffLinesShown)) {
      const colour = line.startsWith('+') ? green : line.startsWith('-') ? red : faint
      write(`    ${coloured(colour, line)}\n`)
    }
    if (all.length > diffLinesShown) write(`    ${words.moreOfDiff(all.length - diffLinesShown, printable(path))}\n`)
  }

  function begins(callId: string, name: string): string {
    const call = calls.get(callId) ?? { id: callId, name, arguments: null }
    return words.callBegins(callWords.verb(name, { state: 'running', detail: null }), nameOf(call))
  }

  return {
    called: (call) => void calls.set(call.id, call),
    going(calling) {
      for (const { callId, name, ms } of calling) {
        if (told.has(callId) || ms !== null) continue
        told.add(callId)
        write(`${begins(callId, name)}\n`)
      }
    },
    goingLine: ({ callId, name }, time) => `${begins(callId, name)}  ${time}`,
    ended(result) {
      const name = typeof result['name'] === 'string' ? result['name'] : ''
      const call = calls.get(String(result['callId'])) ?? { id: '', name, arguments: null }
      const facts = callFacts(result)
      const files = facts.state === 'done' ? (facts.detail?.files ?? []) : []
      const outcome = files.length > 0 ? words.changed(callWords.added(files), callWords.removed(files)) : null
      const said = [outcome ?? callWords.outcome(name, facts), facts.ms === null ? '' : took(facts.ms)].filter(Boolean)
      const isDone = facts.state === 'done'
      const line = words.callEnded(isDone, callWords.verb(name, facts), nameOf(call), said.join(', '))
      write(`${isDone ? line : coloured(red, line)}\n`)
      for (const file of files) showDiff(file)
    },
  }
}

const green = 32
const red = 31
const faint = 2

/** In one line, whatever is in it. */
function nameOf(call: RecordedCall): string {
  const { text, isPath, isCommand, within } = objectOf(call)
  const what = text === '' ? callWords.noName : isPath || isCommand || text === call.name ? text : callWords.query(text)
  return printable(`${what}${within === null ? '' : callWords.inPath(within)}`).replace(/[\n\t]/g, ' ')
}
