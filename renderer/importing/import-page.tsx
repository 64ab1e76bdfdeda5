// Importing: logs of other programs, and of other Carrels, chosen natively; and what came of them.
import { type ReactNode, useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { ImportProgress } from '../../shared/importing.ts'
import { importPage as words } from '../../shared/messages/importing.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { Report } from './import-report.tsx'
import { importOf } from './import-store.ts'
import './import.css'

export interface ImportPageProps {
  bridge: Bridge
  barStart: ReactNode
  /** Nothing can be imported; the reason stands at the top of the window. */
  isReadOnly: boolean
  onOpen: (sessionId: string) => void
}

export function ImportPage({ bridge, barStart, isReadOnly, onOpen }: ImportPageProps) {
  const room = importOf(bridge)
  const { running, report, failure } = useStore(room.store)
  const heading = useRef<HTMLHeadingElement>(null)
  const choose = useRef<HTMLButtonElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  // The button that stopped it has gone, and the focus with it.
  const isRunning = running !== null
  useEffect(() => {
    if (!isRunning && document.activeElement === document.body) choose.current?.focus()
  }, [isRunning])

  return (
    <>
      <header className="bar">
        {barStart}
        <h1 ref={heading} tabIndex={-1}>
          {windowWords.import.title}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="import scroll" aria-label={windowWords.import.title} tabIndex={0}>
        <div className="import-column">
          <p className="import-lead">{words.lead}</p>
          <dl className="import-places">
            {words.places.map(([program, place]) => (
              <div key={program}>
                <dt>{program}</dt>
                <dd className={place?.startsWith('~') ? 'path' : undefined}>{place}</dd>
              </div>
            ))}
          </dl>
          {isReadOnly ? (
            <p className="muted">{words.readOnly}</p>
          ) : (
            <div className="import-acts">
              <button
                ref={choose}
                type="button"
                className="button"
                aria-disabled={isRunning}
                onClick={() => void room.run('folder')}
              >
                {words.chooseFolder}
              </button>
              <button type="button" className="button" aria-disabled={isRunning} onClick={() => void room.run('files')}>
                {words.chooseFiles}
              </button>
              {running?.progress && (
                <button type="button" className="button button--plain" onClick={room.cancel}>
                  {words.cancel}
                </button>
              )}
            </div>
          )}
          <p className="import-secrets">
            <Icon name="warn" />
            {words.secrets}
          </p>
          {running?.progress && <Progress progress={running.progress} />}
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
          )}
          <div role="status">{!isRunning && report && <p className="import-sum">{words.sum(report)}</p>}</div>
          {!isRunning && report && <Report report={report} onOpen={onOpen} />}
        </div>
      </section>
    </>
  )
}

function Progress({ progress: { files, of, bytes, ofBytes } }: { progress: ImportProgress }) {
  // By bytes, because one log can be as large as a thousand others.
  const known = ofBytes > 0 ? { value: bytes, max: ofBytes } : {}
  return (
    <div className="import-progress">
      <span className="num">{words.reads(wholeNumber(files), wholeNumber(of))}</span>
      <progress aria-label={windowWords.import.title} {...known} />
    </div>
  )
}
