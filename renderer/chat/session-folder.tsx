// The folder of a session where one writes: the question about its AGENTS.md, asked once for each folder, and the chip.
import { useCallback, useEffect, useState } from 'react'
import type { SessionMode } from '../../shared/approval.ts'
import type { Failure } from '../../shared/failure.ts'
import type { SessionFolder } from '../../shared/ipc.ts'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { folderName } from './folder-path.tsx'
import './session-folder.css'

const folderWords = panelWords.folder

/** Above the composer, until it was answered for this folder. */
export function FolderLine(props: { bridge: Bridge; sessionId: string; isReadOnly: boolean }) {
  const { folder, failure, trust } = useFolder(props.bridge, props.sessionId)
  if (props.isReadOnly || !folder?.hasInstructions || folder.trusted !== null) return null
  return (
    <div className="dock-line">
      <FailureLine tone="wait" sentence={failure?.message ?? folderWords.ask} detailLabel={words.details}>
        <button type="button" className="link" onClick={() => trust(true)}>
          {folderWords.trust}
        </button>
        <button type="button" className="link" onClick={() => trust(false)}>
          {folderWords.decline}
        </button>
      </FailureLine>
    </div>
  )
}

/** Beside the model: which folder it is. All else of it is in the session panel. */
export function FolderChip(props: { workspace: string; mode: SessionMode; onShowPanel: () => void }) {
  const name = folderName(props.workspace)
  const mode = panelWords.mode.short[props.mode]
  return (
    <button type="button" className="chip chip--plain folder-chip" title={props.workspace} onClick={props.onShowPanel}>
      <Icon name="folder" small />
      <span className="sr">{folderWords.chip}</span>
      <b dir="auto">
        <ExactText text={name} line />
      </b>
      {mode !== null && <span> {mode}</span>}
    </button>
  )
}

/** What is known of a session's folder. */
export function useFolder(bridge: Bridge, sessionId: string) {
  const [folder, setFolder] = useState<SessionFolder | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  useEffect(() => {
    const controller = new AbortController()
    const look = async () => {
      const answer = await bridge.call('sessions.folder', { sessionId }, controller.signal)
      if (controller.signal.aborted) return
      if (answer.ok) setFolder(answer.value.folder)
      else setFailure(answer.failure)
    }
    void look()
    const stop = bridge.on('trust.changed', () => void look())
    return () => {
      controller.abort()
      stop()
    }
  }, [bridge, sessionId])

  const trust = useCallback(
    async (trusted: boolean) => {
      const answer = await bridge.call('sessions.trustFolder', { sessionId, trusted })
      setFailure(answer.ok ? null : answer.failure)
    },
    [bridge, sessionId],
  )
  return { folder, failure, trust: (trusted: boolean) => void trust(trusted) }
}
