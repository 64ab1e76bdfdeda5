// Words about the window of a model: how large it is, what stands in it, and what the server says of it.
import type { ContextPart, ContextReport } from '../context-report.ts'
import type { ModelWindow } from '../context-window.ts'
import { took } from './durations.ts'
import { size } from './sizes.ts'

const count = (tokens: number) => tokens.toLocaleString('en')

/** "16k", "131k": rounded as people say them; below a thousand exactly. */
export function shortTokens(tokens: number): string {
  if (tokens < 1_000) return String(tokens)
  return tokens < 10_000 && tokens % 1_024 !== 0
    ? `${(tokens / 1_024).toFixed(1).replace('.0', '')}k`
    : `${Math.round(tokens / 1_024)}k`
}

export const contextWords = {
  heading: 'Context',
  of: (window: number) => `of ${count(window)} tokens`,
  count,
  parts: {
    system: 'System',
    tools: 'Tools',
    skills: 'Skills',
    history: 'History',
    results: 'Tool results',
    attached: 'Attached',
    answer: 'Last answer',
  } satisfies Record<ContextPart, string>,
  free: 'Free',
  legend: 'What stands in the window',
  by: {
    server: (moment: string) => `Counted by Ollama${moment === '' ? '' : ` at ${moment}`}.`,
    since: (moment: string) =>
      `About: something has changed since Ollama counted${moment === '' ? '' : ` at ${moment}`}.`,
    guess: () => 'Estimated: Ollama has not counted anything of this model here yet.',
  } satisfies Record<ContextReport['by'], (moment: string) => string>,
  forAnswer: (tokens: number) => `Of what is free, ${count(tokens)} are kept for an answer.`,
  none: 'How large its window will be is known when the model is installed and Ollama answers.',
  reading: 'Adding up…',
  long: 'This session is long, so what stands in its window is added up when you want it.',
  addUp: 'Add it up',
  notBegun: (tokens: number) => `A new session has a window of ${count(tokens)} tokens with this model.`,

  keeps: (window: number) =>
    `This session keeps its window of ${count(window)} tokens, so that Ollama need not load the model again.`,
  take: (window: number) => `Use ${count(window)} from here on`,
  taken: (window: number) =>
    `From the next answer on this session uses ${count(window)} tokens. Ollama loads the model again for it, once.`,

  loaded: (window: number) => `Ollama has it in memory with a window of ${count(window)} tokens.`,
  loadedUnknown: 'Ollama has it in memory.',
  notLoaded: 'It is not in memory now. The next answer waits until Ollama has loaded it.',
  onCard: 'All of it lies on the graphics card.',
  onProcessor: 'It runs on the processor, not on a graphics card.',
  partly: (percent: number) =>
    `${percent}% of it is in the graphics card’s memory, the rest is slower. A smaller window or a smaller model may fit whole.`,
  other: (asked: number, loaded: number) =>
    `Loaded with ${count(loaded)} tokens, while this session asks for ${count(asked)}.`,
  smaller: (asked: number, loaded: number) =>
    `With the last answer Ollama had loaded ${count(loaded)} tokens of the ${count(asked)} that were asked for, so the model may not have read everything.`,
  reloads: (times: number, since: string, last: string, ms: number) =>
    `Loaded again ${times === 1 ? 'once' : `${count(times)} times`} in this session${since === '' ? '' : ` since ${since}`}, last${last === '' ? '' : ` at ${last}`}, which took ${took(ms)}.`,

  /** In the composer's foot. */
  meter: (used: number, window: number) => `${shortTokens(used)} of ${shortTokens(window)}`,
  meterLabel: (used: number, window: number) =>
    `Context: ${shortTokens(used)} of ${shortTokens(window)} tokens. Show what stands in it`,
  meterHint: (used: number, window: number) =>
    `${count(used)} of ${count(window)} tokens, as Ollama counted with the last answer`,

  /** On the Models page. */
  window: {
    heading: 'Context window of new sessions',
    automatic: 'Automatic',
    step: shortTokens,
    is: ({ automatic, automaticBy, memoryBytes }: ModelWindow) => {
      const why = {
        maker: 'as its maker set it',
        memory: `by the ${size(memoryBytes ?? 0)} of memory of this computer`,
        usual: 'the usual, since the memory of the server’s machine is not known',
      }[automaticBy]
      return `Automatic is ${count(automatic)} tokens, ${why}.`
    },
    trained: (tokens: number) => `It was trained for up to ${count(tokens)}.`,
    tooLarge: 'There is probably not enough memory for so much: Ollama may be slow, or give it a smaller window.',
    note: 'A session that has begun keeps the window it has, until you change that in its panel.',
    reading: 'Asking for its window…',
    chosen: (model: string, tokens: number | null) =>
      tokens === null
        ? `New sessions with ${model} choose their window by themselves.`
        : `New sessions with ${model} have a window of ${count(tokens)} tokens.`,
  },
} as const
