// The folders beside their own that commands can read: taken away by a click, given only in a native dialog.
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Answer, Failure } from '../../shared/failure.ts'
import { safety } from '../../shared/messages/safety.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { VisibleFolder } from '../../shared/seal.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'

const words = safety.sandbox

export function VisibleFolders({ bridge, chosen }: { bridge: Bridge; chosen: Settings['visibleFolders'] }) {
  const [folders, setFolders] = useState<readonly VisibleFolder[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const [said, setSaid] = useState<ReactNode>(null)
  const add = useRef<HTMLButtonElement>(null)
  const isAsking = useRef(false)
  /** A row is going, and the focus with it. */
  const isLeaving = useRef(false)

  // Also what another front has chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen decides what the call answers
  useEffect(() => {
    let isLeft = false
    void bridge.call('sandbox.folders', {}).then((answer) => {
      if (isLeft) return
      if (answer.ok) setFolders(answer.value.folders)
      else setFailure(answer.failure)
    })
    return () => {
      isLeft = true
    }
  }, [bridge, chosen])

  useLayoutEffect(() => {
    if (folders === null || !isLeaving.current || document.activeElement !== document.body) return
    isLeaving.current = false
    add.current?.focus()
  }, [folders])

  /** One at a time: a native question may be open. */
  const ask = async <Value extends { folders: VisibleFolder[] }>(
    call: () => Promise<Answer<Value>>,
    sentence: (value: Value) => string | null,
  ) => {
    if (isAsking.current) return
    isAsking.current = true
    const answer = await call()
    isAsking.current = false
    setFailure(answer.ok ? null : answer.failure)
    setRefused(null)
    if (answer.ok) {
      setFolders(answer.value.folders)
      const told = sentence(answer.value)
      setSaid(told === null ? null : <ExactText line text={told} />)
    }
  }
  const hide = ({ path, from }: VisibleFolder) => {
    isLeaving.current = from === 'person'
    return ask(
      () => bridge.call('sandbox.hideFolder', { folder: path }),
      () => (from === 'person' ? words.done.removed(path) : words.done.hidden(path)),
    )
  }
  const unhide = ({ path }: VisibleFolder) =>
    ask(
      () => bridge.call('window.unhideFolder', { folder: path }),
      ({ agreed }) => (agreed ? words.done.shown(path) : null),
    )
  const addOne = () =>
    ask(
      () => bridge.call('window.addVisibleFolder', {}),
      (value) => {
        setRefused(value.refused)
        return value.folder === null ? null : words.done.added(value.folder)
      },
    )

  return (
    <div className="visible-folders">
      <h3>{words.folders}</h3>
      <p className="section-note">{words.foldersNote}</p>
      {folders?.length === 0 && <p className="muted">{words.noFolders}</p>}
      {folders !== null && folders.length > 0 && (
        <ul aria-label={words.folders}>
          {folders.map((folder) => (
            <li key={folder.path}>
              <span className="visible-words">
                <span className={folder.hidden ? 'path muted' : 'path'}>
                  <ExactText line text={folder.path} />
                </span>
                <span className="rule-facts">
                  {words.from[folder.from]}
                  {folder.hidden && (
                    <>
                      {windowWords.between}
                      {words.hidden}
                    </>
                  )}
                </span>
              </span>
              <FolderButton folder={folder} onHide={() => void hide(folder)} onUnhide={() => void unhide(folder)} />
            </li>
          ))}
        </ul>
      )}
      {refused !== null && <FailureLine tone="wait" sentence={refused} detailLabel={windowWords.details} urgent />}
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      <p className="section-said" role="status">
        {said}
      </p>
      <button ref={add} type="button" className="button" onClick={() => void addOne()}>
        {words.add}
      </button>
    </div>
  )
}

function FolderButton(props: { folder: VisibleFolder; onHide: () => void; onUnhide: () => void }) {
  const { path, from, hidden } = props.folder
  // One button that keeps its place and the focus when the folder is hidden and shown again.
  const [label, name, run] = hidden
    ? [words.unhide, words.unhideOf(path), props.onUnhide]
    : from === 'person'
      ? [words.remove, words.removeOf(path), props.onHide]
      : [words.hide, words.hideOf(path), props.onHide]
  return (
    <button type="button" className="button" aria-label={name} onClick={run}>
      {label}
    </button>
  )
}
