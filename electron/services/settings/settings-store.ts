// The person's settings: one small file that is replaced as a whole, and every change told.
import type { Notice } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import {
  defaultSettings,
  settingsPatch as patchSchema,
  type Settings,
  settings as settingsSchema,
} from '../../../shared/settings.ts'
import type { Events, Home, SettingsStore, Surroundings } from '../../contracts.ts'
import { openDesk } from './desk.ts'
import { readJsonObject } from './json-object.ts'

export interface SettingsDependencies {
  home: Home
  events: Events
  surroundings: Surroundings
}

const settingsFile = 'settings.json'

/**
 * Reads settings.json. A file that is no JSON object is kept under another name and the defaults are used; a single
 * value that cannot be used falls back to its default. The file holds what the person chose and nothing else: keys and
 * values this version does not understand stay in it until they are changed.
 */
export async function openSettings({ home, events, surroundings }: SettingsDependencies): Promise<SettingsStore> {
  const notices: Notice[] = []
  const tell = (code: string, message: string) =>
    notices.push({ id: surroundings.newId(), severity: 'warn', code, message })

  let stored: Record<string, unknown> = {}
  let current = defaultSettings
  let lastUpdate: Promise<unknown> = Promise.resolve()
  await readFile()

  async function readFile(): Promise<void> {
    const read = await readJsonObject(home, settingsFile)
    notices.length = 0
    if (read === 'broken') {
      const kept = home.readOnly ? null : await home.setAside(settingsFile).catch(() => null)
      tell('settings_set_aside', kept ? messages.failures.settingsSetAside(kept) : messages.failures.settingsUnreadable)
    }
    stored = read === 'broken' ? {} : read
    const { usable, refused } = readSettings(stored)
    if (refused.length > 0) tell('settings_partly', messages.failures.settingsPartly(refused.join(', ')))
    current = usable
  }

  const desk = await openDesk(home, surroundings)

  return {
    current: () => current,
    async update(patch) {
      home.requireWritable()
      const chosen = patchSchema.parse(patch)
      // One after the other: each begins with what the one before has written.
      const update = lastUpdate.then(async () => {
        const next = { ...stored, ...chosen }
        await home.write(settingsFile, `${JSON.stringify(next, null, 2)}\n`)
        stored = next
        current = readSettings(next).usable
        events.emit('settings.changed', current)
        return current
      })
      lastUpdate = update.catch(() => undefined)
      return await update
    },
    notices,
    async reload() {
      await Promise.all([readFile(), desk.reload()])
      events.emit('settings.changed', current)
      for (const notice of notices) events.emit('app.notice', notice)
    },
    desk,
    async close() {
      // The desk hands its texts over at once; the home writes them before it gives the lock back.
      await lastUpdate
    },
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
