// The desktop entry: one instance, boot(), the window behind its locks, and an orderly quit.
import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { app, type BrowserWindow, dialog, nativeTheme } from 'electron'
import type { Notice } from '../shared/ipc.ts'
import { messages } from '../shared/messages/messages.ts'
import { boot, homeFor } from './boot.ts'
import type { App } from './contracts.ts'
import { serveWindow } from './desktop/electron-transport.ts'
import { lockNavigation } from './desktop/lockdown.ts'
import { installMenu } from './desktop/menu.ts'
import { createSurface, createWindow, declareAppScheme, prepareSession, type WindowOptions } from './desktop/window.ts'
import { runWindowless, terminalWords } from './desktop/windowless.ts'
import { runOnStandardStreams } from './terminal-entry.ts'

// Started as a terminal program by the launcher of a package: nothing below is for it.
const words = app.isPackaged ? terminalWords(process.argv) : null
if (words) await runWindowless(() => runOnStandardStreams(words))

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

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  let window: BrowserWindow | null = null
  let carrel: App | null = null
  /** Asked for by the page as it begins: a page that has ended cannot be told, and a new one listens only later. */
  let windowNotices: readonly Notice[] = []

  // Whatever a second start was given, it only brings the first one to the front: no argument may ever run something.
  app.on('second-instance', () => {
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })

  const booted = boot({
    homePath,
    flagHost: text(flags.host),
    as: 'owner',
    environment: process.env,
    surface: createSurface(() => window),
    windowNotices: () => windowNotices,
    log,
  })
  const watching = new AbortController()

  // Not awaited at the top level: an ES module that waits there keeps `ready` from ever coming.
  void app.whenReady().then(async () => {
    try {
      carrel = await booted
      await open(carrel)
    } catch (thrown) {
      log(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
      dialog.showErrorBox(messages.desktop.cannotStart, thrown instanceof Error ? thrown.message : String(thrown))
      app.exit(1)
    }
  })

  async function open({ services, gateway }: App): Promise<void> {
    const { home, settings, models, events } = services
    const options: WindowOptions = {
      desk: settings.desk,
      rendererRoot: join(import.meta.dirname, '..', 'renderer'),
      preload: join(import.meta.dirname, 'preload.cjs'),
      devUrl,
      onReopen() {
        const message = messages.desktop.windowReopened
        windowNotices = [{ id: randomUUID(), severity: 'info', code: 'window_reopened', message }]
      },
      log,
    }
    nativeTheme.themeSource = settings.current().theme
    events.on('settings.changed', ({ theme }) => {
      nativeTheme.themeSource = theme
    })
    await prepareSession(options)
    const show = () => {
      const shown = createWindow(options)
      window = shown
      const send = serveWindow(shown, gateway, devUrl)
      installMenu((command) => send({ push: 'window.command', payload: { command } }), devUrl !== null)
      shown.on('closed', () => {
        window = null
        windowNotices = []
      })
      return shown
    }
    const first = show()
    // Drawing the window comes first: what hands it its script is the same thread that looks at the server.
    first.webContents.once('did-finish-load', () => setTimeout(() => models.watch(watching.signal), firstLookMs))
    home.watch(watching.signal, (readOnly) => events.emit('access.changed', { readOnly }))
    app.on('activate', () => {
      if (!window) show()
    })
  }

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })

  // What is being written is stopped and put on the disk before the process may go.
  let closed = false
  app.on('will-quit', (event) => {
    if (closed || !carrel) return
    event.preventDefault()
    watching.abort()
    carrel
      .close()
      .catch((thrown) => log(`closing failed: ${String(thrown)}`))
      .finally(() => {
        closed = true
        // Not from within this event: a quit that is asked for while an earlier one is being refused is lost.
        setImmediate(() => app.quit())
      })
  })
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
