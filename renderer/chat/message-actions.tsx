// What can be done with a message, in a row under it; where there is no room or no pointer, behind one button.
import type { MouseEvent } from 'react'
import { useStore } from 'zustand'
import { window as words } from '../../shared/messages/window.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { MenuCommand } from '../ui/popup-menu.tsx'
import { type Acting, isBusy, useActing } from './acting.ts'
import type { Said } from './entries.ts'
import { VersionSwitcher } from './version-switcher.tsx'

interface ActionsProps {
  said: Said
  /** Said within a turn: no place to go back to. */
  isCorrection?: boolean
  /** It can be answered again from here; a question never. */
  canRegenerate: boolean
}

export function MessageActions(props: ActionsProps) {
  const { said } = props
  const { record } = said
  const acting = useActing()
  const isQuestion = record.role === 'user'
  return (
    <>
      {said.versions && <VersionSwitcher entryId={record.id} ids={said.versions} />}
      {record.content !== '' && (
        <CopyButton
          text={record.content}
          label={isQuestion ? words.copyQuestion : words.copyAnswer}
          done={words.copied}
        />
      )}
      {acting.may !== 'nothing' && <OtherActions {...props} acting={acting} />}
    </>
  )
}

function OtherActions(props: ActionsProps & { acting: Acting }) {
  const { acting, said } = props
  const isRunning = useStore(acting.chat.store, isBusy)
  const commands = commandsFor(props, isRunning)
  const label = said.record.role === 'user' ? words.said.moreOfQuestion : words.said.moreOfAnswer
  const onMore = (event: MouseEvent<HTMLButtonElement>) =>
    acting.openMenu(label, commands, { element: event.currentTarget, point: null })
  return (
    <>
      {commands.map(({ id, label: name, icon, notNow, run }) => (
        <button
          key={id}
          type="button"
          className="icon-button icon-button--s act"
          data-act={id}
          aria-label={name}
          title={notNow ?? name}
          // Still reached by the keyboard, so that one hears why not.
          aria-disabled={notNow !== undefined}
          aria-description={notNow}
          onClick={() => notNow === undefined && run()}
        >
          <Icon name={icon} small />
        </button>
      ))}
      <button
        type="button"
        className="icon-button icon-button--s more"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        onClick={onMore}
      >
        <Icon name="more" small />
      </button>
    </>
  )
}

function commandsFor(props: ActionsProps & { acting: Acting }, isRunning: boolean): MenuCommand[] {
  const { acting, said, canRegenerate } = props
  const { id, role } = said.record
  const { chat } = acting
  const fork: MenuCommand = { id: 'fork', label: words.said.fork, icon: 'fork', run: () => acting.fork(id) }
  const compare: MenuCommand = { id: 'compare', label: words.said.compare, icon: 'panel', run: () => chat.compare(id) }
  const compares = role === 'assistant' && said.versions ? [compare] : []
  if (acting.may !== 'all') return [...compares, fork]
  const notNow = isRunning ? words.said.notNow : undefined
  const commands: MenuCommand[] = []
  if (role === 'user') {
    commands.push({ id: 'edit', label: words.said.edit, icon: 'pencil', notNow, run: () => chat.beginEdit(id) })
  }
  if (role === 'user' && !props.isCorrection) {
    commands.push({ id: 'rewind', label: words.said.rewind, icon: 'undo', notNow, run: () => goBack(acting, said) })
  }
  if (canRegenerate) {
    const run = () => void chat.retry(acting.model(), id)
    commands.push({ id: 'again', label: words.said.regenerate, icon: 'again', notNow, run })
    const other = () => answerWith(acting, id)
    commands.push({ id: 'other-model', label: words.said.otherModel, icon: 'chip', notNow, run: other })
  }
  commands.push(...compares, fork)
  commands.push({
    id: 'hide',
    label: said.isHidden ? words.said.show : words.said.hide,
    icon: said.isHidden ? 'eye' : 'eyeoff',
    notNow,
    run: () => void chat.hide(id, !said.isHidden).then(acting.tell),
  })
  return commands
}

/** Beside the answer that is there, and both are looked at while it comes. */
function answerWith(acting: Acting, entryId: string): void {
  const element = document.activeElement instanceof HTMLElement ? document.activeElement : document.body
  const commands = acting.models().map((model): MenuCommand => {
    return { id: model, label: model, icon: 'chip', run: () => void acting.chat.answerWith(model, entryId) }
  })
  if (commands.length === 0) acting.tell({ code: 'unavailable', message: words.models.none })
  else acting.openMenu(words.said.otherModel, commands, { element, point: null })
}

/** Asks only what becomes of the files, and only where an answer since then has changed some. */
function goBack(acting: Acting, { record }: Said): void {
  const { chat } = acting
  const rewind = (files: boolean) => acting.rewind(record.id, files)
  const { runs } = chat.changes.store.getState()
  const since = runs.filter(
    ({ at, state, files }) => state === 'done' && files.length > 0 && at >= (record.ts ?? '9999'),
  )
  if (since.length === 0) {
    rewind(false)
    return
  }
  const element = document.activeElement instanceof HTMLElement ? document.activeElement : document.body
  const commands: MenuCommand[] = [
    { id: 'rewind-files', label: words.said.rewindFiles, icon: 'undo', run: () => rewind(true) },
    { id: 'rewind-keep', label: words.said.rewindKeep, icon: 'folder', run: () => rewind(false) },
  ]
  acting.openMenu(words.said.rewind, commands, { element, point: null })
}

/** Beside a message that no model is shown: that it is so, and the way back. */
export function HiddenMark(props: { entryId: string }) {
  const acting = useActing()
  return (
    <p className="hidden-mark">
      <Icon name="eyeoff" small />
      {words.said.isHidden}
      {acting.may === 'all' && <ShowAgain entryId={props.entryId} acting={acting} />}
    </p>
  )
}

function ShowAgain(props: { entryId: string; acting: Acting }) {
  const { acting, entryId } = props
  const isRunning = useStore(acting.chat.store, isBusy)
  const notNow = isRunning ? words.said.notNow : undefined
  const show = async (event: MouseEvent<HTMLButtonElement>) => {
    // This button goes; the one that takes it back stands in the same message.
    const message = event.currentTarget.closest('[data-message]')
    if (notNow !== undefined) return
    acting.tell(await acting.chat.hide(entryId, false))
    if (document.activeElement === document.body) focusAct(message, 'hide')
  }
  return (
    <button
      type="button"
      className="link-quiet"
      aria-disabled={notNow !== undefined}
      aria-description={notNow}
      title={notNow}
      onClick={(event) => void show(event)}
    >
      {words.said.showAgain}
    </button>
  )
}

/** Gives the focus to the button of an action, or to the one that the action is behind. */
export function focusAct(message: Element | null | undefined, id: string): void {
  const act = message?.querySelector<HTMLElement>(`[data-act="${id}"]`)
  if (act?.checkVisibility()) act.focus({ preventScroll: true })
  else message?.querySelector<HTMLElement>('.more')?.focus({ preventScroll: true })
}
