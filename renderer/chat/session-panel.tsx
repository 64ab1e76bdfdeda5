// What the open session works with: its folder, the seal of its commands, its mode, the window of its model, the files it has touched.
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Failure } from '../../shared/failure.ts'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import type { Chat, ChatState } from './chat-store.ts'
import { FolderPath } from './folder-path.tsx'
import { type AnswerFacts, PanelAnswers } from './panel-answers.tsx'
import { PanelContext } from './panel-context.tsx'
import { PanelFiles } from './panel-files.tsx'
import { PanelMode } from './panel-mode.tsx'
import { PanelReplays } from './panel-replays.tsx'
import { PanelSeal } from './panel-seal.tsx'
import { useFolder } from './session-folder.tsx'
import './panel.css'

const folderWords = panelWords.folder
const dialects = ['auto', 'native', 'prompted'] as const

export interface PanelProps {
  bridge: Bridge
  chat: Chat
  isReadOnly: boolean
  /** The person has switched on that commands may be asked for without the sandbox. */
  mayRunWithout: boolean
  /** Counts up when the panel shall take the focus; 0 leaves it where it is. */
  toFocus: number
  onClose: () => void
  /** Of the model that answers next. */
  answerFacts: AnswerFacts
}

export function SessionPanel(props: PanelProps) {
  const { bridge, chat, toFocus } = props
  const state = useStore(chat.store)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (toFocus > 0) title.current?.focus({ preventScroll: true })
  }, [toFocus])

  const { sessionId, workspace, choice } = state
  const context = <PanelContext bridge={bridge} chat={chat} isReadOnly={props.isReadOnly} facts={props.answerFacts} />
  return (
    <>
      <header className="panel-bar">
        <h2 ref={title} tabIndex={-1}>
          {panelWords.title}
        </h2>
        <button type="button" className="icon-button" aria-label={panelWords.close} onClick={props.onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="panel-body scroll">
        {sessionId === null ? (
          <>
            <NotBegun workspace={choice.workspace} />
            {choice.workspace !== null && <PanelSeal bridge={bridge} chat={chat} mayRunWithout={props.mayRunWithout} />}
            {context}
            <PanelAnswers bridge={bridge} chat={chat} isReadOnly={props.isReadOnly} facts={props.answerFacts} />
          </>
        ) : workspace !== null ? (
          <>
            <Folder {...props} sessionId={sessionId} workspace={workspace} />
            <PanelSeal bridge={bridge} chat={chat} mayRunWithout={props.mayRunWithout} />
            {context}
            <PanelMode chat={chat} isReadOnly={props.isReadOnly} />
            <PanelFiles bridge={bridge} state={state} sessionId={sessionId} />
            <PanelReplays chat={chat} state={state} sessionId={sessionId} />
            <PanelAnswers bridge={bridge} chat={chat} isReadOnly={props.isReadOnly} facts={props.answerFacts} />
            <Calls {...props} sessionId={sessionId} state={state} />
          </>
        ) : (
          state.session !== null && (
            <>
              <NoFolder />
              {context}
              <PanelReplays chat={chat} state={state} sessionId={sessionId} />
              <PanelAnswers bridge={bridge} chat={chat} isReadOnly={props.isReadOnly} facts={props.answerFacts} />
            </>
          )
        )}
      </div>
    </>
  )
}

function NotBegun(props: { workspace: string | null }) {
  return (
    <section>
      <h3>{folderWords.heading}</h3>
      {props.workspace === null ? (
        <p>{folderWords.notBegun}</p>
      ) : (
        <>
          <FolderPath path={props.workspace} />
          <p className="note">{folderWords.willBe}</p>
        </>
      )}
    </section>
  )
}

function NoFolder() {
  return (
    <section>
      <h3>{folderWords.heading}</h3>
      <p>{folderWords.none}</p>
      <p className="note">{folderWords.noneNext}</p>
    </section>
  )
}

function Folder(props: PanelProps & { sessionId: string; workspace: string }) {
  const { folder, failure, trust } = useFolder(props.bridge, props.sessionId)
  const isTrusted = folder?.trusted === true
  return (
    <section>
      <h3>{folderWords.heading}</h3>
      <FolderPath path={props.workspace} />
      <p className="note">{folderWords.stays}</p>
      {folder?.hasInstructions && (
        <div className="panel-part">
          <h4>{folderWords.instructions}</h4>
          <p className="note">{isTrusted ? folderWords.isShown : folderWords.isNotShown}</p>
          {!props.isReadOnly && (
            <button type="button" className="link" onClick={() => trust(!isTrusted)}>
              {isTrusted ? folderWords.distrust : folderWords.trust}
            </button>
          )}
        </div>
      )}
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
    </section>
  )
}

function Calls(props: PanelProps & { sessionId: string; state: ChatState }) {
  const { bridge, sessionId, state } = props
  const { dialect, live, session } = state
  const [failure, setFailure] = useState<Failure | null>(null)
  const isFixed = props.isReadOnly || (live !== null && live.end === null) || session?.archived === true
  const choose = async (next: (typeof dialects)[number]) => {
    const answer = await bridge.call('sessions.setDialect', { sessionId, dialect: next })
    setFailure(answer.ok ? null : answer.failure)
  }
  return (
    <section>
      <h3>{folderWords.calls}</h3>
      <fieldset disabled={isFixed}>
        <Segmented
          legend={folderWords.calls}
          value={dialect}
          options={dialects.map((value) => ({ value, label: folderWords.dialects[value] }))}
          onChange={(next) => void choose(next)}
        />
      </fieldset>
      <p className="note">{folderWords.callsNote[dialect]}</p>
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
    </section>
  )
}
