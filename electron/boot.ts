// The service list: the one place that knows every service. Imports no Electron, so every front starts here.
import { homedir } from 'node:os'
import { v7 as newId } from 'uuid'
import type { Bridge, Notice } from '../shared/ipc.ts'
import { type AttachedBridge, attachTo } from './attach/attach-client.ts'
import { serveAttach } from './attach/attach-server.ts'
import type { App, AppEvents, Services, Surface, Surroundings } from './contracts.ts'
import { createGateway, createLocalBridge } from './gateway/gateway.ts'
import { createHandlers } from './gateway/handlers.ts'
import { createEventBus } from './kernel/event-bus.ts'
import { createDoctor } from './services/doctor/doctor.ts'
import { dataFolder } from './services/home/data-folder.ts'
import { openHome } from './services/home/home.ts'
import { liveOwner } from './services/home/owner-lock.ts'
import { createModels } from './services/models/models.ts'
import { inspectSessions } from './services/sessions/inspect.ts'
import { createSessions } from './services/sessions/sessions.ts'
import { openSettings } from './services/settings/settings-store.ts'

export interface BootOptions {
  /** Absolute path of the data folder, as `homeFor` answers it. */
  homePath: string
  /** The `--host` flag, or null. */
  flagHost: string | null
  /** An owner may write and locks the folder; a reader only looks. */
  as: 'owner' | 'reader'
  environment: Readonly<Record<string, string | undefined>>
  surface: Surface | null
  log(line: string): void
}

/** Where the data folder lies for these arguments; nothing is made. */
export function homeFor(flag: string | null, environment: BootOptions['environment'], from: string): string {
  return dataFolder({ flag, environment, platform: process.platform, personHome: homedir(), from })
}

/** What one front works with, whoever owns the data folder. */
export interface Front {
  bridge: Bridge
  /** What was wrong with the settings at the start. */
  notices: readonly Notice[]
  /** Aborts when another process owned the data folder and has gone. */
  gone: AbortSignal
  close(): Promise<void>
}

/** Boots, or attaches to the process that has the folder open when something is to be written there. */
export async function openFront(options: BootOptions): Promise<Front> {
  const app = await boot(options)
  const { home, settings } = app.services
  if (options.as === 'owner' && home.otherSocket !== null) {
    await app.close()
    const attached: AttachedBridge = await attachTo(home.otherSocket)
    return { bridge: attached, notices: [], gone: attached.gone, close: async () => attached.close() }
  }
  const bridge = app.connect()
  return {
    bridge,
    notices: settings.notices,
    gone: new AbortController().signal,
    async close() {
      bridge.close()
      await app.close()
    },
  }
}

export async function boot({ homePath, flagHost, as, environment, surface, log }: BootOptions): Promise<App> {
  const surroundings: Surroundings = {
    now: () => new Date(),
    newId: () => newId(),
    environment,
    appVersion: __APP_VERSION__,
    log,
  }
  const events = createEventBus<AppEvents>((name, thrown) => log(`a listener of ${name} failed: ${String(thrown)}`))
  const home = await openHome(homePath, as, surroundings)
  const settings = await openSettings({ home, events, surroundings })
  const models = createModels({ surroundings, events, settings, flagHost })
  const sessions = createSessions({ home, settings, models, events, surroundings })
  const doctor = createDoctor({
    home,
    settings,
    models,
    surroundings,
    inspectSessions: () => inspectSessions(home.path),
    async otherOwner() {
      const owner = await liveOwner(home.path)
      return owner && owner.pid !== process.pid ? owner.pid : null
    },
  })

  const services: Services = { home, settings, models, sessions, doctor, events, surroundings, surface }
  const gateway = createGateway({ handlers: createHandlers(services, platformName()), events, log })
  let door = openDoor()
  events.on('access.changed', ({ readOnly }) => {
    if (!readOnly) door = openDoor()
  })

  /** Lets other processes of this person in while we own the folder. Without it everything else goes on. */
  async function openDoor() {
    if (home.readOnly) return null
    const options = { path: home.socketPath, gateway, version: surroundings.appVersion, log }
    return await serveAttach(options).catch((thrown) => {
      log(`nobody can attach: ${String(thrown)}`)
      return null
    })
  }

  let closing: Promise<void> | null = null

  return {
    gateway,
    services,
    connect: () => createLocalBridge(gateway),
    close() {
      // In this order, and each whatever the one before it met: runs end and everybody hears of it; the lock goes last.
      closing ??= sessions
        .close()
        .finally(() => door.then((opened) => opened?.close()))
        .finally(() => settings.close())
        .finally(() => home.close())
      return closing
    },
  }
}

function platformName(): 'linux' | 'darwin' | 'win32' {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux'
}
