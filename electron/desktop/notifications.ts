// Says through the system that a run asks or has ended while nobody looks at the window, and counts what waits on the icon.
import { app, Notification } from 'electron'
import { desktop } from '../../shared/messages/desktop.ts'
import type { Events } from '../contracts.ts'

export interface NotificationsDependencies {
  events: Pick<Events, 'on'>
  isOn(): boolean
  isInFront(): boolean
  /** Empty when it has none. */
  titleOf(sessionId: string): Promise<string>
  open(sessionId: string): void
  log(line: string): void
}

/** A script may let a hundred sessions end; the oldest give way. */
const mostShown = 4
const longestTitle = 80
const words = desktop.notifications

export function createNotifications({ events, isOn, isInFront, titleOf, open, log }: NotificationsDependencies): void {
  /** The question that is open, by its session. */
  const waiting = new Map<string, string>()
  /** By session, the oldest first. Kept here, since one that nobody holds is never answered. */
  const shown = new Map<string, Notification>()

  function changeWaiting(sessionId: string, approvalId: string | null): boolean {
    const before = waiting.get(sessionId) ?? null
    if (before === approvalId) return false
    if (approvalId === null) waiting.delete(sessionId)
    else waiting.set(sessionId, approvalId)
    app.setBadgeCount(waiting.size)
    // What it said is over.
    dismiss(sessionId)
    return approvalId !== null
  }

  function dismiss(sessionId: string): void {
    shown.get(sessionId)?.close()
    shown.delete(sessionId)
  }

  /** `holds`: whether it is still so when the title is known. */
  async function tell(sessionId: string, body: string, holds: () => boolean): Promise<void> {
    if (!isOn() || isInFront() || !Notification.isSupported()) return
    const title = plain(await titleOf(sessionId)) || words.untitled
    if (isInFront() || !holds()) return
    dismiss(sessionId)
    const notification = new Notification({ title, body })
    notification.on('click', () => {
      dismiss(sessionId)
      open(sessionId)
    })
    notification.on('close', () => {
      if (shown.get(sessionId) === notification) shown.delete(sessionId)
    })
    shown.set(sessionId, notification)
    for (const [oldest] of shown) if (shown.size > mostShown) dismiss(oldest)
    notification.show()
  }

  const tellSoon = (sessionId: string, body: string, holds: () => boolean) =>
    void tell(sessionId, body, holds).catch((thrown) => log(`a notification was not shown: ${String(thrown)}`))

  events.on('run.changed', ({ sessionId, approval }) => {
    if (!changeWaiting(sessionId, approval?.id ?? null) || !approval) return
    tellSoon(sessionId, words.asks(approval.subject.kind), () => waiting.get(sessionId) === approval.id)
  })
  events.on('run.ended', ({ sessionId, stop, purpose }) => {
    changeWaiting(sessionId, null)
    const body = purpose === 'summary' ? words.summaryEnded(stop) : words.ended(stop)
    if (body !== null) tellSoon(sessionId, body, () => !waiting.has(sessionId))
  })
  // Whoever is here has seen the marks in the list.
  app.on('browser-window-focus', () => {
    for (const sessionId of [...shown.keys()]) dismiss(sessionId)
  })
}

/** What steers a screen or turns the reading around has no business in the system's own words. */
function plain(title: string): string {
  const visible = title
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, ' ')
    .replace(/\s+/g, ' ')
  const signs = [...visible.trim()]
  return signs.length > longestTitle ? `${signs.slice(0, longestTitle).join('')}…` : signs.join('')
}
