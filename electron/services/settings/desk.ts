// What lies open on the desk between two starts: unsent texts, the last session, the place of the window.
import { z } from 'zod'
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
})

const draftsName = 'drafts.json'
const windowName = 'window.json'

export async function openDesk(home: Home, surroundings: Surroundings): Promise<Desk> {
  const drafts = new Map<string, string>()
  const stored = await readJsonObject(home, draftsName)
  for (const [key, text] of Object.entries(stored === 'broken' ? {} : stored)) {
    if (typeof text === 'string') drafts.set(key, text)
  }
  // It may hold a person's words, so what cannot be read is kept beside before the next draft takes its place.
  const isWhole = stored !== 'broken' && drafts.size === Object.keys(stored).length
  if (!isWhole && !home.readOnly) await home.setAside(draftsName).catch(() => undefined)
  const windowRead = windowFile.safeParse(await readJsonObject(home, windowName))
  let { lastSessionId, place } = windowRead.data ?? { lastSessionId: null, place: null }

  /** Best effort: a desk that cannot be kept must not keep a person from working. */
  async function write(name: string, value: unknown): Promise<void> {
    if (home.readOnly) return
    await home
      .write(name, `${JSON.stringify(value, null, 2)}\n`)
      .catch((thrown) => surroundings.log(`${name} was not written: ${String(thrown)}`))
  }

  return {
    drafts: () => Object.fromEntries(drafts),
    async writeDraft(key, text) {
      if (text === '') drafts.delete(key)
      else drafts.set(key, text)
      await write(draftsName, Object.fromEntries(drafts))
    },
    async forgetDrafts(sessionIds) {
      const known = sessionIds.filter((sessionId) => drafts.delete(sessionId))
      if (known.length > 0) await write(draftsName, Object.fromEntries(drafts))
    },
    lastSessionId: () => lastSessionId,
    async rememberSession(sessionId) {
      if (sessionId === lastSessionId) return
      lastSessionId = sessionId
      await write(windowName, { lastSessionId, place })
    },
    windowPlace: () => place,
    async rememberWindow(next) {
      place = next
      await write(windowName, { lastSessionId, place })
    },
  }
}
