// The centre of the window: the open session with its composer, or the quiet page where a new one begins.
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { isLogSession } from '../../shared/log-session.ts'
import { failures } from '../../shared/messages/failures.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon, Sign } from '../ui/icon.tsx'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import { warmUpMarkdown } from '../ui/markdown/warm-up.ts'
import type { May } from './acting.ts'
import { Announcer } from './announcer.tsx'
import type { Chat, ChatState } from './chat-store.ts'
import { Composer } from './composer.tsx'
import type { SlashItem } from './slash-menu.tsx'
import { Transcript } from './transcript.tsx'
import './chat.css'
import './composer.css'

const ContextChip = lazy(async () => ({ default: (await import('./context-chip.tsx')).ContextChip }))
const FolderLine = lazy(async () => ({ default: (await import('./seldom.ts')).FolderLine }))
const FolderChip = lazy(async () => ({ default: (await import('./seldom.ts')).FolderChip }))
const TrustedLine = lazy(async () => ({ default: (await import('./seldom.ts')).TrustedLine }))
const FolderChoice = lazy(async () => ({ default: (await import('./folder-choice.tsx')).FolderChoice }))

export interface ChatPageProps {
  bridge: Bridge
  chat: Chat
  model: string | null
  /** What could answer beside it. */
  models: readonly string[]
  /** Whether that model sees pictures; null when nobody knows. */
  seesPictures: boolean | null
  /** An installed model that sees them, or null. */
  seeing: string | null
  onUseModel: (model: string) => void
  sendWith: Settings['sendWith']
  modifier: string
  isMac: boolean
  /** Nothing at all can be written; the reason stands at the top of the window. */
  isReadOnly: boolean
  /** What stands at the start of the bar, such as the way to the sessions. */
  barStart: ReactNode
  /** And at its end. */
  barEnd: ReactNode
  onShowPanel: () => void
  /** Lines about the server and the data folder, above the composer. */
  lines: ReactNode
  picker: ReactNode
  /** Beside the model: which skills are on. */
  skills: ReactNode
  /** What a slash at the beginning of a message lists. */
  slash: readonly SlashItem[]
  /** Shown instead of the empty page of a new session: what must be done first. */
  first: ReactNode | null
  onRestore: (sessionId: string) => void
}

export function ChatPage(props: ChatPageProps) {
  const { chat, bridge } = props
  const state = useStore(chat.store)
  const [isParted, setParted] = useState(false)
  const reader = useMemo<MarkdownReader>(
    () => ({ words: words.markdown, openLink: (url) => void bridge.call('window.openLink', { url }) }),
    [bridge],
  )
  useEffect(() => warmUpMarkdown(), [])
  const retry = useRetry(chat, props.model)
  const blocked = blockedBy(state, props)
  const mayRetry = blocked === null && (state.live === null || state.live.end !== null)
  const isNew = state.sessionId === null
  const folder = !isNew && state.workspace !== null ? { sessionId: state.sessionId ?? '', path: state.workspace } : null

  if (isNew && props.first) {
    return (
      <>
        {props.barStart && <div className="bar bar--bare">{props.barStart}</div>}
        {props.first}
      </>
    )
  }
  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 className="cut" dir="auto">
          {isNew ? words.newSession : state.session?.title || (state.isOpening ? words.opening : words.untitled)}
        </h1>
        <div className="bar-end">{props.barEnd}</div>
      </header>
      <Announcer chat={chat} />
      {isNew ? (
        <EmptyPage />
      ) : state.openFailure ? (
        <OpenFailure chat={chat} state={state} />
      ) : (
        <Transcript
          key={state.sessionId}
          chat={chat}
          reader={reader}
          may={mayBe(state, props)}
          model={props.model}
          models={props.models}
          sendWith={props.sendWith}
          isMac={props.isMac}
          onRetry={mayRetry ? retry : null}
          onParted={setParted}
        />
      )}
      <div className={isParted && !isNew ? 'dock dock--parted' : 'dock'} hidden={state.openFailure !== null}>
        <div className="dock-inner">
          {props.lines}
          {folder && (
            <Suspense>
              <FolderLine
                key={folder.sessionId}
                bridge={bridge}
                sessionId={folder.sessionId}
                isReadOnly={props.isReadOnly}
              />
            </Suspense>
          )}
          {folder && state.mode === 'trusted' && (
            <Suspense>
              <TrustedLine bridge={bridge} chat={chat} isReadOnly={blocked !== null} />
            </Suspense>
          )}
          <Composer
            chat={chat}
            model={props.model}
            sight={{ sees: props.seesPictures, seeing: props.seeing, use: props.onUseModel }}
            workspace={isNew ? state.choice.workspace : null}
            hasFolder={folder !== null || (isNew && state.choice.workspace !== null)}
            sendWith={props.sendWith}
            modifier={props.modifier}
            isMac={props.isMac}
            blocked={blocked}
            slash={props.slash}
            meter={
              !isNew && (
                <Suspense>
                  <ContextChip chat={chat} onShowPanel={props.onShowPanel} />
                </Suspense>
              )
            }
            picker={
              <>
                {props.picker}
                {folder && (
                  <Suspense>
                    <FolderChip workspace={folder.path} mode={state.mode} onShowPanel={props.onShowPanel} />
                  </Suspense>
                )}
                {isNew && (
                  <Suspense fallback={<FolderChipToCome />}>
                    <FolderChoice bridge={bridge} chat={chat} />
                  </Suspense>
                )}
                <Suspense>{props.skills}</Suspense>
              </>
            }
          />
        </div>
      </div>
    </>
  )
}

/** Keeps the room of the chip that is being loaded, so that nothing moves when it is there. */
function FolderChipToCome() {
  return (
    <span className="chip chip--plain folder-chip" aria-hidden="true">
      <Icon name="folder" small />
      <span>{words.noFolder}</span>
      <Icon name="down" small />
    </span>
  )
}

/** Keeps its identity, so that finished turns are not drawn again when the model is changed. */
function useRetry(chat: Chat, model: string | null): () => void {
  const latest = useRef(model)
  latest.current = model
  return useCallback(() => void chat.retry(latest.current), [chat])
}

function EmptyPage() {
  return (
    <div className="empty-page">
      <Sign />
      <p>{words.emptyPage}</p>
    </div>
  )
}

function OpenFailure(props: { chat: Chat; state: ChatState }) {
  const { sessionId, openFailure } = props.state
  if (sessionId === null || !openFailure) return null
  return (
    <div className="reading">
      <div className="column">
        <FailureLine sentence={openFailure.message} detail={openFailure.detail} detailLabel={words.details} urgent>
          <button type="button" className="button" onClick={() => void props.chat.open(sessionId)}>
            {words.tryAgain}
          </button>
        </FailureLine>
      </div>
    </div>
  )
}

function mayBe({ session }: ChatState, props: ChatPageProps): May {
  if (props.isReadOnly || session?.state !== 'ok' || isLogSession(session.id)) return 'nothing'
  return session.archived ? 'copies' : 'all'
}

function blockedBy({ session }: ChatState, props: ChatPageProps): ReactNode | null {
  if (props.isReadOnly) return <p>{words.composer.readOnly}</p>
  if (session?.state === 'damaged') return <p>{failures.sessionDamaged}</p>
  if (session && isLogSession(session.id)) return <p>{failures.sessionIsLog}</p>
  if (session?.state === 'readonly') return <p>{failures.sessionNewer}</p>
  if (!session?.archived) return null
  return (
    <>
      <p>{failures.sessionArchived}</p>
      <button type="button" className="button" onClick={() => props.onRestore(session.id)}>
        {words.sessions.restore}
      </button>
    </>
  )
}
