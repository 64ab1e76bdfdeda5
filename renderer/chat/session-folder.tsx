// The folder of a session: which one, whether its AGENTS.md is shown to the model, and how calls are written there.
import { Popover } from '@base-ui/react/popover'
import { useCallback, useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Output } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import type { Chat, ChatState } from './chat-store.ts'
import '../ui/menu.css'
import './session-folder.css'

type Folder = NonNullable<Output<'sessions.folder'>['folder']>

const dialects = ['auto', 'native', 'prompted'] as const

interface FolderProps {
  bridge: Bridge
  chat: Chat
  sessionId: string
  workspace: string
  dialect: ChatState['dialect']
  /** Nothing may be changed now: an answer is being written, or nothing can be written at all. */
  isFixed: boolean
  isReadOnly: boolean
}

/** Two places of one thing: the question above the composer, asked once for each folder, and the chip beside the model. */
export function FolderLine(props: FolderProps) {
  const { folder, failure, trust } = useFolder(props)
  if (props.isReadOnly || !folder?.hasInstructions || folder.trusted !== null) return null
  return (
    <div className="dock-line">
      <FailureLine tone="wait" sentence={failure?.message ?? words.folder.ask} detailLabel={words.details}>
        <button type="button" className="link" onClick={() => trust(true)}>
          {words.folder.trust}
        </button>
        <button type="button" className="link" onClick={() => trust(false)}>
          {words.folder.decline}
        </button>
      </FailureLine>
    </div>
  )
}

export function FolderChip(props: FolderProps) {
  const { folder, failure, trust, setDialect } = useFolder(props)
  const name = props.workspace.split(/[/\\]/).findLast((part) => part !== '') ?? props.workspace
  return (
    <Popover.Root>
      <Popover.Trigger className="chip chip--plain folder-chip" aria-label={words.folder.chip(name)}>
        <Icon name="folder" small />
        <b dir="auto">{name}</b>
      </Popover.Trigger>
      <Popover.Portal render={<section aria-label={words.folder.title} />}>
        <Popover.Positioner className="menu-place" side="top" align="start" sideOffset={6}>
          <Popover.Popup className="menu folder-card">
            <Popover.Title>{words.folder.title}</Popover.Title>
            <p className="folder-path" dir="ltr">
              {props.workspace}
            </p>
            <p>{words.folder.reads}</p>
            <Instructions folder={folder} isReadOnly={props.isReadOnly} trust={trust} />
            <h3>{words.folder.calls}</h3>
            <p>{words.folder.callsNote[props.dialect]}</p>
            <fieldset className="plain" disabled={props.isFixed || props.isReadOnly}>
              <Segmented
                legend={words.folder.calls}
                value={props.dialect}
                options={dialects.map((value) => ({ value, label: words.folder.dialects[value] }))}
                onChange={setDialect}
              />
            </fieldset>
            {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Instructions(props: { folder: Folder | null; isReadOnly: boolean; trust: (trusted: boolean) => void }) {
  const { folder } = props
  if (!folder?.hasInstructions) return null
  const isTrusted = folder.trusted === true
  return (
    <>
      <h3>{words.folder.instructions}</h3>
      <p>{isTrusted ? words.folder.isShown : words.folder.isNotShown}</p>
      {!props.isReadOnly && (
        <button type="button" className="button" onClick={() => props.trust(!isTrusted)}>
          {isTrusted ? words.folder.distrust : words.folder.trust}
        </button>
      )}
    </>
  )
}

function useFolder({ bridge, sessionId }: FolderProps) {
  const [folder, setFolder] = useState<Folder | null>(null)
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
  const setDialect = useCallback(
    async (dialect: (typeof dialects)[number]) => {
      const answer = await bridge.call('sessions.setDialect', { sessionId, dialect })
      setFailure(answer.ok ? null : answer.failure)
    },
    [bridge, sessionId],
  )
  return {
    folder,
    failure,
    trust: (trusted: boolean) => void trust(trusted),
    setDialect: (next: (typeof dialects)[number]) => void setDialect(next),
  }
}
