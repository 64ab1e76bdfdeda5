// When, how long and how fast: the quiet line under the name of a model.
import { compareWords as words } from '../../../shared/messages/compare.ts'
import { took } from '../../../shared/messages/durations.ts'
import { messageMoment, oneDecimal, wholeNumber } from '../../ui/moments.ts'

export interface AnswerCost {
  /** ISO 8601 UTC of its last words; null where that is not said. */
  at: string | null
  tokens: number
  /** Tokens a second; null where too little was written to say. */
  rate: number | null
  /** Milliseconds the model needed: loading, reading and writing, as the server counted them. */
  ms: number
}

export function factsLine({ at, tokens, rate, ms }: AnswerCost): string[] {
  return [
    ...(at === null ? [] : [messageMoment(at, new Date())]),
    ...(tokens > 0 ? [words.tokens(wholeNumber(tokens))] : []),
    ...(rate === null ? [] : [words.rate(oneDecimal(rate))]),
    ...(ms > 0 ? [took(ms)] : []),
  ]
}

/** Shorter than a tenth of a second says nothing about the rate. */
export function rateOf(tokens: number, outputMs: number): number | null {
  return outputMs >= 100 && tokens > 0 ? (tokens * 1_000) / outputMs : null
}
