// Words of a model's test: its parts, what came of each and why.
import type { PartResult, SelfTest, SelfTestPart } from '../self-test.ts'

const quoted = (text: string) => (text.length > 80 ? `“${text.slice(0, 80)}…”` : `“${text}”`)

export const selfTestWords = {
  parts: {
    streams: 'Streams',
    answers: 'Answers',
    nativeTools: 'Native tools',
    promptedTools: 'Tools as text',
    thinkingOff: 'Thinking off',
    vision: 'Vision',
  } satisfies Record<SelfTestPart, string>,
  outcomes: { ok: 'works', failed: 'failed', 'not-claimed': 'not claimed' } satisfies Record<
    PartResult['outcome'],
    string
  >,

  streamed: (pieces: number) => `The answer came in ${pieces} pieces.`,
  notStreamed: 'The answer came all at once, so nothing is seen until it is whole.',
  answered: 'It answered what was asked.',
  answeredOther: (text: string) => `It answered ${quoted(text)}, which is not what was asked for.`,
  empty: 'The answer was empty.',
  onlyThought: 'It only thought, and came to no answer.',
  called: 'It called the tool with the right argument.',
  calledOther: 'It called the tool, but not with what was asked for.',
  wroteCall: 'It wrote the call into its text, where Ollama does not see it.',
  noCall: 'It did not call the tool.',
  dropped: 'Nothing came: Ollama drops calls that it cannot read.',
  badCall: 'It wrote a call that cannot be read.',
  noToolsClaimed: 'Ollama says that this model has no tools.',
  silent: 'It did not think when it was told not to.',
  thoughtAnyway: 'It thought although it was told not to.',
  noThinkingClaimed: 'This model does not think.',
  saw: 'It read the number in the picture.',
  sawOther: (text: string) => `It was shown the number 47, and ${quoted(text)} was its answer.`,
  noVisionClaimed: 'Ollama says that this model sees no pictures.',
  tooLong: (seconds: number) => `No whole answer came within ${seconds} seconds.`,

  running: (model: string) => `${model} is being tested already.`,
  busyPhases: {
    waiting: 'Waiting: something is being answered, and that goes first.',
    loading: 'Loading the model…',
    asking: 'Testing…',
  },
  badges: (model: string) => `What ${model} was found to do`,
  /** For those who listen, before the name of a part. */
  outcomeSaid: (outcome: PartResult['outcome']) =>
    `: ${outcome === 'ok' ? 'works' : outcome === 'failed' ? 'failed' : 'not claimed'}`,
  untested: 'Not tested yet',
  test: 'Test this model',
  again: 'Test again',
  stop: 'Stop the test',
  testedAt: (when: string) => `Tested ${when}.`,
  note: 'Asks it four short questions, about ten seconds once it is loaded. What comes of it decides how tools are called.',
  asked: 'Asked',
  came: 'Came',
  nothing: 'nothing',
  line: (outcome: string, name: string, reason: string) => `${name.padEnd(14)} ${outcome.padEnd(12)} ${reason}`,
  notKept: 'The server does not say which model this is exactly, so what was found is not kept.',
} as const

/** How a model calls tools, as a test has found. */
export type ToolsFound = 'native' | 'prompted' | 'none' | 'untested'

/** Where a model is picked: a word or two for each, and one sentence or two of reasons. */
export const pickerWords = {
  tools: {
    native: 'native tools',
    prompted: 'tools as text',
    none: 'no tools',
    untested: 'not tested',
  } satisfies Record<ToolsFound, string>,
  untested: 'Not tested yet. It can be tested on the Models page.',
} as const

/** null is untested. */
export function toolsOf(test: SelfTest | null): ToolsFound {
  if (test === null) return 'untested'
  const works = (part: SelfTestPart) => test.parts.some((one) => one.part === part && one.outcome === 'ok')
  return works('nativeTools') ? 'native' : works('promptedTools') ? 'prompted' : 'none'
}

/** The reason for how tools are called, and for whatever failed. */
export function whyOf(test: SelfTest | null): string {
  if (test === null) return pickerWords.untested
  const decides: SelfTestPart = toolsOf(test) === 'native' ? 'nativeTools' : 'promptedTools'
  return test.parts
    .filter(({ part, outcome }) => part === decides || outcome === 'failed')
    .map(({ part, reason }) => `${selfTestWords.parts[part]}: ${reason}`)
    .join(' ')
}
