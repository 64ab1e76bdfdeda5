// The service list: the one place that knows every service. Imports no Electron, so every front starts here.
import { access, rmdir } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { ExpectedFailure } from '../shared/failure.ts'
import type { Bridge, Notice } from '../shared/ipc.ts'
import { messages } from '../shared/messages/messages.ts'
import { skillInstallWords } from '../shared/messages/skill-install.ts'
import { type AttachedBridge, attachTo, OwnerEnded } from './attach/attach-client.ts'
import { serveAttach } from './attach/attach-server.ts'
import {
  type App,
  type AppEvents,
  type BackupContents,
  capabilities,
  type Gateway,
  type Home,
  type Keyring,
  type StartSide,
  type Surface,
  type Surroundings,
} from './contracts.ts'
import { createGateway, createLocalBridge } from './gateway/gateway.ts'
import { createHandlers } from './gateway/handlers.ts'
import { createServices, defineService } from './kernel/capabilities.ts'
import { createEventBus } from './kernel/event-bus.ts'
import { createKernel } from './kernel/kernel.ts'
import { createActivity } from './services/activity/activity.ts'
import { createAttachments } from './services/attachments/attachments.ts'
import { createBackup } from './services/backup/backup.ts'
import { createCheckpoints } from './services/checkpoints/checkpoints.ts'
import { createDoctor } from './services/doctor/doctor.ts'
import { createExporting } from './services/exporting/exporting.ts'
import { openHome } from './services/home/home.ts'
import { liveOwner } from './services/home/owner-lock.ts'
import { createImporting } from './services/importing/importing.ts'
import { createMounts } from './services/importing/mounts.ts'
import { createLedger } from './services/ledger/ledger.ts'
import { createModelServerNote } from './services/ledger/model-server.ts'
import { createModels, usualPause } from './services/models/models.ts'
import { createDiskRoom } from './services/models/pulls/disk-room.ts'
import { createPulls } from './services/models/pulls/pulls.ts'
import { createServers } from './services/models/servers/servers.ts'
import { createPolicy } from './services/policy/policy.ts'
import { createSandbox } from './services/sandbox/sandbox.ts'
import { createSearch } from './services/search/search.ts'
import { inspectSessions } from './services/sessions/inspect.ts'
import { readLog } from './services/sessions/read-log.ts'
import { createSessions } from './services/sessions/sessions.ts'
import { openSettings } from './services/settings/settings-store.ts'
import { createSkills } from './services/skills/skills.ts'
import { createToolboxes } from './services/tools/toolboxes.ts'
import { type Pace, withScript } from './services/tour/script-models.ts'
import { createTour } from './services/tour/tour.ts'
import { createTrust } from './services/trust/trust.ts'
import { createWeb } from './services/web/web.ts'

/** How long one PDF may be read. Milliseconds. */
const pdfLimitMs = 30_000

export interface BootOptions {
  /** Absolute path of the data folder, as `homeFor` answers it. */
  homePath: string
  /** The `--host` flag, or null. */
  flagHost: string | null
  /** An owner may write and locks the folder; a reader only looks. */
  as: 'owner' | 'reader'
  environment: Readonly<Record<string, string | undefined>>
  surface: Surface | null
  /** Where secrets can be kept; left out where there is no window. */
  keyring?: Keyring
  /** How a process beside this one is started; without it there is no search index, and the files are read. */
  startSide?: StartSide
  /** In place of the usual ones, for tests of a jail that is not there. */
  bubblewrapAt?: readonly string[]
  /** Absolute path of the skills that come with Carrel. */
  skillsFolder?: string
  /** How fast the script of the tour writes; as fast as one reads, unless told. */
  tourPace?: Pace
  /** In place of the person's own home folder, for tests of what lies in it. */
  personHome?: string
  /** What the window has to say of itself, beside what was wrong with the settings. */
  windowNotices?: () => readonly Notice[]
  /** A window wants the data folder: whoever is told gives it back as soon as it can. Left out, it is kept. */
  onYield?: () => void
  /** Somebody else is about to own the data folder: they go first. */
  goesSecond?: boolean
  log(line: string): void
}

/** What one front works with, whoever owns the data folder. */
export interface Front {
  bridge: Bridge
  /** What was wrong with the settings at the start. */
  notices: readonly Notice[]
  /** No other process owns the data folder, or nothing is to be written there. */
  isOwn: boolean
  /** Aborts when another process owned the data folder and has gone. */
  gone: AbortSignal
  /** An owner first lets the runs of those attached to it end, until the signal is aborted. */
  close(signal: AbortSignal): Promise<void>
}

/** Boots, or attaches to the process that has the folder open when something is to be written there. */
export async function openFront(options: BootOptions): Promise<Front> {
  if (options.goesSecond) await untilOwned(options.homePath)
  for (let changes = 0; ; changes += 1) {
    try {
      return await openOnce(options)
    } catch (thrown) {
      // Commands that follow one another closely, in a script: each has the folder for a moment.
      if (!(thrown instanceof OwnerEnded)) throw thrown
      if (changes >= mostChanges) throw new ExpectedFailure('busy', messages.failures.ownerSilent)
    }
  }
}

/** So often a folder may change hands while one waits for it. */
const mostChanges = 50

async function openOnce(options: BootOptions): Promise<Front> {
  const app = await boot(options)
  const { home, settings } = app.services
  if (options.as === 'owner' && home.otherSocket !== null) {
    await app.close()
    const isThere = async () => (await liveOwner(options.homePath)) !== null
    const attached: AttachedBridge = await attachTo(home.otherSocket, isThere)
    return { bridge: attached, notices: [], isOwn: false, gone: attached.gone, close: async () => attached.close() }
  }
  const bridge = app.connect()
  return {
    bridge,
    notices: settings.notices,
    isOwn: true,
    gone: new AbortController().signal,
    async close(signal) {
      bridge.close()
      if (options.as === 'owner' && !home.readOnly) await runsEnded(app, signal)
      await app.close()
    },
  }
}

/** A window looks every second whether the folder is free. Milliseconds. */
const ownerWithinMs = 5_000
const betweenLooksMs = 50

async function untilOwned(homePath: string): Promise<void> {
  const deadline = performance.now() + ownerWithinMs
  while (performance.now() < deadline && (await liveOwner(homePath)) === null) await pauseFor(betweenLooksMs)
}

/** Whoever attached to this process has a right to the answer; nobody's run is cancelled because another one is over. */
async function runsEnded({ services: { sessions, events } }: App, signal: AbortSignal): Promise<void> {
  let wake = () => {}
  const stop = events.on('run.ended', () => wake())
  signal.addEventListener('abort', () => wake(), { once: true })
  for (;;) {
    // Listened for before it is asked: a run may end in between.
    const ended = new Promise<void>((resolve) => {
      wake = resolve
    })
    if (signal.aborted || !sessions.isAnyRunning()) break
    await ended
  }
  stop()
}

export interface RestoreOptions extends Pick<BootOptions, 'homePath' | 'environment' | 'log'> {
  /** Absolute path of the backup. */
  path: string
  withRights: boolean
  signal: AbortSignal
  onProgress(bytes: number, ofBytes: number): void
}

/** Without any other service: nothing may be written in a data folder whose content is exchanged. Throws its failures. */
export async function restoreBackup(options: RestoreOptions): Promise<BackupContents & { kept: string | null }> {
  const { homePath, path, withRights, signal, onProgress, log } = options
  const surroundings = surroundingsOf(options)
  const events = createEventBus<AppEvents>((name, thrown) => log(`a listener of ${name} failed: ${String(thrown)}`))
  events.on('backup.progress', ({ bytes, ofBytes }) => onProgress(bytes, ofBytes))
  const wasThere = await access(homePath).then(
    () => true,
    () => false,
  )
  const before = await openHome(homePath, 'owner', surroundings)
  try {
    const backup = createBackup({ home: before, events, surroundings, keepBlobs: () => () => undefined })
    const restored = await backup.restore(path, { withRights, progressId: surroundings.newId() }, signal)
    await before.close()
    // Opening it is what exchanges it.
    const after = await openHome(homePath, 'owner', surroundings)
    await after.close()
    if (after.readOnly) throw new ExpectedFailure(after.readOnly.code, after.readOnly.message, after.readOnly.detail)
    return restored
  } catch (thrown) {
    await before.close()
    // A folder that was made for what did not come; with anything in it, it stays.
    if (!wasThere) await rmdir(homePath).catch(() => undefined)
    throw thrown
  }
}

function surroundingsOf({ environment, log }: Pick<BootOptions, 'environment' | 'log'>): Surroundings {
  return { now: () => new Date(), newId: () => newId(), environment, appVersion: __APP_VERSION__, log }
}

export async function boot(options: BootOptions): Promise<App> {
  const { homePath, flagHost, as, surface, windowNotices, log } = options
  const surroundings = surroundingsOf(options)
  const events = createEventBus<AppEvents>((name, thrown) => log(`a listener of ${name} failed: ${String(thrown)}`))
  const onFault = (thrown: unknown) => log(`an observer failed: ${String(thrown)}`)

  // What each service needs is its whole authority; the order of starting and stopping follows from it.
  const services = createServices(
    [
      defineService({
        name: 'kernel',
        needs: {},
        provides: capabilities.kernel,
        start() {
          const kernel = createKernel({ onFault })
          return { provides: kernel, stop: () => kernel.close() }
        },
      }),
      defineService({
        name: 'home',
        needs: {},
        provides: capabilities.home,
        async start() {
          const home = await openHome(homePath, as, surroundings)
          return { provides: home, stop: () => home.close() }
        },
      }),
      defineService({
        name: 'settings',
        needs: { home: capabilities.home },
        provides: capabilities.settings,
        async start({ home }) {
          const settings = await openSettings({ home, events, surroundings })
          events.on('access.changed', ({ readOnly }) => {
            if (!readOnly)
              settings.reload().catch((thrown) => log(`the settings were not read again: ${String(thrown)}`))
          })
          return { provides: settings, stop: () => settings.close() }
        },
      }),
      defineService({
        name: 'ledger',
        needs: { home: capabilities.home },
        provides: capabilities.ledger,
        start({ home }) {
          const ledger = createLedger({ home, events, surroundings })
          return { provides: ledger, stop: () => ledger.close() }
        },
      }),
      defineService({
        name: 'policy',
        needs: { home: capabilities.home },
        provides: capabilities.policy,
        start: ({ home }) => ({ provides: createPolicy({ home, events, surroundings }) }),
      }),
      defineService({
        name: 'servers',
        needs: { home: capabilities.home, settings: capabilities.settings },
        provides: capabilities.servers,
        start: (needs) => ({
          provides: createServers({ ...needs, keyring: options.keyring ?? null, surroundings, events, flagHost }),
        }),
      }),
      defineService({
        name: 'models',
        needs: {
          kernel: capabilities.kernel,
          home: capabilities.home,
          settings: capabilities.settings,
          ledger: capabilities.ledger,
          servers: capabilities.servers,
        },
        provides: capabilities.models,
        // One server that keeps failing is that server's trouble, and the next question tries again.
        whenWorkerFails: 'degraded',
        start: (needs, { bulkhead }) => ({
          provides: createModels({
            ...needs,
            surroundings,
            events,
            bulkhead,
            flagHost,
            bearerFor: needs.servers.bearerFor,
            reached: createModelServerNote({ ...needs, surroundings }),
          }),
        }),
      }),
      defineService({
        name: 'pulls',
        needs: {
          home: capabilities.home,
          models: capabilities.models,
          ledger: capabilities.ledger,
          servers: capabilities.servers,
        },
        provides: capabilities.pulls,
        start({ home, models, ledger, servers }) {
          const pulls = createPulls({
            home,
            models,
            ledger,
            events,
            surroundings,
            reached: createModelServerNote({ ledger, surroundings }),
            bearerFor: servers.bearerFor,
            diskRoom: createDiskRoom({
              environment: surroundings.environment,
              personHome: options.personHome ?? homedir(),
            }),
            follows: surface !== null,
            pause: usualPause,
          })
          return { provides: pulls, stop: () => pulls.close() }
        },
      }),
      defineService({
        name: 'sandbox',
        needs: { home: capabilities.home, settings: capabilities.settings },
        provides: capabilities.sandbox,
        start({ home, settings }) {
          const sandbox = createSandbox({
            settings,
            events,
            surroundings,
            hasWindow: surface !== null,
            ...(options.bubblewrapAt && { bubblewrapAt: options.bubblewrapAt }),
            personHome: homedir(),
            dataFolder: home.path,
            platform: process.platform,
            processor: process.arch,
            async refusedWorkspace(path) {
              const { refusedWorkspace } = await import('./services/tools/workshop.ts')
              return await refusedWorkspace(path, { personHome: homedir(), dataFolder: home.path })
            },
          })
          return { provides: sandbox, stop: () => sandbox.close() }
        },
      }),
      defineService({
        name: 'web',
        needs: {},
        provides: capabilities.web,
        start: () => ({ provides: createWeb() }),
      }),
      defineService({
        name: 'tools',
        needs: {
          home: capabilities.home,
          sandbox: capabilities.sandbox,
          web: capabilities.web,
          search: capabilities.search,
        },
        provides: capabilities.tools,
        start: ({ home, sandbox, web, search }) => ({
          provides: createToolboxes({
            home,
            sandbox,
            web,
            search,
            surroundings,
            personHome: homedir(),
            platform: process.platform,
          }),
        }),
      }),
      defineService({
        name: 'trust',
        needs: { home: capabilities.home },
        provides: capabilities.trust,
        start: ({ home }) => ({ provides: createTrust({ home, events, surroundings }) }),
      }),
      defineService({
        name: 'skills',
        needs: { home: capabilities.home, trust: capabilities.trust, ledger: capabilities.ledger },
        provides: capabilities.skills,
        start({ home, trust, ledger }) {
          const personHome = options.personHome ?? homedir()
          const builtIn = options.skillsFolder ?? null
          // Read when two states of a skill are compared: no start waits for it.
          const text = () => import('./services/tools/workshop.ts')
          const skills = createSkills({
            home,
            trust,
            events,
            surroundings,
            personHome,
            builtIn,
            follows: surface !== null,
            texts: {
              decode: async (bytes) => (await text()).textOf(bytes),
              compare: async (path, before, after) => (await text()).compareTexts(path, before, after),
            },
            git: {
              environment: surroundings.environment,
              certificates: null,
              async reached(what, bytes) {
                const { fetched, notFetched } = skillInstallWords.git
                const outcome = bytes === null ? notFetched : fetched(bytes)
                await ledger.add({ sessionId: null, kind: 'host', what, approvalId: null, outcome })
              },
            },
          })
          return { provides: skills, stop: () => skills.close() }
        },
      }),
      defineService({
        name: 'checkpoints',
        needs: { home: capabilities.home },
        provides: capabilities.checkpoints,
        start({ home }) {
          // Read when the first changes are shown: no start waits for it.
          const text = () => import('./services/tools/workshop.ts')
          const checkpoints = createCheckpoints({
            home,
            events,
            surroundings,
            texts: {
              decode: async (bytes) => (await text()).textOf(bytes),
              compare: async (path, before, after) => (await text()).compareTexts(path, before, after),
            },
          })
          return { provides: checkpoints, stop: () => checkpoints.close() }
        },
      }),
      defineService({
        name: 'tour',
        needs: { home: capabilities.home },
        provides: capabilities.tour,
        start: ({ home }) => ({ provides: createTour({ home, events, surroundings, below: tmpdir() }) }),
      }),
      defineService({
        name: 'sessions',
        needs: {
          kernel: capabilities.kernel,
          home: capabilities.home,
          settings: capabilities.settings,
          models: capabilities.models,
          tools: capabilities.tools,
          trust: capabilities.trust,
          skills: capabilities.skills,
          policy: capabilities.policy,
          sandbox: capabilities.sandbox,
          ledger: capabilities.ledger,
          checkpoints: capabilities.checkpoints,
          tour: capabilities.tour,
        },
        provides: capabilities.sessions,
        // One session that keeps failing is that session's trouble.
        whenWorkerFails: 'degraded',
        start({ tour, ...needs }, { bulkhead }) {
          const models = withScript(needs.models, tour, options.tourPace ?? readersPace)
          const sessions = createSessions({ ...needs, models, events, surroundings, bulkhead })
          return { provides: sessions, stop: () => sessions.close() }
        },
      }),
      defineService({
        name: 'attachments',
        needs: {},
        provides: capabilities.attachments,
        start: () => ({
          provides: createAttachments({
            startSide: options.startSide ?? null,
            pdfLimitMs,
            // Read when the first text is attached: no start waits for it.
            decode: async (bytes) => (await import('./services/tools/workshop.ts')).textOf(bytes),
          }),
        }),
      }),
      defineService({
        name: 'exporting',
        needs: { sessions: capabilities.sessions, attachments: capabilities.attachments },
        provides: capabilities.exporting,
        start: ({ sessions, attachments: { pictureMime } }) => ({
          provides: createExporting({ sessions, pictureMime, surroundings }),
        }),
      }),
      defineService({
        name: 'search',
        needs: { kernel: capabilities.kernel, home: capabilities.home },
        provides: capabilities.search,
        start({ kernel, home }, { bulkhead }) {
          const search = createSearch({
            kernel,
            home,
            events,
            bulkhead,
            surroundings,
            startSide: options.startSide ?? null,
            follows: surface !== null,
          })
          return { provides: search, stop: () => search.close() }
        },
      }),
      defineService({
        name: 'importing',
        needs: { home: capabilities.home, sessions: capabilities.sessions },
        provides: capabilities.importing,
        start: ({ home, sessions }) => ({
          provides: createImporting({
            sessions,
            surroundings,
            requireWritable: () => home.requireWritable(),
            recordsIn: (line) => readLog(line).records,
          }),
        }),
      }),
      defineService({
        name: 'backup',
        needs: { home: capabilities.home, sessions: capabilities.sessions },
        provides: capabilities.backup,
        start: ({ home, sessions }) => ({
          provides: createBackup({ home, events, surroundings, keepBlobs: () => sessions.keepBlobs() }),
        }),
      }),
      defineService({
        name: 'mounts',
        needs: { home: capabilities.home, sessions: capabilities.sessions },
        provides: capabilities.mounts,
        start: ({ home, sessions }) => ({
          provides: createMounts({ home, sessions, surroundings, recordsIn: (line) => readLog(line).records }),
        }),
      }),
      defineService({
        name: 'doctor',
        needs: {
          home: capabilities.home,
          settings: capabilities.settings,
          models: capabilities.models,
          servers: capabilities.servers,
          sessions: capabilities.sessions,
          sandbox: capabilities.sandbox,
          search: capabilities.search,
          skills: capabilities.skills,
        },
        provides: capabilities.doctor,
        start: ({ home, settings, models, servers, sessions, sandbox, search, skills }) => ({
          provides: createDoctor({
            home,
            settings,
            models,
            surroundings,
            inspectSessions: (inspection) => inspectSessions(home.path, inspection),
            usesToken: async (host) => (await servers.tokenState(host)) !== 'none',
            indexStatus: () => search.status(),
            listTrash: () => sessions.trash.list(),
            proveGuards: (signal) => sandbox.prove(signal),
            listSkills: async (signal) => (await skills.rescan(null, signal)).skills,
            async otherOwner() {
              const owner = await liveOwner(home.path)
              return owner && owner.pid !== process.pid ? owner.pid : null
            },
          }),
        }),
      }),
      defineService({
        name: 'activity',
        needs: { kernel: capabilities.kernel },
        provides: capabilities.activity,
        start: ({ kernel }) => ({
          provides: createActivity({ kernel, events, surroundings, bulkheads: () => services.bulkheads() }),
        }),
      }),
      defineService({
        name: 'gateway',
        needs: {
          home: capabilities.home,
          settings: capabilities.settings,
          models: capabilities.models,
          servers: capabilities.servers,
          pulls: capabilities.pulls,
          sessions: capabilities.sessions,
          doctor: capabilities.doctor,
          exporting: capabilities.exporting,
          search: capabilities.search,
          skills: capabilities.skills,
          importing: capabilities.importing,
          mounts: capabilities.mounts,
          backup: capabilities.backup,
          activity: capabilities.activity,
          sandbox: capabilities.sandbox,
          policy: capabilities.policy,
          ledger: capabilities.ledger,
          checkpoints: capabilities.checkpoints,
          tour: capabilities.tour,
          attachments: capabilities.attachments,
        },
        provides: capabilities.gateway,
        start(needs) {
          const handlers = createHandlers(
            { ...needs, events, surroundings, surface },
            platformName(),
            windowNotices,
            options.onYield,
          )
          return { provides: createGateway({ handlers, events, log }) }
        },
      }),
      defineService({
        name: 'door',
        needs: { home: capabilities.home, gateway: capabilities.gateway },
        provides: capabilities.door,
        start({ home, gateway }) {
          let door = openDoor(home, gateway)
          events.on('access.changed', ({ readOnly }) => {
            if (!readOnly) door = openDoor(home, gateway)
          })
          return { provides: null, stop: async () => (await door)?.close() }
        },
      }),
    ],
    { onFault },
  )

  /** Lets other processes of this person in while we own the folder. Without it everything else goes on. */
  async function openDoor(home: Home, gateway: Gateway) {
    if (home.readOnly) return null
    const options = { path: home.socketPath, gateway, version: surroundings.appVersion, log }
    return await serveAttach(options).catch((thrown) => {
      log(`nobody can attach: ${String(thrown)}`)
      return null
    })
  }

  await services.start()
  services.observe(({ service, ...state }) => {
    events.emit('activity.changed', {})
    if (state.state !== 'ok') log(`${service} is ${state.state}: ${state.reason}`)
  })
  if (surface) {
    void askForFolder()
    // Another one may have been quicker.
    events.on('access.changed', () => void askForFolder())
  }

  /** A terminal that owns the folder gives it to the window, which it can attach to, and not the other way round. */
  async function askForFolder(): Promise<void> {
    const { otherSocket } = services.get(capabilities.home)
    if (otherSocket === null) return
    try {
      const owner = await attachTo(otherSocket)
      await owner.call('owner.yield', {})
      owner.close()
    } catch (thrown) {
      log(`the owner of the data folder could not be asked for it: ${String(thrown)}`)
    }
  }

  const gateway = services.get(capabilities.gateway)
  const sessions = services.get(capabilities.sessions)
  let closing: Promise<void> | null = null

  return {
    gateway,
    services: {
      home: services.get(capabilities.home),
      settings: services.get(capabilities.settings),
      models: services.get(capabilities.models),
      servers: services.get(capabilities.servers),
      pulls: services.get(capabilities.pulls),
      sessions,
      doctor: services.get(capabilities.doctor),
      exporting: services.get(capabilities.exporting),
      search: services.get(capabilities.search),
      skills: services.get(capabilities.skills),
      importing: services.get(capabilities.importing),
      mounts: services.get(capabilities.mounts),
      backup: services.get(capabilities.backup),
      activity: services.get(capabilities.activity),
      sandbox: services.get(capabilities.sandbox),
      policy: services.get(capabilities.policy),
      ledger: services.get(capabilities.ledger),
      checkpoints: services.get(capabilities.checkpoints),
      tour: services.get(capabilities.tour),
      attachments: services.get(capabilities.attachments),
      events,
      surroundings,
      surface,
    },
    connect: () => createLocalBridge(gateway),
    close() {
      // The runs end first, while everybody who follows one can still hear of it.
      closing ??= sessions.close().then(async () => {
        for (const { service, failure } of await services.stop())
          log(`${service} did not stop well: ${String(failure)}`)
      })
      return closing
    },
  }
}

/** Milliseconds for a word: it looks written and not put there, and nobody waits for it. */
const wordMs = 18
const readersPace: Pace = (signal) => pauseFor(wordMs, undefined, { signal, ref: false })

function platformName(): 'linux' | 'darwin' | 'win32' {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux'
}
