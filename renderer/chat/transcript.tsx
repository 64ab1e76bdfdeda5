// The scrolling column of turns. The reader's place in it is theirs.
import { lazy, type RefObject, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { Icon } from '../ui/icon.tsx'
import type { MarkdownReader } from '../ui/markdown/markdown.tsx'
import { type MenuAnchor, type MenuCommand, PopupMenu } from '../ui/popup-menu.tsx'
import { useToast } from '../ui/toasts.tsx'
import { type Acting, ActingContext, type May } from './acting.ts'
import type { Chat, ChatState } from './chat-store.ts'
import { groupTurns, type Turn, upTo } from './entries.ts'
import { useFollowEnd } from './follow-end.ts'
import { heldEntries, isAtEnd, isWhole } from './slices.ts'
import { TurnView } from './turn.tsx'
import { type Piece, piecesOf } from './turn-pieces.ts'
import { useImported } from './use-imported.ts'
import { useReplays } from './use-replays.ts'
import { useTarget } from './use-target.ts'

const Damage = lazy(async () => ({ default: (await import('./seldom.ts')).Damage }))
const WindowedTurns = lazy(async () => ({ default: (await import('./windowed-turns.tsx')).WindowedTurns }))
const FindBar = lazy(async () => ({ default: (await import('./seldom.ts')).FindBar }))
const SliceEdge = lazy(async () => ({ default: (await import('./seldom.ts')).SliceEdge }))
const OtherVersion = lazy(async () => ({ default: (await import('./seldom.ts')).OtherVersion }))
const ImportedNote = lazy(async () => ({ default: (await import('./seldom.ts')).ImportedNote }))
const Compare = lazy(async () => ({ default: (await import('./compare/compare.tsx')).Compare }))
const CompareReplay = lazy(async () => ({
  default: (await import('./compare/compare-replay.tsx')).CompareReplay,
}))
const Replays = lazy(async () => ({ default: (await import('./seldom.ts')).Replays }))
const Origin = lazy(async () => ({ default: (await import('./seldom.ts')).Origin }))

/** Turns drawn at once when a session opens; older ones follow when the window has nothing else to do. */
const firstTurns = 12
const moreTurns = 24

export function Transcript(props: {
  chat: Chat
  reader: MarkdownReader
  may: May
  /** The model a message goes to; null lets the main process choose. */
  model: string | null
  models: readonly string[]
  sendWith: Acting['sendWith']
  isMac: boolean
  onRetry: (() => void) | null
  onParted: (isParted: boolean) => void
}) {
  const { chat, reader, onParted } = props
  const state = useStore(chat.store)
  const scroller = useRef<HTMLElement>(null)
  const column = useRef<HTMLDivElement>(null)
  const isEnd = isAtEnd(state)
  const { isAway, isParted, goToEnd, moveBy } = useFollowEnd(scroller, column, isEnd)
  const [menu, setMenu] = useState<Menu | null>(null)
  const acting = useActions(props, setMenu)
  const live = isEnd ? state.live : null
  const turns = useTurns(state, live)
  const isWindowed = useWindowed(state)
  const shownTurns = useGrowing(turns, state.sessionId)
  const from = state.slice?.from ?? 0
  const pieces = useMemo(
    () => (isWindowed ? piecesOf(turns, state.entries, from) : []),
    [isWindowed, turns, state.entries, from],
  )
  const handle = useRef<VirtualizerHandle>(null)

  useLayoutEffect(() => {
    if (state.toEnd > 0) goToEnd()
  }, [state.toEnd, goToEnd])
  useEffect(() => onParted(isParted), [isParted, onParted])
  useKeptPlace(chat, turns, scroller, moveBy)
  useTrimming(chat, state, isWindowed, scroller, moveBy)
  useTarget({ chat, scroller, column, handle, pieces: isWindowed ? pieces : null, moveBy })

  const draw = (turn: Turn, isLast: boolean, piece: Piece | null) => (
    <TurnView
      key={turn.key}
      turn={turn}
      live={isLast ? live : null}
      reader={reader}
      isFresh={state.freshEnd !== null && state.freshEnd === turn.question?.record.id}
      // A question that has just come may have its run already: it is being read.
      onRetry={isLast && isEnd && !(state.isOpening && turn.answers.length === 0) ? props.onRetry : null}
      isContinued={piece?.isContinued === true}
      goesOn={piece?.goesOn === true}
    />
  )

  return (
    <>
      {state.slice?.branch != null && (
        <Suspense fallback={null}>
          <OtherVersion
            chat={chat}
            branch={state.slice.branch}
            canShow={props.may === 'all' && (state.live === null || state.live.end !== null)}
          />
        </Suspense>
      )}
      <div className="reading">
        {state.finding !== null && (
          <Suspense fallback={null}>
            <FindBar chat={chat} scroller={scroller} />
          </Suspense>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section ref={scroller} className="transcript scroll" aria-label={words.transcript} tabIndex={0}>
          <div ref={column} className="column">
            <Suspense fallback={null}>
              <Head chat={chat} state={state} may={props.may} />
            </Suspense>
            <ActingContext value={acting}>
              {isWindowed ? (
                <Suspense fallback={null}>
                  <SliceEdge chat={chat} state={state} side="before" scroller={scroller} />
                  <WindowedTurns
                    pieces={pieces}
                    scroller={scroller}
                    handle={handle}
                    draw={(piece, index) => draw(piece.turn, index === pieces.length - 1, piece)}
                  />
                  <SliceEdge chat={chat} state={state} side="after" scroller={scroller} />
                </Suspense>
              ) : (
                shownTurns.map((turn, index) => draw(turn, index === shownTurns.length - 1, null))
              )}
              {state.comparing && (
                <Suspense fallback={null}>
                  <Compare comparing={state.comparing} reader={reader} />
                </Suspense>
              )}
              {state.sideBySide !== null && (
                <Suspense fallback={null}>
                  <CompareReplay chat={chat} state={state} replayId={state.sideBySide} reader={reader} />
                </Suspense>
              )}
            </ActingContext>
          </div>
        </section>
        {(isAway || !isEnd) && state.slice?.branch == null && (
          <button type="button" className="button jump" onClick={() => (isEnd ? goToEnd() : void chat.toLatest())}>
            <Icon name="arrowdown" small />
            {words.jumpToLatest}
          </button>
        )}
        <PopupMenu
          anchor={menu?.anchor ?? null}
          label={menu?.label ?? ''}
          commands={menu?.commands ?? []}
          onClose={() => setMenu(null)}
        />
      </div>
    </>
  )
}

/** Once a session is too long to be held as a whole, it stays so as long as it is open. */
function useWindowed(state: ChatState): boolean {
  const isLong = useRef(false)
  isLong.current ||= !isWhole(state)
  return isLong.current
}

/** Further from the reader than this, what is too much is let go. CSS pixels. */
const farAway = 8_000

function useTrimming(
  chat: Chat,
  { entries }: ChatState,
  isWindowed: boolean,
  scroller: RefObject<HTMLElement | null>,
  moveBy: (distance: number) => void,
) {
  useEffect(() => {
    const element = scroller.current
    if (!isWindowed || !element) return
    // What was added below is no reason to go there.
    moveBy(0)
    if (entries.length <= heldEntries) return
    const job = requestIdleCallback(
      () => {
        const below = element.scrollHeight - element.clientHeight - element.scrollTop
        if (element.scrollTop > farAway && element.scrollTop > below) chat.trim('end')
        else if (below > farAway) chat.trim('start')
      },
      { timeout: 1_000 },
    )
    return () => cancelIdleCallback(job)
  }, [chat, entries, isWindowed, scroller, moveBy])
}

/** While a question is answered anew, the answers it had are not shown. */
function useTurns({ entries, marks, notices }: ChatState, live: ChatState['live']): Turn[] {
  const runParent = live && !live.answered ? live.run.parentId : null
  return useMemo(
    () => groupTurns(runParent === null ? entries : upTo(entries, runParent), { ...marks, notices: byEntry(notices) }),
    [entries, marks, runParent, notices],
  )
}

function byEntry(notices: ChatState['notices']): Map<string, string[]> {
  const told = new Map<string, string[]>()
  for (const { after, message } of notices) told.set(after, [...(told.get(after) ?? []), message])
  return told
}

interface Menu {
  label: string
  commands: readonly MenuCommand[]
  anchor: MenuAnchor
}

function useActions(
  {
    chat,
    may,
    model,
    models,
    sendWith,
    isMac,
  }: {
    chat: Chat
    may: May
    model: string | null
    models: readonly string[]
    sendWith: Acting['sendWith']
    isMac: boolean
  },
  setMenu: (menu: Menu) => void,
): Acting {
  const latest = useRef(model)
  latest.current = model
  const installed = useRef(models)
  installed.current = models
  const showToast = useToast()
  return useMemo<Acting>(() => {
    const tell: Acting['tell'] = (failure) => {
      if (failure) showToast({ text: failure.message, tone: 'fault' })
    }
    return {
      chat,
      may,
      sendWith,
      isMac,
      model: () => latest.current,
      models: () => installed.current,
      openMenu: (label, commands, anchor) => setMenu({ label, commands, anchor }),
      tell,
      rewind(entryId, files) {
        // What was said is another version now, and before the first question nothing would lead there.
        const act = { label: words.said.rewoundBack, run: () => void chat.switchTo(entryId).then(tell) }
        void chat.rewind(entryId, files).then((failure) => {
          if (failure) tell(failure)
          else showToast({ text: words.said.rewound, icon: 'undo', act })
        })
      },
      fork(entryId) {
        void chat.fork(entryId).then((answer) => {
          if (answer?.ok) showToast({ text: words.said.forked, icon: 'fork' })
          else tell(answer?.failure ?? null)
        })
      },
    }
  }, [chat, may, sendWith, isMac, setMenu, showToast])
}

/** Whoever goes from version to version finds the switcher under the pointer, wherever there is room for that. */
function useKeptPlace(
  chat: Chat,
  turns: readonly Turn[],
  scroller: RefObject<HTMLElement | null>,
  moveBy: (distance: number) => void,
) {
  const held = useRef<{ element: Element; top: number } | null>(null)
  useEffect(
    () =>
      chat.onRearranging(() => {
        const element = document.activeElement?.closest('.versions') ?? null
        const isHere = element !== null && scroller.current?.contains(element) === true
        held.current = isHere ? { element, top: element.getBoundingClientRect().top } : null
      }),
    [chat, scroller],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when other turns have been drawn
  useLayoutEffect(() => {
    const { current } = held
    held.current = null
    if (current?.element.isConnected) moveBy(current.element.getBoundingClientRect().top - current.top)
  }, [turns, moveBy])
}

function useGrowing(turns: Turn[], sessionId: string | null): Turn[] {
  const [grown, setGrown] = useState({ sessionId, count: firstTurns })
  const count = grown.sessionId === sessionId ? grown.count : firstTurns
  useEffect(() => {
    if (turns.length === 0 || count === Number.POSITIVE_INFINITY) return
    // Whatever branch comes next is drawn as a whole: the reader's place in it must be there at once.
    if (count >= turns.length) return setGrown({ sessionId, count: Number.POSITIVE_INFINITY })
    const job = requestIdleCallback(() => setGrown({ sessionId, count: count + moreTurns }), { timeout: 500 })
    return () => cancelIdleCallback(job)
  }, [count, turns.length, sessionId])
  return useMemo(() => turns.slice(-Math.max(count, 1)), [turns, count])
}

/** Before the first message: where the session comes from, and what of its file could not be read. */
function Head(props: { chat: Chat; state: ChatState; may: May }) {
  const { chat, state, may } = props
  const { diagnostics, leftOut, origin, session, slice } = state
  const imported = useImported(chat, session?.id ?? null)
  const replays = useReplays(chat, session?.id ?? null)
  if (!session) return null
  const isBeginning = slice === null || slice.from === 0
  return (
    <>
      {imported && isBeginning && <ImportedNote imported={imported} />}
      {origin && isBeginning && <Origin chat={chat} origin={origin} sessionId={session.id} replay={state.replay} />}
      {isBeginning && replays.length > 0 && <Replays chat={chat} replays={replays} />}
      {(diagnostics.length > 0 || leftOut.length > 0) && (
        <Damage
          chat={chat}
          diagnostics={diagnostics}
          leftOut={leftOut}
          canRepair={may !== 'nothing' && session.state === 'ok'}
        />
      )}
    </>
  )
}
