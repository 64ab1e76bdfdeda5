// The files a session has touched: one line each, which opens to what was changed in it.
import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useMemo, useState } from 'react'
import type { RunChanges } from '../../shared/changes.ts'
import type { Failure } from '../../shared/failure.ts'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import { wholeNumber } from '../ui/moments.ts'
import type { ChatState } from './chat-store.ts'
import { FileDiff } from './file-diff.tsx'
import { isWhole as isWholeSession } from './slices.ts'
import { linesOf, type TouchedPath, touchedFiles } from './touched-files.ts'
import './calls.css'

const fileWords = panelWords.files

/** So many are listed at once. */
const firstFiles = 40

export function PanelFiles(props: { bridge: Bridge; sessionId: string; state: ChatState }) {
  const { entries, marks, slice } = props.state
  const { runs, failure } = useChanges(props.bridge, props.sessionId)
  const files = useMemo(() => touchedFiles(entries, marks, runs), [entries, marks, runs])
  const [isWhole, setWhole] = useState(false)
  const [opened, setOpened] = useState<string | null>(null)
  const shown = isWhole ? files : files.slice(0, firstFiles)
  const file = files.find(({ path }) => path === opened) ?? null
  return (
    <section>
      <h3>
        {fileWords.heading}
        {files.length > 0 && <span className="num">{wholeNumber(files.length)}</span>}
      </h3>
      {files.length === 0 && !failure && <p className="note">{fileWords.none}</p>}
      {!isWholeSession({ slice }) && <p className="note">{words.big.filesOfPart}</p>}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} />}
      <ul className="touched">
        {shown.map((one) => (
          <li key={one.path}>
            <button type="button" aria-haspopup="dialog" onClick={() => setOpened(one.path)}>
              <span className="path">
                <ExactText text={one.path} line />
              </span>
              <Came file={one} />
            </button>
          </li>
        ))}
      </ul>
      {shown.length < files.length && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {fileWords.more(files.length - shown.length)}
        </button>
      )}
      <Dialog.Root open={file !== null} onOpenChange={(open) => !open && setOpened(null)}>
        <Dialog.Portal>
          {/* Also where the panel is a dialog itself. */}
          <Dialog.Backdrop className="scrim changes-scrim" forceRender />
          <Dialog.Popup className="changes-dialog">{file && <Changes file={file} />}</Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </section>
  )
}

/** What came of it: what holds now, and nothing of what was undone. */
function Came(props: { file: TouchedPath }) {
  const last = props.file.changes.find(({ isUndone }) => !isUndone)
  const lines = linesOf(props.file)
  if (!last) return <span className="end">{fileWords.undone}</span>
  if (last.action === 'deleted' || lines === null) return <span className="end">{fileWords.actions[last.action]}</span>
  return (
    <span className="end num">
      <span className="added">{fileWords.added(lines.added)}</span>{' '}
      <span className="removed">{fileWords.removed(lines.removed)}</span>
    </span>
  )
}

function Changes({ file }: { file: TouchedPath }) {
  return (
    <>
      <header>
        <Dialog.Title className="path">
          <span className="sr">{fileWords.title}</span>
          <ExactText text={file.path} line />
        </Dialog.Title>
        <Dialog.Close className="icon-button" aria-label={fileWords.closeChanges}>
          <Icon name="close" />
        </Dialog.Close>
      </header>
      <Dialog.Description className="note">{fileWords.times(file.changes.length)}</Dialog.Description>
      <div className="changes-body scroll">
        {inOrder(file.changes, (change, place) => (
          <div key={place} className={change.isUndone ? 'dimmed' : undefined}>
            {change.isUndone && <p className="note">{fileWords.undoneNote}</p>}
            <FileDiff file={{ path: file.path, diff: change.diff }} said={fileWords.actions[change.action]} />
          </div>
        ))}
      </div>
    </>
  )
}

/** What the runs of a session have kept of their changes. */
function useChanges(bridge: Bridge, sessionId: string) {
  const [runs, setRuns] = useState<readonly RunChanges[]>([])
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    const look = async () => {
      const answer = await bridge.call('changes.list', { sessionId }, controller.signal)
      if (controller.signal.aborted) return
      setFailure(answer.ok ? null : answer.failure)
      if (answer.ok) setRuns(answer.value.runs)
    }
    void look()
    const stop = bridge.on('changes.changed', (changed) => changed.sessionId === sessionId && void look())
    return () => {
      controller.abort()
      stop()
    }
  }, [bridge, sessionId])
  return { runs, failure }
}
