// A turn that shows one fault, for rules of routes and for the models `script:<fault>`.
import { type Fault, type FaultName, faultNames, nameOf } from './faults.ts'
import type { Scenario, Step } from './scenario.ts'

const hello: Step = { content: 'Hello', chunk: 'whole' }
const more: Step = { content: ' and more', chunk: 'whole' }
const done: Step = { done: 'stop' }
const calls: Step = {
  tool_calls: [
    { name: 'read_file', arguments: { path: 'notes.txt' } },
    { name: 'read_file', arguments: { path: 'more.txt' } },
  ],
}

const instead: readonly FaultName[] = ['status', 'queue503', 'bom', 'crlf', 'slowFirstToken', 'emptyTurn', 'nullArgs']
const twistsOfCalls: readonly FaultName[] = ['toolCallInDoneLine', 'toolCallNoId', 'dupIds', 'argsAsString']

export function demonstrate(fault: Fault): Step[] {
  const name = nameOf(fault)
  if (twistsOfCalls.includes(name)) return [{ fault }, hello, calls, done]
  if (instead.includes(name) || name === 'lengthEmptyThinking') return [{ fault }, hello, more, done]
  return [hello, { fault }, more, done]
}

/** A scenario for each fault that happens in an answer, by the name of the model that plays it. */
export function faultScripts(): Record<string, Scenario> {
  const inAnswers = faultNames.filter((name) => !name.startsWith('pull') && name !== 'versionOld')
  return Object.fromEntries(inAnswers.map((name) => [`script:${name}`, { turns: [{ steps: demonstrate(name) }] }]))
}
