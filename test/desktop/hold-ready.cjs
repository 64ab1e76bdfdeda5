// @ts-check
// Required into the app's main process by Electron before the app itself: `ready` is held back until Playwright has
// connected. Without it the first window is made while Playwright connects, and a page whose first navigation is
// committed between two of its questions never becomes ready: 4 of 120 launches hung so, three at a time, and 0 of 300
// with this.
// Playwright has a loader for this, but uses it only where it chooses the program itself, and that one also sets two
// dozen switches of Chromium that a person's Carrel does not have. A package takes no `--require`.
const { app } = /** @type {typeof import('electron')} */ (module.require('electron'))

process.argv.splice(process.argv.indexOf(__filename) - 1, 2)

const whenReady = app.whenReady()
const emit = app.emit.bind(app)
/** @type {unknown[]} */
let readyArguments = []
let isReady = false
/** @type {() => void} */
let release = () => undefined
/** @type {Promise<void>} */
const released = new Promise((resolve) => {
  release = resolve
})

app.emit = (event, ...args) => {
  if (event !== 'ready' || isReady) return emit(event, ...args)
  readyArguments = args
  return app.listenerCount('ready') > 0
}
app.isReady = () => isReady
app.whenReady = () => released

/** What Playwright calls, by this name, when it has connected. */
Object.assign(globalThis, {
  __playwright_run: async () => {
    await whenReady
    isReady = true
    release()
    emit('ready', ...readyArguments)
  },
})
