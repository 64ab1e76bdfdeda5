// Searching all sessions: one field, a few filters, and what was found, by session.
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { searchPage as words } from '../../shared/messages/search-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SearchHit } from '../../shared/search.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { oneDecimal, wholeNumber } from '../ui/moments.ts'
import { useNow } from '../ui/use-now.ts'
import { Results } from './results.tsx'
import { SearchFilters } from './search-filters.tsx'
import { everything, isFiltered, type Search } from './search-store.ts'
import './search.css'

export interface SearchPageProps {
  search: Search
  barStart: ReactNode
  /** Counts up when the field shall take the focus. */
  toField: number
  /** Something was written before this page was there: it goes on behind that. True once only. */
  hasBegun: RefObject<boolean>
  onOpen: (hit: SearchHit) => void
}

/** An answer that is there before is not announced as being waited for. Milliseconds. */
const slowMs = 400

export function SearchPage({ search, barStart, toField, hasBegun, onOpen }: SearchPageProps) {
  const state = useStore(search.store)
  const { wanted, answer, failure, askedAt, index, isRebuilding } = state
  const field = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted up whenever the field shall take the focus
  useLayoutEffect(() => {
    const to = field.current
    to?.focus()
    if (hasBegun.current) to?.setSelectionRange(to.value.length, to.value.length)
    else to?.select()
    hasBegun.current = false
  }, [toField])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const hits = [...(page.current?.querySelectorAll<HTMLElement>('.hit') ?? [])]
    const at = hits.indexOf(document.activeElement as HTMLElement)
    const isInField = document.activeElement === field.current
    if (!isInField && at < 0) return
    const go = (to: HTMLElement | null | undefined) => {
      if (!to) return
      event.preventDefault()
      to.focus()
      to.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'ArrowDown') go(hits[at + 1])
    else if (event.key === 'ArrowUp') go(at <= 0 ? field.current : hits[at - 1])
    else if (event.key === 'Home' && at >= 0) go(hits[0])
    else if (event.key === 'End' && at >= 0) go(hits.at(-1))
    else if (event.key === 'Enter' && isInField) {
      event.preventDefault()
      if (askedAt === null) hits[0]?.click()
    } else if (event.key === 'Escape' && at >= 0) {
      // Of the page before the window: there it would stop an answer.
      event.stopPropagation()
      go(field.current)
    } else if (event.key === 'Escape' && wanted.text !== '') {
      event.stopPropagation()
      search.want({ text: '' })
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows lead from the field into the list and back
    <div ref={page} className="search" onKeyDown={onKeyDown}>
      <header className="bar">
        {barStart}
        <h1>{words.title}</h1>
      </header>
      <search className="finder">
        <div className="field">
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            aria-label={words.field}
            placeholder={words.placeholder}
            spellCheck={false}
            value={wanted.text}
            onChange={(event) => search.want({ text: event.target.value })}
          />
          <span className="count" role="status">
            <Count {...state} />
          </span>
          {wanted.text !== '' && (
            <button
              type="button"
              className="icon-button icon-button--s"
              aria-label={words.clear}
              onClick={() => {
                search.want({ text: '' })
                field.current?.focus()
              }}
            >
              <Icon name="close" small />
            </button>
          )}
        </div>
        <SearchFilters {...state} onChange={search.want} />
      </search>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="results scroll" aria-label={words.region} aria-busy={askedAt !== null} tabIndex={0}>
        <div className="results-column">
          {index?.state === 'off' && (
            <div className="search-line">
              <Icon name="warn" />
              <p>{index.reason}</p>
              <button type="button" className="link" disabled={isRebuilding} onClick={() => void search.rebuild()}>
                {isRebuilding ? words.rebuilding : words.off}
              </button>
            </div>
          )}
          {index?.state === 'indexing' && index.files < index.of && (
            <div className="search-line" role="status">
              <Icon name="running" />
              <p>{words.notAll(wholeNumber(index.files), wholeNumber(index.of))}</p>
              <progress max={index.of} value={index.files} aria-label={words.rebuilding} />
            </div>
          )}
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent>
              <button type="button" className="button" onClick={search.again}>
                {windowWords.tryAgain}
              </button>
            </FailureLine>
          )}
          {answer?.problems.map((problem) => (
            <p key={problem} className="search-said">
              {problem}
            </p>
          ))}
          {wanted.text.trim() === '' ? (
            <Hints />
          ) : answer === null ? null : answer.hits.length === 0 ? (
            askedAt === null && (
              <div className="search-none">
                <p>{isFiltered(wanted) ? words.nothingFiltered : words.nothing}</p>
                {isFiltered(wanted) ? (
                  <button type="button" className="link" onClick={() => search.want(everything)}>
                    {words.withoutFilters}
                  </button>
                ) : (
                  <p className="muted">{words.nothingSay}</p>
                )}
              </div>
            )
          ) : (
            <>
              {answer.match !== 'all' && index?.state !== 'off' && <p className="search-said">{words[answer.match]}</p>}
              <Results hits={answer.hits} onOpen={onOpen} />
            </>
          )}
        </div>
      </section>
    </div>
  )
}

function Count({ answer, askedAt, wanted }: ReturnType<Search['store']['getState']>) {
  useNow(200, askedAt !== null)
  if (wanted.text.trim() === '') return null
  if (askedAt !== null && performance.now() - askedAt > slowMs) return words.searching
  if (answer === null || answer.hits.length === 0) return null
  const { total, sessions, more, ms } = answer
  return words.count(
    wholeNumber(total),
    wholeNumber(sessions),
    sessions === 1,
    more,
    oneDecimal(ms < 10 ? ms : Math.round(ms)),
  )
}

function Hints() {
  return (
    <section className="search-hints" aria-label={words.hintsTitle}>
      <h2>{words.hintsTitle}</h2>
      <dl>
        {words.hints.map(([query, meaning]) => (
          <div key={query}>
            <dt>
              <code>{query}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
