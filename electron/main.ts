// The desktop entry: one instance, boot(), the window behind its locks, and an orderly quit.
import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { app, type BrowserWindow, dialog, Menu, nativeTheme } from 'electron'
import type { Notice, Push } from '../shared/ipc.ts'
import { desktop as words } from '../shared/messages/desktop.ts'
import { type Compiled, loadCompiled } from './compiled.ts'
import type { App, WindowPlace } from './contracts.ts'
import { serveWindow } from './desktop/electron-transport.ts'
import { createKeyring } from './desktop/keyring.ts'
import { lastLook } from './desktop/last-look.ts'
import { lockNavigation } from './desktop/lockdown.ts'
import { installMenu } from './desktop/menu.ts'
import { createNotifications } from './desktop/notifications.ts'
import { sideStarter, threadStarter } from './desktop/side-process.ts'
import { createSurface, createWindow, declareAppScheme, type MadeWindow, prepareSession } from './desktop/window.ts'
import { runWindowless, terminalWords } from './desktop/windowless.ts'
import { homeFor } from './home-path.ts'

/** Read while the window opens, and so no import of this file. */
type Works = typeof import('./works.ts')

/** In a package beside the archive of the app, so that commands can read scripts in it; in the checkout at its root. */
const skillsFolder = join(app.isPackaged ? process.resourcesPath : join(import.meta.dirname, '..', '..'), 'skills')

// Started as a terminal program by the launcher of a package: nothing below is for it.
const asked = app.isPackaged ? terminalWords(process.argv) : null
if (asked)
  await runWindowless(
    async () =>
      await loadWorks(null).exports.runOnStandardStreams(asked, threadStarter(import.meta.dirname), skillsFolder),
  )

/** How long the page's own request is let go before the services: both need the main thread, and its process takes longer. */
const pageFirstMs = 15
/** How long after the start the search index looks at the sessions. */
const indexAfterMs = 8_000
/** How long after its page has loaded the window has drawn itself. */
const firstLookMs = 150

const log = (line: string) => process.stderr.write(`carrel: ${line}\n`)
process.on('uncaughtException', (thrown) => log(`uncaught: ${thrown.stack ?? thrown.message}`))
process.on('unhandledRejection', (thrown) => log(`unhandled: ${thrown instanceof Error ? thrown.stack : thrown}`))

// Chromium's own switches and the app folder stand between ours; only ours are read.
const { values: flags } = parseArgs({
  args: process.argv.slice(1),
  options: { home: { type: 'string' }, host: { type: 'string' } },
  strict: false,
})
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const homePath = homeFor(text(flags.home), process.env, process.env.INIT_CWD ?? process.cwd())
const devUrl = app.isPackaged ? null : (process.env.CARREL_DEV_URL ?? null)

// As root Chromium's sandbox cannot start; turning it on here would overrule the launcher's switch and crash forever.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
for (const name of [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
]) {
  app.commandLine.appendSwitch(name)
}
const chromium = chromiumFolder(homePath)
app.setPath('userData', chromium.path)
if (chromium.isTemporary) process.on('exit', () => rmSync(chromium.path, { recursive: true, force: true }))
declareAppScheme()
lockNavigation(devUrl)
// Ours comes with the window; without this line Electron builds one of its own first.
Menu.setApplicationMenu(null)

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  let window: BrowserWindow | null = null
  let works: Compiled<Works> | null = null
  let booting: Promise<App> | null = null
  /** Asked for by the page as it begins: a page that has ended cannot be told, and a new one listens only later. */
  let windowNotices: readonly Notice[] = []
  let tellWindow: (push: Push) => void = () => undefined

  // Whatever a second start was given, it only brings the first one to the front: no argument may ever run something.
  app.on('second-instance', () => {
    if (window) bringToFront(window)
  })

  const watching = new AbortController()
  let hasFailed = false

  // Not awaited at the top level: an ES module that waits there keeps `ready` from ever coming.
  void app
    .whenReady()
    .then(open)
    .catch((thrown) => {
      hasFailed = true
      log(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
      window?.destroy()
      dialog.showErrorBox(words.cannotStart, thrown instanceof Error ? thrown.message : String(thrown))
      app.exit(1)
    })

  /** Opens the window first: the services are loaded and started while Chromium makes the page's process. */
  async function open(): Promise<void> {
    const last = lastLook(homePath)
    nativeTheme.themeSource = last.theme
    const locked = prepareSession(join(import.meta.dirname, '..', 'renderer'), devUrl)
    const first = makeWindow(last.place)
    await locked
    // Only now, with its session locked and its calls served, may the page be loaded.
    const carrel = pause(pageFirstMs).then(start)
    show(first, carrel)

    const { home, settings, models, sessions, search, events } = (await carrel).services
    nativeTheme.themeSource = settings.current().theme
    events.on('settings.changed', ({ theme }) => {
      nativeTheme.themeSource = theme
    })
    // Drawing the window comes first: what hands it its script is the same thread that looks at the server.
    const look = () => setTimeout(() => models.watch(watching.signal), firstLookMs)
    if (first.window.isDestroyed() || !first.window.webContents.isLoadingMainFrame()) look()
    else first.window.webContents.once('did-finish-load', look)
    // Whoever looks for something finds it at once; what the window does first is more urgent.
    const later = setTimeout(() => search.wake(), indexAfterMs)
    watching.signal.addEventListener('abort', () => clearTimeout(later))
    home.watch(watching.signal, (readOnly) => events.emit('access.changed', { readOnly }))
    createNotifications({
      events,
      isOn: () => settings.current().notifications,
      isInFront: () => window?.isFocused() ?? false,
      async titleOf(sessionId) {
        const { sessions: all } = await sessions.list('all')
        return all.find(({ id }) => id === sessionId)?.title ?? ''
      },
      open(sessionId) {
        // A page that is only now being loaded begins with the last session.
        settings.desk.rememberSession(sessionId).catch((thrown) => log(`not remembered: ${String(thrown)}`))
        if (!window) return show(makeWindow(settings.desk.windowPlace()), carrel)
        bringToFront(window)
        tellWindow({ push: 'window.openSession', payload: { sessionId } })
      },
      log,
    })
    app.on('activate', () => {
      if (!window) show(makeWindow(settings.desk.windowPlace()), carrel)
    })
  }

  async function start(): Promise<App> {
    works = loadWorks(chromium.isTemporary ? null : join(homePath, 'cache', 'code'))
    booting = works.exports.boot({
      homePath,
      flagHost: text(flags.host),
      as: 'owner',
      environment: process.env,
      surface: createSurface(() => window),
      keyring: createKeyring(process.platform),
      startSide: sideStarter(import.meta.dirname),
      skillsFolder,
      windowNotices: () => windowNotices,
      log,
    })
    return await booting
  }

  function makeWindow(place: WindowPlace | null): MadeWindow {
    const made = createWindow({
      place,
      remember: async (next) => await (await booting)?.services.settings.desk.rememberWindow(next),
      preload: join(import.meta.dirname, 'preload.cjs'),
      devUrl,
      onReopen() {
        const message = words.windowReopened
        windowNotices = [{ id: randomUUID(), severity: 'info', code: 'window_reopened', message }]
      },
      log,
    })
    window = made.window
    window.on('closed', () => {
      window = null
      windowNotices = []
    })
    return made
  }

  function show({ window: shown, load }: MadeWindow, carrel: Promise<App>): void {
    const gateway = carrel.then((ready) => ready.gateway)
    const send = serveWindow(shown, gateway, devUrl)
    tellWindow = send
    load()
    const menu = () => installMenu((command) => send({ push: 'window.command', payload: { command } }), devUrl !== null)
    shown.once('show', menu)
  }

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !hasFailed) app.quit()
  })

  // What is being written is stopped and put on the disk before the process may go.
  let closed = false
  app.on('will-quit', (event) => {
    if (closed || !booting) return
    event.preventDefault()
    watching.abort()
    booting
      .then((carrel) => carrel.close())
      .catch((thrown) => log(`closing failed: ${String(thrown)}`))
      .finally(() => {
        closed = true
        works?.keep()
        // Not from within this event: a quit that is asked for while an earlier one is being refused is lost.
        setImmediate(() => app.quit())
      })
  })
}

/** Whether or not it was compiled before: what it does is the same. */
function loadWorks(cache: string | null): Compiled<Works> {
  return loadCompiled<Works>(join(import.meta.dirname, 'works', 'works.cjs'), cache)
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Chromium's own files lie in the data folder's cache, or in a temporary one when nothing can be written there. */
function chromiumFolder(home: string): { path: string; isTemporary: boolean } {
  const folder = join(home, 'cache', 'chromium')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return { path: folder, isTemporary: false }
  } catch {
    return { path: mkdtempSync(join(tmpdir(), 'carrel-')), isTemporary: true }
  }
}
