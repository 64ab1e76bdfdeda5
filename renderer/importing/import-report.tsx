// What came of an import: each log, what was left out of it, and the way to its session.
import type { ReactNode } from 'react'
import type { ImportReport } from '../../shared/importing.ts'
import { importWords, importPage as words } from '../../shared/messages/importing.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'

/** More are summed up: nobody reads a thousand rows. */
const mostRows = 200

export function Report({ report, onOpen }: { report: ImportReport; onOpen: (sessionId: string) => void }) {
  // What is no log is counted and not listed: a folder may hold thousands of other files.
  const here = report.skipped.filter(({ reason }) => reason !== 'not-a-log')
  return (
    <div className="import-report">
      <Group name={words.failed} count={report.failed.length}>
        {report.failed.slice(0, mostRows).map(({ source, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change
          <li key={index} className="import-row">
            <Icon name="warn" className="bad" />
            <span className="import-name">
              <span className="path" dir="auto">
                {source}
              </span>
              <span className="import-facts">{message}</span>
            </span>
          </li>
        ))}
      </Group>
      <Group name={words.imported} count={report.imported.length}>
        {report.imported.slice(0, mostRows).map(({ sessionId, title, from, entries, source, leftOut, earlier }) => (
          <li key={sessionId} className="import-row">
            <span className="import-name">
              <b className="cut" dir="auto">
                {title || windowWords.untitled}
              </b>
              <span className="import-facts">
                {importWords.kind[from]}
                {windowWords.between}
                {importWords.messages(entries)}
                {windowWords.between}
                <span className="path" dir="auto">
                  {source}
                </span>
              </span>
              {leftOut.length > 0 && (
                <span className="import-facts">
                  {words.leftOut(
                    leftOut.map(({ reason, count }) => importWords.part(count, importWords.leftOut[reason])),
                  )}
                </span>
              )}
              {earlier !== null && <span className="import-facts">{words.earlier}</span>}
            </span>
            <OpenButton title={title} onOpen={() => onOpen(sessionId)} />
          </li>
        ))}
      </Group>
      <Group name={words.skipped} count={here.length}>
        {here.slice(0, mostRows).map(({ source, reason, sessionId }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change
          <li key={index} className="import-row">
            <span className="import-name">
              <span className="path" dir="auto">
                {source}
              </span>
              <span className="import-facts">{importWords.skipped[reason]}</span>
            </span>
            {sessionId !== null && <OpenButton title={source} onOpen={() => onOpen(sessionId)} />}
          </li>
        ))}
      </Group>
    </div>
  )
}

function Group(props: { name: string; count: number; children: ReactNode }) {
  if (props.count === 0) return null
  return (
    <>
      <h2>
        {props.name} <span className="num">{wholeNumber(props.count)}</span>
      </h2>
      <ul className="import-rows">{props.children}</ul>
      {props.count > mostRows && <p className="muted">{words.more(wholeNumber(props.count - mostRows))}</p>}
    </>
  )
}

function OpenButton({ title, onOpen }: { title: string; onOpen: () => void }) {
  return (
    <button type="button" className="button" aria-label={words.openOf(title || windowWords.untitled)} onClick={onOpen}>
      {words.open}
    </button>
  )
}
