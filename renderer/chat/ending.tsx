// What is said after an answer that did not simply end: stopped, cut off, failed, empty.
import { window as words } from '../../shared/messages/window.ts'
import type { StopReason } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import type { IconName } from '../ui/icon.tsx'

export interface EndingFacts {
  stop: StopReason | undefined
  error: { message: string; detail?: string | undefined } | null
  isEmpty: boolean
  /** There were answers before it in this turn, which called something. */
  hasBefore: boolean
}

interface Said {
  icon: IconName
  tone: 'fault' | 'wait' | 'quiet'
  sentence: string
}

export function Ending(props: {
  facts: EndingFacts
  isFresh: boolean
  onRetry: (() => void) | null
  /** Asks for more: where a limit has ended an answer that could have gone on. */
  onGoOn: (() => void) | null
}) {
  const said = say(props.facts)
  if (!said) return null
  return (
    <div className="ending">
      <FailureLine
        icon={said.icon}
        tone={said.tone}
        sentence={said.sentence}
        detail={props.facts.error?.detail}
        detailLabel={words.details}
        urgent={props.isFresh}
      >
        {props.onRetry && props.facts.stop === 'limit' && props.onGoOn && (
          <button type="button" className="button" onClick={props.onGoOn}>
            {words.ending.goOn}
          </button>
        )}
        {props.onRetry && (
          <button type="button" className="button" onClick={props.onRetry}>
            {words.retry}
          </button>
        )}
      </FailureLine>
    </div>
  )
}

/** It did not simply end. */
export function needsWords(facts: EndingFacts): boolean {
  return say(facts) !== null
}

function say({ stop, error, isEmpty, hasBefore }: EndingFacts): Said | null {
  switch (stop) {
    case 'error':
      return { icon: 'warn', tone: 'fault', sentence: error?.message ?? words.ending.failed }
    case 'interrupted':
      return { icon: 'warn', tone: 'wait', sentence: error?.message ?? words.ending.interrupted }
    case 'cancelled':
      return {
        icon: 'stop',
        tone: 'quiet',
        sentence: isEmpty && !hasBefore ? words.ending.stoppedEarly : words.ending.stopped,
      }
    case 'length':
      return { icon: 'warn', tone: 'wait', sentence: isEmpty ? words.ending.lengthEmpty : words.ending.length }
    case 'limit':
      return { icon: 'warn', tone: 'wait', sentence: error?.message ?? words.ending.limit }
    case 'denied':
      return { icon: 'stop', tone: 'quiet', sentence: error?.message ?? words.ending.denied }
    // What was called is shown, and another answer follows.
    case 'tool_calls':
      return null
    case 'stop':
    case undefined:
      return isEmpty ? { icon: 'warn', tone: 'wait', sentence: words.ending.empty } : null
    default:
      return stop satisfies never
  }
}
