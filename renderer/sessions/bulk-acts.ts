// What can be done with many sessions at once: one toast says what came of it, and takes all of it back.
import type { ExportFormat } from '../../shared/export-format.ts'
import type { Failure } from '../../shared/failure.ts'
import type { BulkAct } from '../../shared/list-view.ts'
import { listWords } from '../../shared/messages/session-list.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { SessionSummary } from '../../shared/session.ts'
import type { Bridge } from '../app/bridge.ts'
import type { IconName } from '../ui/icon.tsx'
import type { ShowToast } from '../ui/toasts.tsx'
import type { BulkOutcome, Sessions } from './sessions-store.ts'

export interface BulkActs {
  /** True when something was done. `heir` is the session to go to when the open one goes. */
  perform(act: Exclude<BulkAct, 'take-back'>, chosen: readonly SessionSummary[], heir: string | null): Promise<boolean>
  export(chosen: readonly SessionSummary[], format: ExportFormat): Promise<boolean>
}

type Titled = Pick<SessionSummary, 'id' | 'title'>

const back = { archive: 'restore', restore: 'archive', delete: 'take-back' } as const satisfies Record<string, BulkAct>
const icons: Record<BulkAct, IconName> = {
  archive: 'archive',
  restore: 'archive',
  delete: 'trash',
  'take-back': 'undo',
}

export function createBulkActs(options: {
  bridge: Bridge
  sessions: Sessions
  showToast: ShowToast
  /** A deletion was undone. */
  onTakenBack: (sessionId: string) => void
}): BulkActs {
  const { bridge, sessions, showToast } = options

  function fault({ message }: Failure): false {
    showToast({ text: message, tone: 'fault' })
    return false
  }

  /** Whether there is nothing to undo any more, because it was all undone in another way. */
  function isUndone(act: Exclude<BulkAct, 'take-back'>, ids: ReadonlySet<string>): boolean {
    const there = sessions.store.getState().sessions.filter(({ id }) => ids.has(id))
    if (act === 'delete') return there.length === ids.size
    return !there.some(({ archived }) => archived === (act === 'archive'))
  }

  async function takeBack(act: Exclude<BulkAct, 'take-back'>, done: readonly Titled[]): Promise<void> {
    const ids = done.map(({ id }) => id)
    const answer = await sessions.bulk(back[act], ids, null)
    if (!answer.ok) return void fault(answer.failure)
    if (act === 'delete') for (const id of answer.value.done) options.onTakenBack(id)
    const left = leftSentence(answer.value.failed, done)
    if (left !== null) showToast({ text: left, tone: 'fault' })
  }

  return {
    async perform(act, chosen, heir) {
      const answer = await sessions.bulk(
        act,
        chosen.map(({ id }) => id),
        heir,
      )
      if (!answer.ok) return fault(answer.failure)
      const { done, failed } = answer.value
      const left = leftSentence(failed, chosen)
      if (done.length === 0) {
        if (left !== null) showToast({ text: left, tone: 'fault' })
        return false
      }
      const ids = new Set(done)
      const close = showToast({
        text: [listWords.done(act, done.length), left].filter((one) => one !== null).join(' '),
        icon: icons[act],
        act: {
          label: words.undo,
          run: () =>
            void takeBack(
              act,
              chosen.filter(({ id }) => ids.has(id)),
            ),
        },
        onClose: () => stop(),
      })
      const stopWatching = sessions.store.subscribe(() => isUndone(act, ids) && close())
      // What is gone for good cannot be taken back.
      const stopListening = act === 'delete' ? bridge.on('trash.changed', close) : () => undefined
      const stop = () => {
        stopWatching()
        stopListening()
      }
      return true
    },
    async export(chosen, format) {
      const answer = await sessions.exportMany(
        chosen.map(({ id }) => id),
        format,
      )
      if (!answer.ok) return fault(answer.failure)
      const { saved, done, failed } = answer.value
      // The person chose none: they know.
      if (saved === null) return false
      const left = leftSentence(failed, chosen)
      const exported = done.length > 0 ? listWords.exported(done.length, saved) : null
      showToast({
        text: [exported, left].filter((one) => one !== null).join(' '),
        icon: 'export',
        ...(done.length === 0 ? { tone: 'fault' as const } : {}),
      })
      return done.length > 0
    },
  }
}

/** What was refused, by name, and why the first of it was; null when nothing was. */
function leftSentence(failed: BulkOutcome['failed'], chosen: readonly Titled[]): string | null {
  const [first] = failed
  if (!first) return null
  const titles = failed.map(({ id }) => chosen.find((one) => one.id === id)?.title || words.untitled)
  const why = first.failure.message
  const [only] = titles
  return titles.length === 1 && only !== undefined ? listWords.leftOne(only, why) : listWords.left(titles, why)
}
