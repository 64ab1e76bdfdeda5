// The person's settings and what lies open on the desk, each a small file that is replaced as a whole.
import { z } from 'zod'
import type { Notice } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { defaultSettings, type Settings, settings as settingsSchema } from '../../../shared/settings.ts'
import type { Desk, Events, Home, SettingsStore, Surroundings, WindowPlace } from '../../contracts.ts'

export interface SettingsDependencies {
  home: Home
  events: Events
  surroundings: Surroundings
}

const settingsFile = 'settings.json'

/**
 * Reads settings.json. A file that is no JSON object is kept under another name and the defaults are used; a single
 * value that cannot be used falls back to its default. Keys this version does not know are kept when it writes.
 */
export async function openSettings({ home, events, surroundings }: SettingsDependencies): Promise<SettingsStore> {
  const notices: Notice[] = []
  const tell = (code: string, message: string) =>
    notices.push({ id: surroundings.newId(), severity: 'warn', code, message })

  const raw = await readObject(home, settingsFile)
  if (raw === 'broken') {
    const kept = home.readOnly ? null : await home.setAside(settingsFile).catch(() => null)
    tell('settings_set_aside', kept ? messages.failures.settingsSetAside(kept) : messages.failures.settingsUnreadable)
  }
  let stored: Record<string, unknown> = raw === 'broken' ? {} : raw
  const { usable, refused } = readSettings(stored)
  if (refused.length > 0) tell('settings_partly', messages.failures.settingsPartly(refused.join(', ')))
  let current: Settings = usable
  let writing: Promise<unknown> = Promise.resolve()

  return {
    current: () => current,
    async update(patch) {
      home.requireWritable()
      const apply = writing.then(async () => {
        const next = settingsSchema.parse({ ...current, ...patch })
        const kept = { ...stored, ...next }
        await home.write(settingsFile, `${JSON.stringify(kept, null, 2)}\n`)
        stored = kept
        current = next
        events.emit('settings.changed', next)
        return next
      })
      writing = apply.catch(() => undefined)
      return await apply
    },
    notices,
    desk: await openDesk(home),
  }
}

function readSettings(stored: Record<string, unknown>): { usable: Settings; refused: string[] } {
  const refused: string[] = []
  const usable: Record<string, unknown> = { ...defaultSettings }
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    if (stored[key] === undefined) continue
    const parsed = schema.safeParse(stored[key])
    if (parsed.success) usable[key] = parsed.data
    else refused.push(key)
  }
  return { usable: settingsSchema.parse(usable), refused }
}

const deskPlace = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200).max(100_000),
  height: z.number().int().min(200).max(100_000),
  maximized: z.boolean(),
})
const windowFile = z.looseObject({
  lastSessionId: z.string().nullable().catch(null),
  place: deskPlace.nullable().catch(null),
})
const draftsFile = z.record(z.string(), z.string())

async function openDesk(home: Home): Promise<Desk> {
  const draftsRaw = await readObject(home, 'drafts.json')
  // It may hold a person's words, so what cannot be read is kept beside before the next draft takes its place.
  if (draftsRaw === 'broken' && !home.readOnly) await home.setAside('drafts.json').catch(() => undefined)
  const draftsRead = draftsFile.safeParse(draftsRaw)
  const drafts = new Map(Object.entries(draftsRead.success ? draftsRead.data : {}))
  const windowRead = windowFile.safeParse(await readObject(home, 'window.json'))
  let lastSessionId = windowRead.success ? windowRead.data.lastSessionId : null
  let place: WindowPlace | null = windowRead.success ? windowRead.data.place : null

  const writeDrafts = inTurn(() =>
    home.write('drafts.json', `${JSON.stringify(Object.fromEntries(drafts), null, 2)}\n`),
  )
  const writeWindow = inTurn(() => home.write('window.json', `${JSON.stringify({ lastSessionId, place }, null, 2)}\n`))

  return {
    drafts: () => Object.fromEntries(drafts),
    async writeDraft(key, text) {
      if (text === '') drafts.delete(key)
      else drafts.set(key, text)
      await writeDrafts()
    },
    lastSessionId: () => lastSessionId,
    async rememberSession(sessionId) {
      if (sessionId === lastSessionId) return
      lastSessionId = sessionId
      await writeWindow()
    },
    windowPlace: () => place,
    async rememberWindow(next) {
      place = next
      await writeWindow()
    },
  }
}

/** One write at a time, and at most one more waiting: the last one sees everything that came before it. */
function inTurn(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let waiting: Promise<void> | null = null
  return () => {
    if (!running) {
      running = write().finally(() => {
        running = null
      })
      return running
    }
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = null
        running = write().finally(() => {
          running = null
        })
        return running
      })
    return waiting
  }
}

async function readObject(home: Home, name: string): Promise<Record<string, unknown> | 'broken'> {
  try {
    const text = await home.read(name)
    if (text === null) return {}
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'broken'
  } catch {
    return 'broken'
  }
}
