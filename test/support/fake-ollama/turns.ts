// Which turn of a scenario answers a request.
import { can } from './models.ts'
import type { Asked } from './requests.ts'
import type { Match, Scenario, Step } from './scenario.ts'
import { usualAnswer } from './text.ts'

/** Null when no turn fits and nothing else was agreed. */
export function chooseSteps(scenario: Scenario, asked: Asked, nth: number): readonly Step[] | null {
  const turn = scenario.turns.find(({ match }) => match === undefined || fits(match, asked, nth))
  if (turn !== undefined) return turn.steps
  if (scenario.fallback !== 'answer') return null
  const question = asked.messages.findLast((message) => message.role === 'user')?.content ?? ''
  return usualAnswer(question, asked.think !== false && can(asked.model, 'thinking'), asked.name)
}

function fits(match: Match, asked: Asked, nth: number): boolean {
  const last = asked.messages.at(-1)
  const results = promptedResults(asked)
  const answeredTool = match.matchPromptMode ? null : nameOfResult(asked)
  const resultFits =
    match.toolResultFor === undefined ||
    answeredTool === match.toolResultFor ||
    (match.matchPromptMode === true && results.includes(match.toolResultFor))
  return (
    (match.model === undefined || match.model === asked.name) &&
    (match.lastRole === undefined || match.lastRole === last?.role) &&
    (match.contains === undefined || (last?.content.includes(match.contains) ?? false)) &&
    (match.think === undefined || match.think === (asked.think !== false)) &&
    (match.hasTools === undefined || match.hasTools === asked.tools.length > 0) &&
    (match.matchPromptMode === undefined || match.matchPromptMode === results.length > 0) &&
    (match.nth === undefined || match.nth === nth) &&
    resultFits
  )
}

/** Whose result the last message is: by the id of the call, else by the name it came with. */
function nameOfResult({ messages }: Asked): string | null {
  const last = messages.at(-1)
  if (last?.role !== 'tool') return null
  const calls = messages.flatMap(({ toolCalls }) => toolCalls)
  const called = last.toolCallId === '' ? undefined : calls.find(({ id }) => id === last.toolCallId)
  return called?.name ?? last.toolName
}

/** Names of the results in the last message of the user; one without a name counts as an empty one. */
function promptedResults({ messages }: Asked): string[] {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return [...content.matchAll(/<tool_result\b(?:[^>]*\bname="([^"]*)")?/gu)].map(([, name]) => name ?? '')
}
