// The lines that hold for the whole window: a data folder that cannot be written, and notices since the start.
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import type { AppStore } from './app-store.ts'

export function WindowLines(props: { app: AppStore }) {
  const { readOnly, notices } = useStore(props.app.store)
  if (!readOnly && notices.length === 0) return null
  return (
    <section className="window-lines" aria-label={words.notices}>
      {readOnly && (
        <div className="window-line" role="status">
          <FailureLine tone="wait" sentence={readOnly.message} detail={readOnly.detail} detailLabel={words.details} />
        </div>
      )}
      {notices.map((notice) => (
        <div key={notice.id} className="window-line" role="status">
          <FailureLine
            tone={notice.severity === 'fault' ? 'fault' : notice.severity === 'warn' ? 'wait' : 'quiet'}
            sentence={notice.message}
            detailLabel={words.details}
          >
            <button
              type="button"
              className="icon-button icon-button--s"
              aria-label={words.dismiss}
              onClick={() => props.app.dismiss(notice.id)}
            >
              <Icon name="close" small />
            </button>
          </FailureLine>
        </div>
      ))}
    </section>
  )
}
