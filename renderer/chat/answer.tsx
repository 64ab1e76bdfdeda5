// An answer, live or recorded: its thinking, its text, how it ended. Both are the same elements, so nothing jumps
// when the record takes the place of the live text.
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import type { RunState } from '../../shared/run.ts'
import type { MessageRecord } from '../../shared/session.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { inOrder } from '../ui/in-order.ts'
import { Markdown, type MarkdownReader } from '../ui/markdown/markdown.tsx'
import { messageMoment, oneDecimal, wholeNumber } from '../ui/moments.ts'
import { plainTitle } from '../ui/plain-title.ts'
import { useNow } from '../ui/use-now.ts'
import { useActing } from './acting.ts'
import type { Live } from './chat-store.ts'
import { Ending, type EndingFacts, needsWords } from './ending.tsx'
import type { Said, Turn } from './entries.ts'
import { callCount } from './folds.ts'
import type { LiveText } from './live-run.ts'
import { LiveState, Silence } from './live-state.tsx'
import { HiddenMark, MessageActions } from './message-actions.tsx'
import { Thought } from './thought.tsx'

const Calls = lazy(async () => ({ default: (await import('./seldom.ts')).Calls }))

export function Answer(props: {
  said: Said | null
  live: Live | null
  reader: MarkdownReader
  /** The last of its turn, and there is a question to be answered again. */
  canRegenerate: boolean
  /** What became of skills in its turn; null when that is told elsewhere. */
  skills: Turn['skills'] | null
  /** It has just failed. */
  isFresh: boolean
  /** null when this is not the last answer, or nothing can be asked now. */
  onRetry: (() => void) | null
  /** It is not the first answer of its turn. */
  hasBefore: boolean
  /** The run that does what this answer called, while it goes on. */
  calling: RunState | null
  /** Its steps stand behind a line. */
  isFolded: boolean
  /** That line, when it begins here. */
  fold: ReactNode
  /** Somebody looks into one of its calls. */
  onOpened: () => void
}) {
  const { said, live, reader } = props
  const record = said?.record ?? null
  const text = useAnswerText(record, live)
  const isGoingOn = live !== null && live.end === null
  const isWriting = isGoingOn && live.run.phase === 'writing'
  const ended = record ? recordFacts(record) : live?.end ? endFacts(live) : null
  const facts = ended && { ...ended, hasBefore: props.hasBefore }
  const hasWords = text.text.trim() !== ''
  const acting = useActing()
  return (
    <>
      {(text.thinking.trim() !== '' || (isGoingOn && live.run.phase === 'thinking')) && (
        <div
          className={said?.isHidden ? 'work dimmed' : 'work'}
          data-entry={record?.id}
          data-part="thinking"
          hidden={props.isFolded && !hasWords}
        >
          <LiveThought entryId={record?.id ?? null} text={text.thinking} live={live} />
        </div>
      )}
      {(hasWords || isWriting) && (
        <div className={said?.isHidden ? 'answer dimmed' : 'answer'} data-entry={record?.id} data-part="content">
          <Markdown text={text.text} finished={!isGoingOn} caret={isWriting} reader={reader} />
          {said && hasWords && !needsMeta(said) && (
            <span className="copy-words">
              <CopyButton text={said.record.content} label={words.copyWords} done={words.copied} />
            </span>
          )}
        </div>
      )}
      {/* Below the words, where the first call will stand: neither moves the other. */}
      {isGoingOn && <LiveState run={live.run} behindTitle={live.behindTitle} />}
      {isGoingOn && <Silence live={live} />}
      {props.fold}
      {said && callCount(said) > 0 && (
        <Suspense fallback={<RoomFor steps={callCount(said)} isFolded={props.isFolded} />}>
          <Calls said={said} run={props.calling} isFolded={props.isFolded} onOpened={props.onOpened} />
        </Suspense>
      )}
      {facts && (
        <Ending
          facts={facts}
          isFresh={props.isFresh}
          onRetry={props.onRetry}
          onGoOn={acting.may === 'all' ? () => void acting.chat.goOn(acting.model()) : null}
        />
      )}
      {said && needsMeta(said) && (
        <AnswerMeta
          said={said}
          skills={props.skills}
          // Where the ending offers it already, once is enough.
          canRegenerate={props.canRegenerate && !(facts && needsWords(facts) && props.onRetry)}
        />
      )}
    </>
  )
}

/** Words between two steps are part of one answer: what can be done with it stands at its end; only copied are they here. */
function needsMeta({ record, versions, isHidden }: Said): boolean {
  if (versions || isHidden) return true
  return record.content !== '' && record.stop !== 'tool_calls'
}

/** As much as the lines of the calls will take: in the first session that has some, nothing moves when they are drawn. */
function RoomFor(props: { steps: number; isFolded: boolean }) {
  return (
    <div className="work" hidden={props.isFolded} aria-hidden>
      {inOrder(Array.from({ length: props.steps }), (_, place) => (
        <p key={place} className="step" />
      ))}
    </div>
  )
}

function LiveThought(props: { entryId: string | null; text: string; live: Live | null }) {
  const { live } = props
  const isGoingOn = live !== null && live.run.phase === 'thinking' && live.end === null
  const now = useNow(1_000, isGoingOn)
  const took = isGoingOn
    ? words.seconds(Math.max(0, Math.floor((now - Date.parse(live.run.phaseSince)) / 1_000)))
    : null
  const { chat } = useActing()
  const isWanted = useStore(
    chat.store,
    ({ target }) => target !== null && target.entryId === props.entryId && target.field === 'thinking',
  )
  return <Thought text={props.text} isGoingOn={isGoingOn} took={took} isWanted={isWanted} />
}

/** Under the answer: who wrote it, how much, and what can be done with it. */
function AnswerMeta(props: { said: Said; skills: Turn['skills'] | null; canRegenerate: boolean }) {
  const { said } = props
  const { record } = said
  const facts = [
    record.model,
    record.ts === null ? undefined : messageMoment(record.ts, new Date()),
    ...usageFacts(record),
    ...skillFacts(props.skills),
  ]
  return (
    <div className="meta meta--answer" data-message={record.id}>
      <span className="cut" title={props.skills?.offered?.join(', ')}>
        {facts.filter((fact) => fact !== undefined && fact !== '').join(words.between)}
      </span>
      {said.isHidden && <HiddenMark entryId={record.id} />}
      <span className="gap" />
      <MessageActions said={said} canRegenerate={props.canRegenerate} />
    </div>
  )
}

function usageFacts({ usage }: MessageRecord): string[] {
  if (!usage?.outputTokens) return []
  const facts = [words.tokens(usage.outputTokens, wholeNumber(usage.outputTokens))]
  // Shorter than a tenth of a second says nothing about the rate.
  if (usage.outputMs !== undefined && usage.outputMs >= 100) {
    facts.push(words.rate(oneDecimal((usage.outputTokens * 1_000) / usage.outputMs)))
  }
  return facts
}

/** Of how many the model was told, and which ones were used. */
function skillFacts(skills: Turn['skills'] | null): string[] {
  if (!skills) return []
  const { offered, used } = skills
  return [
    ...(offered && offered.length > 0 ? [words.skills.offered(offered.length, wholeNumber(offered.length))] : []),
    ...used.map(({ name, by }) => words.skills.used(plainTitle(name), by)),
  ]
}

const nothing: LiveText = { text: '', thinking: '' }
const neverChanges = () => () => undefined

function useAnswerText(record: MessageRecord | null, live: Live | null): LiveText {
  const isRecorded = record !== null
  const shown = useSyncExternalStore(
    isRecorded || !live ? neverChanges : live.text.subscribe,
    isRecorded || !live ? () => nothing : live.end ? live.text.arrived : live.text.shown,
  )
  return isRecorded ? { text: record.content, thinking: record.thinking ?? '' } : shown
}

function recordFacts(record: MessageRecord): Omit<EndingFacts, 'hasBefore'> {
  return { stop: record.stop, error: record.error ?? null, isEmpty: record.content.trim() === '' }
}

function endFacts({ end, text }: Live): Omit<EndingFacts, 'hasBefore'> {
  return { stop: end?.stop, error: end?.error ?? null, isEmpty: text.arrived().text.trim() === '' }
}
