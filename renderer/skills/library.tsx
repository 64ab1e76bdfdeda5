// The shelf: every skill that is seen, found by its words or by how it stands, and walked through with the arrows.
import { type KeyboardEvent, type RefObject, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import { skillsPage as words } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillSummary } from '../../shared/skills.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { useNow } from '../ui/use-now.ts'
import { Room } from './room.tsx'
import { countsOf, type Filter, filters, shownOf } from './shown.ts'
import { SkillList, type SkillListHandle } from './skill-list.tsx'
import type { Skills } from './skills-store.ts'

/** A reading that is over before is not announced. Milliseconds. */
const slowMs = 400
/** One that lasts longer can be ended. Milliseconds. */
const verySlowMs = 5_000

export interface LibraryProps {
  skills: Skills
  field: RefObject<HTMLInputElement | null>
  /** Chosen by a press, so that a narrow window shows its details. */
  onOpen: (key: string) => void
  /** By a key on its row. */
  onSwitch: (skill: SkillSummary) => void
  onRoots: () => void
  /** The person goes on from the row into its details. */
  onInto: () => void
}

export function Library(props: LibraryProps) {
  const { skills, field } = props
  const { library, failure, readingSince, isStopped, lost, text, filter, shown } = useStore(skills.store)
  const list = useRef<SkillListHandle>(null)
  const all = library?.skills ?? none
  const counts = useMemo(() => countsOf(all), [all])
  const rows = useMemo(() => shownOf(all, filter, text), [all, filter, text])
  const key = shown !== null && shown !== 'roots' ? shown.key : null

  const choose = (next: string) => skills.store.setState({ shown: { key: next } })
  const onFieldKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const [first] = rows
    if (event.key === 'ArrowDown' && first) {
      event.preventDefault()
      list.current?.focusChosen()
    } else if (event.key === 'Enter' && first) {
      event.preventDefault()
      props.onOpen(rows.find((row) => row.key === key)?.key ?? first.key)
    } else if (event.key === 'Escape' && text !== '') {
      // Of the page before the window: there it would stop an answer.
      event.stopPropagation()
      skills.store.setState({ text: '' })
    }
  }
  return (
    <section className="shelf" aria-label={words.library} aria-busy={readingSince !== null}>
      <div className="shelf-top">
        <search className="field">
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            spellCheck={false}
            value={text}
            onChange={(event) => skills.store.setState({ text: event.target.value })}
            onKeyDown={onFieldKey}
          />
          {text !== '' && (
            <button
              type="button"
              className="icon-button icon-button--s"
              aria-label={words.clear}
              onClick={() => {
                skills.store.setState({ text: '' })
                field.current?.focus()
              }}
            >
              <Icon name="close" small />
            </button>
          )}
        </search>
        <Filters
          counts={library && counts}
          filter={filter}
          onChange={(next) => skills.store.setState({ filter: next })}
        />
      </div>
      <Reading skills={skills} since={readingSince} isFirst={library === null} />
      {failure && (
        <Said skills={skills} sentence={failure.message} detail={failure.detail} act={windowWords.tryAgain} />
      )}
      {isStopped && (
        <Said
          skills={skills}
          tone="quiet"
          sentence={library === null ? words.stoppedFirst : words.stopped}
          act={words.again}
        />
      )}
      {lost.map(({ path, found }) => (
        <Said key={path} skills={skills} tone="wait" sentence={words.lost(path, found)} act={words.again} />
      ))}
      {library !== null && rows.length === 0 ? (
        <Nothing isEmpty={all.length === 0} filter={filter} text={text} skills={skills} />
      ) : (
        <SkillList
          ref={list}
          skills={skills}
          rows={rows}
          chosen={key}
          onChoose={choose}
          onOpen={props.onOpen}
          onSwitch={props.onSwitch}
          onInto={props.onInto}
          onLeave={() => field.current?.focus()}
        />
      )}
      <Room skills={skills} />
      <button
        type="button"
        className="row shelf-roots"
        {...(shown === 'roots' ? { 'aria-current': 'true' as const } : {})}
        onClick={props.onRoots}
      >
        <Icon name="folder" />
        <span className="name">{words.roots.open}</span>
        {library && <span className="num place-end">{wholeNumber(library.roots.length)}</span>}
      </button>
    </section>
  )
}

const none: readonly SkillSummary[] = []

/** What went wrong with the look at the folders, and the way to look again. */
function Said(props: {
  skills: Skills
  tone?: 'wait' | 'quiet'
  sentence: string
  detail?: string | undefined
  act: string
}) {
  const { skills, tone, sentence, detail, act } = props
  return (
    <div className="shelf-said">
      <FailureLine tone={tone ?? 'fault'} sentence={sentence} detail={detail} detailLabel={windowWords.details} urgent>
        <button type="button" className="button" onClick={() => void skills.load()}>
          {act}
        </button>
      </FailureLine>
    </div>
  )
}

/** `counts` is null while nothing was counted: nought would be an answer. */
function Filters(props: { counts: Record<Filter, number> | null; filter: Filter; onChange: (filter: Filter) => void }) {
  const { counts } = props
  return (
    <fieldset className="tabs" aria-label={words.show}>
      {filters
        .filter((one) => one !== 'changed' || one === props.filter || (counts?.changed ?? 0) > 0)
        .map((one) => (
          <button key={one} type="button" aria-pressed={one === props.filter} onClick={() => props.onChange(one)}>
            {words.filters[one]}
            {counts && <span className="num">{wholeNumber(counts[one])}</span>}
          </button>
        ))}
    </fieldset>
  )
}

function Reading(props: { skills: Skills; since: number | null; isFirst: boolean }) {
  const { skills, since, isFirst } = props
  useNow(200, since !== null)
  const lasts = since === null ? 0 : performance.now() - since
  const isVerySlow = lasts > verySlowMs
  const said = isVerySlow ? (isFirst ? words.readingSlow : words.readingAgainSlow) : words.reading
  return (
    <div className="shelf-reading">
      <p className="faint" role="status">
        {isVerySlow || (lasts > slowMs && isFirst) ? said : ''}
      </p>
      {isVerySlow && (
        <button type="button" className="button" onClick={skills.stop}>
          {words.stopReading}
        </button>
      )}
    </div>
  )
}

function Nothing(props: { isEmpty: boolean; filter: Filter; text: string; skills: Skills }) {
  const { isEmpty, filter, text, skills } = props
  if (isEmpty && filter === 'all') {
    return (
      <div className="shelf-none">
        <p>{words.none}</p>
        <p className="muted">{words.noneSay}</p>
      </div>
    )
  }
  return (
    <div className="shelf-none">
      <p>{text.trim() === '' ? words.noneHere[filter] : words.noneFound}</p>
      <button type="button" className="link" onClick={() => skills.store.setState({ text: '', filter: 'all' })}>
        {words.withoutFilter}
      </button>
    </div>
  )
}
