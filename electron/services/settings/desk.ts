// What lies open on the desk between two starts: unsent texts, those that wait to be sent, the last session, the place of the window.
import { z } from 'zod'
import { type NamedAttachment, namedAttachment } from '../../../shared/attachment.ts'
import { listView, usualView } from '../../../shared/list-view.ts'
import { queuedText } from '../../../shared/queue.ts'
import type { Desk, Home, Surroundings } from '../../contracts.ts'
import { readJsonObject } from './json-object.ts'

const windowPlace = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200).max(100_000),
  height: z.number().int().min(200).max(100_000),
  maximized: z.boolean(),
})
const windowFile = z.object({
  lastSessionId: z.string().nullable().catch(null),
  place: windowPlace.nullable().catch(null),
  folders: z.array(z.string().max(4_096)).catch([]),
  isPanelShown: z.boolean().catch(false),
  listView: listView.catch(usualView),
  isWelcomed: z.boolean().catch(false),
})

/** More than anybody looks through. */
const foldersKept = 12

const draftsName = 'drafts.json'
const windowName = 'window.json'
const queueName = 'queue.json'
const unreadName = 'unread.json'
const sessionIdsFile = z.object({ sessionIds: z.array(z.string().max(200)) })
const triedName = 'tried.json'
/** More marks than these are none. */
const mostMarked = 10_000
const queueList = z.array(queuedText).min(1)
const attachedName = 'attached.json'
const attachedList = z.array(namedAttachment).min(1)

export async function openDesk(home: Home, surroundings: Surroundings): Promise<Desk> {
  const drafts = new Map<string, string>()
  const stored = await readJsonObject(home, draftsName)
  for (const [key, text] of Object.entries(stored === 'broken' ? {} : stored)) {
    if (typeof text === 'string') drafts.set(key, text)
  }
  // It may hold a person's words, so what cannot be read is kept beside before the next draft takes its place.
  const isWhole = stored !== 'broken' && drafts.size === Object.keys(stored).length
  if (!isWhole && !home.readOnly) await home.setAside(draftsName).catch(() => undefined)
  let queues = await readLists(queueName, queueList)
  const attached = await readLists<NamedAttachment>(attachedName, attachedList)
  const windowRead = windowFile.safeParse(await readJsonObject(home, windowName))
  const nothing = {
    lastSessionId: null,
    place: null,
    folders: [],
    isPanelShown: false,
    listView: usualView,
    isWelcomed: false,
  }
  let { lastSessionId, place, folders, isPanelShown, listView: view, isWelcomed } = windowRead.data ?? nothing
  const writeWindow = () =>
    write(windowName, { lastSessionId, place, folders, isPanelShown, listView: view, isWelcomed })
  const unread = new Set(sessionIdsFile.safeParse(await readJsonObject(home, unreadName)).data?.sessionIds ?? [])
  const writeUnread = () => write(unreadName, { sessionIds: [...unread].slice(-mostMarked) })
  const tried = new Set(sessionIdsFile.safeParse(await readJsonObject(home, triedName)).data?.sessionIds ?? [])
  const writeTried = () => write(triedName, { sessionIds: [...tried].slice(-mostMarked) })

  /** Best effort: a desk that cannot be kept must not keep a person from working. */
  async function write(name: string, value: unknown): Promise<void> {
    if (home.readOnly) return
    await home
      .write(name, `${JSON.stringify(value, null, 2)}\n`)
      .catch((thrown) => surroundings.log(`${name} was not written: ${String(thrown)}`))
  }

  async function readLists<Item>(name: string, list: z.ZodType<Item[]>): Promise<Map<string, readonly Item[]>> {
    const read = await readJsonObject(home, name)
    const found = new Map<string, readonly Item[]>()
    for (const [key, items] of Object.entries(read === 'broken' ? {} : read)) {
      const parsed = list.safeParse(items)
      if (parsed.success) found.set(key, parsed.data)
    }
    const isRead = read !== 'broken' && found.size === Object.keys(read).length
    // A person's words, as above.
    if (!isRead && !home.readOnly) await home.setAside(name).catch(() => undefined)
    return found
  }

  return {
    drafts: () => Object.fromEntries(drafts),
    async writeDraft(key, text) {
      if (text === '') drafts.delete(key)
      else drafts.set(key, text)
      await write(draftsName, Object.fromEntries(drafts))
    },
    attached: () => Object.fromEntries(attached),
    async writeAttached(key, list) {
      if (list.length === 0) attached.delete(key)
      else attached.set(key, list)
      await write(attachedName, Object.fromEntries(attached))
    },
    async forget(sessionIds) {
      const hadAttached = sessionIds.filter((sessionId) => attached.delete(sessionId))
      if (hadAttached.length > 0) await write(attachedName, Object.fromEntries(attached))
      const drafted = sessionIds.filter((sessionId) => drafts.delete(sessionId))
      const queued = sessionIds.filter((sessionId) => queues.delete(sessionId))
      const marked = sessionIds.filter((sessionId) => unread.delete(sessionId))
      if (drafted.length > 0) await write(draftsName, Object.fromEntries(drafts))
      if (queued.length > 0) await write(queueName, Object.fromEntries(queues))
      if (marked.length > 0) await writeUnread()
      if (sessionIds.filter((sessionId) => tried.delete(sessionId)).length > 0) await writeTried()
    },
    queue: (sessionId) => queues.get(sessionId) ?? [],
    async writeQueue(sessionId, items) {
      if (items.length === 0) queues.delete(sessionId)
      else queues.set(sessionId, items)
      await write(queueName, Object.fromEntries(queues))
    },
    async reload() {
      queues = await readLists(queueName, queueList)
    },
    lastSessionId: () => lastSessionId,
    async rememberSession(sessionId) {
      if (sessionId === lastSessionId) return
      lastSessionId = sessionId
      await writeWindow()
    },
    folders: () => folders,
    async rememberFolder(folder) {
      folders = [folder, ...folders.filter((one) => one !== folder)].slice(0, foldersKept)
      await writeWindow()
    },
    isPanelShown: () => isPanelShown,
    async rememberPanel(isShown) {
      if (isShown === isPanelShown) return
      isPanelShown = isShown
      await writeWindow()
    },
    isWelcomed: () => isWelcomed,
    async rememberWelcome() {
      if (isWelcomed) return
      isWelcomed = true
      await writeWindow()
    },
    unread: () => [...unread],
    async setUnread(sessionId, isUnread) {
      if (unread.has(sessionId) === isUnread) return
      if (isUnread) unread.add(sessionId)
      else unread.delete(sessionId)
      await writeUnread()
    },
    tried: () => [...tried],
    async setTried(sessionId, isTried) {
      if (tried.has(sessionId) === isTried) return
      if (isTried) tried.add(sessionId)
      else tried.delete(sessionId)
      await writeTried()
    },
    listView: () => view,
    async rememberListView(next) {
      view = next
      await writeWindow()
    },
    windowPlace: () => place,
    async rememberWindow(next) {
      place = next
      await writeWindow()
    },
  }
}
