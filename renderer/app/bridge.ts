// The window's side of the outside wall: a typed Bridge over the four wire messages of the preload script.
import type { Answer } from '../../shared/failure.ts'
import type { Bridge, Channel, Output, Push, PushName, PushPayload, WirePort } from '../../shared/ipc.ts'
import { failures } from '../../shared/messages/failures.ts'

export type { Bridge } from '../../shared/ipc.ts'

declare global {
  interface Window {
    /** Exposed by the preload script; missing when the page is opened outside Carrel. */
    carrelWire?: WirePort
  }
}

type Listeners = { [Name in PushName]: Set<(payload: PushPayload<Name>) => void> }

export function createBridge(port: WirePort): Bridge {
  const listeners: Listeners = {
    'app.notice': new Set(),
    'access.changed': new Set(),
    'activity.changed': new Set(),
    'check.progress': new Set(),
    'import.progress': new Set(),
    'backup.progress': new Set(),
    'settings.changed': new Set(),
    'models.changed': new Set(),
    'models.testing': new Set(),
    'models.tested': new Set(),
    'pulls.changed': new Set(),
    'seal.changed': new Set(),
    'sessions.changed': new Set(),
    'sessions.removed': new Set(),
    'unread.changed': new Set(),
    'sessions.rearranged': new Set(),
    'trash.changed': new Set(),
    'sessions.appended': new Set(),
    'index.changed': new Set(),
    'queue.changed': new Set(),
    'trust.changed': new Set(),
    'rules.changed': new Set(),
    'skills.changed': new Set(),
    'ledger.added': new Set(),
    'changes.changed': new Set(),
    'tour.changed': new Set(),
    'replay.changed': new Set(),
    'run.changed': new Set(),
    'run.frame': new Set(),
    'run.notice': new Set(),
    'run.output': new Set(),
    'run.ended': new Set(),
    'window.openSession': new Set(),
    'window.command': new Set(),
  }
  let lastCall = 0

  function deliver<Name extends PushName>(push: { push: Name; payload: PushPayload<Name> }) {
    // A push this window does not know, from a newer main process, is nobody's.
    for (const listener of listeners[push.push] ?? []) listener(push.payload)
  }

  port.onPush((push: Push) => deliver(push))

  return {
    async call(channel, input, signal) {
      lastCall += 1
      const callId = `window-${lastCall}`
      const cancel = () => port.cancel(callId)
      if (signal?.aborted) return cancelled()
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        return typed(channel, await port.call(callId, channel, input))
      } catch (thrown) {
        const detail = thrown instanceof Error ? thrown.message : String(thrown)
        return { ok: false, failure: { code: 'internal', message: failures.internal, detail } }
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    on(name, listener) {
      listeners[name].add(listener)
      return () => void listeners[name].delete(listener)
    },
    painted: () => port.painted(),
  }
}

/** The main process checked the value against this channel's schema; this is the wall where it gets its type. */
function typed<Name extends Channel>(_channel: Name, answer: Answer<unknown>): Answer<Output<Name>> {
  return answer as Answer<Output<Name>>
}

function cancelled(): Answer<never> {
  return { ok: false, failure: { code: 'cancelled', message: failures.cancelled } }
}
