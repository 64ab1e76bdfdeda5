// The folder of a session that has not begun: a chip beside the model, and the card where the folder and the mode are chosen.
import { Popover } from '@base-ui/react/popover'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import type { Chat, Choice } from './chat-store.ts'
import { FolderPath, folderName } from './folder-path.tsx'
import '../ui/menu.css'
import './session-folder.css'

const choiceWords = panelWords.choice
const modes = ['workspace', 'read-only'] as const satisfies readonly Choice['mode'][]

export function FolderChoice(props: { bridge: Bridge; chat: Chat }) {
  const { bridge, chat } = props
  const { choice, isSending } = useStore(chat.store)
  const [isOpen, setOpen] = useState(false)
  /** Closed with Enter: one goes on writing. */
  const isDone = useRef(false)
  const name = choice.workspace === null ? choiceWords.none : folderName(choice.workspace)
  const mode = choice.workspace === null ? null : panelWords.mode.short[choice.mode]

  const onOpenChange = (open: boolean) => {
    if (isSending) return
    isDone.current = false
    setOpen(open)
  }
  const onDone = () => {
    isDone.current = true
    setOpen(false)
  }
  return (
    <Popover.Root open={isOpen && !isSending} onOpenChange={onOpenChange}>
      <Popover.Trigger
        className="chip chip--plain folder-chip"
        aria-disabled={isSending}
        title={choice.workspace ?? undefined}
      >
        <Icon name="folder" small />
        <span className="sr">{choiceWords.chip}</span>
        {choice.workspace === null ? (
          <span>{name}</span>
        ) : (
          <b dir="auto">
            <ExactText text={name} line />
          </b>
        )}
        {mode !== null && <span> {mode}</span>}
        <Icon name="down" small />
      </Popover.Trigger>
      <Popover.Portal render={<section aria-label={choiceWords.title} />}>
        <Popover.Positioner className="menu-place" side="top" align="start" sideOffset={6} collisionPadding={8}>
          <Popover.Popup
            className="menu folder-card scroll"
            finalFocus={() => {
              if (isDone.current) chat.focusComposer()
              return !isDone.current
            }}
          >
            <Popover.Title>{choiceWords.title}</Popover.Title>
            <p className="card-note">{choiceWords.stays}</p>
            <Choices bridge={bridge} chat={chat} choice={choice} onDone={onDone} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Choices(props: { bridge: Bridge; chat: Chat; choice: Choice; onDone: () => void }) {
  const { chat, choice } = props
  const { recent, isChoosing, said, chooseAnother } = useFolders(props.bridge, chat)
  const listName = useId()
  // What was chosen just now is none of those that sessions were begun in.
  const offered =
    choice.workspace === null || recent === null || recent.includes(choice.workspace)
      ? (recent ?? [])
      : [choice.workspace, ...recent]
  const onEnter = (event: KeyboardEvent) => {
    const isChosen = event.target instanceof HTMLInputElement
    if (event.key !== 'Enter' || event.repeat || event.nativeEvent.isComposing || !isChosen) return
    event.preventDefault()
    props.onDone()
  }
  const folder = (workspace: string | null, children: ReactNode) => (
    <label className="menu-item folder-item">
      <input
        type="radio"
        className="sr"
        name={listName}
        checked={choice.workspace === workspace}
        onChange={() => chat.choose({ ...choice, workspace })}
      />
      <span className="menu-mark">{choice.workspace === workspace && <Icon name="check" />}</span>
      <span className="folder-words">{children}</span>
    </label>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on a choice inside of it
    <div className="folder-choices" onKeyDown={onEnter}>
      <fieldset className="folder-list scroll">
        <legend className="sr">{choiceWords.list}</legend>
        {folder(
          null,
          <>
            <span>{choiceWords.none}</span>
            <span className="folder-note">{choiceWords.noneNote}</span>
          </>,
        )}
        {offered.map((path) => (
          <div key={path}>
            {folder(
              path,
              <>
                <bdi>
                  <ExactText text={folderName(path)} line />
                </bdi>
                <FolderPath path={path} />
              </>,
            )}
          </div>
        ))}
      </fieldset>
      {recent?.length === 0 && choice.workspace === null && <p className="card-note">{choiceWords.noRecent}</p>}
      <button type="button" className="button" aria-disabled={isChoosing} onClick={chooseAnother}>
        <Icon name="folder" />
        {isChoosing ? choiceWords.choosing : choiceWords.choose}
      </button>
      {said !== null && <FailureLine tone="wait" sentence={said} detailLabel={words.details} urgent />}
      {choice.workspace !== null && (
        <div className="folder-mode">
          <h3>{choiceWords.mode}</h3>
          <Segmented
            legend={choiceWords.mode}
            value={choice.mode}
            options={modes.map((value) => ({ value, label: panelWords.mode.names[value] }))}
            onChange={(mode) => chat.choose({ ...choice, mode })}
          />
          <p className="card-note">{panelWords.mode.notes[choice.mode]}</p>
        </div>
      )}
    </div>
  )
}

/** Where sessions were begun, and the system's own dialog. */
function useFolders(bridge: Bridge, chat: Chat) {
  /** null until it is known. */
  const [recent, setRecent] = useState<readonly string[] | null>(null)
  const [isChoosing, setChoosing] = useState(false)
  /** Why a folder may be none, or could not be asked for. */
  const [said, setSaid] = useState<string | null>(null)

  useEffect(() => {
    const controller = new AbortController()
    void bridge.call('window.folders', {}, controller.signal).then((answer) => {
      if (!controller.signal.aborted) setRecent(answer.ok ? answer.value.folders : [])
    })
    return () => controller.abort()
  }, [bridge])

  const choose = async () => {
    if (isChoosing) return
    setChoosing(true)
    setSaid(null)
    const answer = await bridge.call('window.chooseFolder', {})
    setChoosing(false)
    if (!answer.ok) return setSaid(answer.failure.message)
    const { folder, refused } = answer.value
    setSaid(refused)
    if (folder === null) return
    chat.choose({ ...chat.store.getState().choice, workspace: folder })
    chat.announce(choiceWords.chosen(folderName(folder)))
  }
  return { recent, isChoosing, said, chooseAnother: () => void choose() }
}
