// The window: where it stands, what it may do, and the app:// pages it shows.
import { join } from 'node:path'
import { app, BrowserWindow, dialog, nativeTheme, protocol, screen, session, shell } from 'electron'
import { exportFormats } from '../../shared/export-format.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Surface, WindowPlace } from '../contracts.ts'
import { answerFromBundle, appScheme, appUrl } from './app-protocol.ts'
import { backupDialogs } from './backup-dialogs.ts'
import { lockSession } from './lockdown.ts'
import { modelDialogs } from './model-dialogs.ts'
import { externalLink } from './own-page.ts'
import { skillDialogs } from './skill-dialogs.ts'

/** The reading surface of both themes, so that the window is never white before the page is there. */
const paper = { light: '#fcfcfa', dark: '#1b1c1a' }
/** More crashes of the page than these within a minute, and it is not loaded again. */
const mostCrashes = 3
const crashWindowMs = 60_000
/** On Linux the window carries its icon itself; elsewhere the package does. */
const icon = join(import.meta.dirname, '..', '..', 'build-resources', 'icons', '256x256.png')
const smallest = { width: 480, height: 400 }

/** Must run before the app is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // The code cache keeps the compiled script in Chromium's folder, so that only the first start compiles it.
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export interface WindowOptions {
  /** Where the window stood the last time. */
  place: WindowPlace | null
  remember(place: WindowPlace): Promise<void>
  preload: string
  devUrl: string | null
  /** The page had ended by itself and is about to be loaded again. */
  onReopen(): void
  log(line: string): void
}

/**
 * Locks the session and answers app:// from the built renderer. Once, before the first window; nothing may be loaded
 * before it has resolved.
 */
export async function prepareSession(rendererRoot: string, devUrl: string | null): Promise<void> {
  // Not protocol.handle: its Request and Response make Node load all of its fetch before the first byte of the page.
  const isOurs = protocol.registerBufferProtocol(appScheme, ({ url, method }, answer) =>
    answer(answerFromBundle(rendererRoot, url, method)),
  )
  if (!isOurs) throw new Error(`${appScheme}: was not registered`)
  await lockSession(session.defaultSession, devUrl)
}

/** A window that shows nothing yet: `load` is for when its session is locked and its calls are served. */
export interface MadeWindow {
  window: BrowserWindow
  load(): void
}

export function createWindow({ place: last, remember, preload, devUrl, onReopen, log }: WindowOptions): MadeWindow {
  const place = visiblePlace(last)
  const window = new BrowserWindow({
    ...(place ?? { width: 1280, height: 800 }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: messages.window.appName,
    backgroundColor: nativeTheme.shouldUseDarkColors ? paper.dark : paper.light,
    autoHideMenuBar: true,
    ...(process.platform === 'linux' && { icon }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: devUrl !== null,
    },
  })
  if (place?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberPlace(window, remember, log)
  const load = () => window.loadURL(devUrl ?? appUrl)
  const crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    log(`the window's process ended: ${details.reason}`)
    const now = Date.now()
    crashes.push(now)
    // A page that dies as soon as it is shown would be loaded for ever.
    if (crashes.filter((at) => now - at < crashWindowMs).length > mostCrashes) {
      dialog.showErrorBox(messages.desktop.windowKeepsFailing, details.reason)
      return
    }
    onReopen()
    load().catch((thrown) => log(`the window did not load again: ${String(thrown)}`))
  })
  return { window, load: () => void load().catch((thrown) => log(`the window did not load: ${String(thrown)}`)) }
}

/** The place of last time, unless no screen shows it any more. */
function visiblePlace(place: WindowPlace | null): WindowPlace | null {
  if (!place) return null
  const onScreen = screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(place.x + place.width, workArea.x + workArea.width) - Math.max(place.x, workArea.x)
    const down = Math.min(place.y + place.height, workArea.y + workArea.height) - Math.max(place.y, workArea.y)
    return across >= 100 && down >= 100
  })
  return onScreen ? place : null
}

function rememberPlace(window: BrowserWindow, keep: WindowOptions['remember'], log: (line: string) => void): void {
  let timer: NodeJS.Timeout | null = null
  const remember = () => {
    timer = null
    if (window.isDestroyed()) return
    const place = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    keep(place).catch((thrown) => log(`the window's place was not remembered: ${String(thrown)}`))
  }
  const soon = () => {
    timer ??= setTimeout(remember, 500)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('close', () => {
    if (timer) clearTimeout(timer)
    remember()
  })
}

/** What only a window can do for its person. */
export function createSurface(window: () => BrowserWindow | null): Surface {
  return {
    ...backupDialogs(window),
    ...skillDialogs(window),
    ...modelDialogs(window),
    async openLink(address) {
      const url = externalLink(address)
      const parent = window()
      if (!url || !parent) return false
      // The whole address is shown, so that nobody opens what only looks like a known place.
      const answer = await dialog.showMessageBox(parent, {
        type: 'question',
        message: messages.desktop.openLinkQuestion,
        detail: url,
        buttons: [messages.desktop.openLink, messages.desktop.cancel],
        defaultId: 0,
        cancelId: 1,
      })
      if (answer.response !== 0) return false
      await shell.openExternal(url)
      return true
    },
    async confirmEmptyTrash({ sessions, skills, bytes }, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const answer = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: messages.desktop.emptyTrashQuestion(sessions, skills),
        detail: messages.desktop.emptyTrashDetail(bytes),
        buttons: [messages.desktop.emptyTrash, messages.desktop.cancel],
        // Whoever presses a key without having read destroys nothing.
        defaultId: 1,
        cancelId: 1,
        // Whoever asked has gone: so does the question.
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async chooseFolder(signal, purpose) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title: {
          workspace: messages.desktop.chooseFolder,
          commands: messages.desktop.chooseVisible,
          export: messages.desktop.saveSession.many,
        }[purpose ?? 'workspace'],
        buttonLabel: purpose === 'export' ? messages.desktop.saveSession.save : messages.desktop.chooseThis,
        properties: purpose === 'commands' ? ['openDirectory'] : ['openDirectory', 'createDirectory'],
      })
      return canceled || signal.aborted ? null : (filePaths[0] ?? null)
    },
    async confirmUnhide(folder, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const words = messages.desktop
      const answer = await dialog.showMessageBox(parent, {
        type: 'question',
        message: words.unhideQuestion,
        detail: words.unhideDetail(folder),
        buttons: [words.unhide, words.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async chooseLedgerFile(name, signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const words = messages.desktop.saveLedger
      const { canceled, filePath } = await dialog.showSaveDialog(parent, {
        title: words.title,
        buttonLabel: words.save,
        defaultPath: join(app.getPath('documents'), name),
        filters: [
          { name: words.jsonLines, extensions: ['jsonl'] },
          { name: words.csv, extensions: ['csv'] },
        ],
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || signal.aborted || filePath === '' ? null : filePath
    },
    async chooseSessionFile(name, signal) {
      const parent = window()
      if (!parent || signal.aborted) return null
      const words = messages.desktop.saveSession
      const { canceled, filePath } = await dialog.showSaveDialog(parent, {
        title: words.title,
        buttonLabel: words.save,
        defaultPath: join(app.getPath('documents'), name),
        filters: exportFormats.map((format) => ({ name: words[format], extensions: [format] })),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || signal.aborted || filePath === '' ? null : filePath
    },
    async chooseLogs(what, signal) {
      const parent = window()
      if (!parent || signal.aborted) return []
      const words = messages.desktop.importSessions
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title: what === 'files' ? words.files : words.folder,
        buttonLabel: words.choose,
        defaultPath: app.getPath('home'),
        // Other programs keep their logs in folders that are not shown.
        properties: [
          ...(what === 'files' ? (['openFile', 'multiSelections'] as const) : (['openDirectory'] as const)),
          'showHiddenFiles',
        ],
        ...(what === 'files' && {
          filters: [
            { name: words.logs, extensions: ['jsonl', 'archived'] },
            { name: words.all, extensions: ['*'] },
          ],
        }),
      })
      return canceled || signal.aborted ? [] : filePaths
    },
    async chooseAttachments(what, startIn, signal) {
      const parent = window()
      if (!parent || signal.aborted) return []
      const words = messages.desktop.attach
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title: words[what],
        buttonLabel: words.choose,
        ...(startIn !== null && { defaultPath: startIn }),
        properties: [what === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
      })
      return canceled || signal.aborted ? [] : filePaths
    },
    async confirmMode(mode, folder, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const words = messages.desktop
      const answer = await dialog.showMessageBox(parent, {
        type: mode === 'trusted' ? 'warning' : 'question',
        message: mode === 'trusted' ? words.trustQuestion : words.writeQuestion,
        detail: mode === 'trusted' ? words.trustDetail(folder) : words.writeDetail(folder),
        buttons: [mode === 'trusted' ? words.trust : words.write, words.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async confirmCommandsWithoutSandbox(signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const words = messages.desktop
      const answer = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: words.withoutSandboxQuestion,
        detail: words.withoutSandboxDetail,
        buttons: [words.withoutSandbox, words.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async confirmWithoutSandbox(asked, signal) {
      const parent = window()
      if (!parent || signal.aborted) return false
      const words = messages.desktop
      const answer = await dialog.showMessageBox(parent, {
        type: 'warning',
        message: words.runWithoutQuestion(asked.background),
        detail: words.runWithoutDetail(asked.command, asked.folder),
        buttons: [words.runWithout, words.cancel],
        defaultId: 1,
        cancelId: 1,
        signal,
      })
      return answer.response === 0 && !signal.aborted
    },
    async showFolder(path) {
      await shell.openPath(path)
    },
  }
}
