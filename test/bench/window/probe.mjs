// @ts-check
// Stands in the main process beside the app that is measured: says when its window is usable, and runs scripts in it.
import { createInterface } from 'node:readline'
import { app } from 'electron'

/** In the page: resolves when a frame with the thing one writes into was painted; a blank page has nothing to wait for. */
const usable = `new Promise((resolve) => {
  const painted = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => { port1.close(); resolve() }
    port2.postMessage(null)
  })
  const isThere = () => {
    const area = document.querySelector('textarea')
    return document.title === 'Blank' || (area !== null && !area.disabled && !area.readOnly)
  }
  if (isThere()) return painted()
  const observer = new MutationObserver(() => {
    if (!isThere()) return
    observer.disconnect()
    painted()
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
})`

/** @type {import('electron').BrowserWindow | undefined} */
let window

/** @param {unknown} value */
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

app.on('browser-window-created', (_event, created) => {
  window = created
  const { webContents } = created
  const shown = new Promise((resolve) => created.once('show', () => resolve(null)))
  // Not webContents.executeJavaScript, which waits until everything is loaded.
  const ready = new Promise((resolve) => {
    webContents.once('dom-ready', () => resolve(webContents.mainFrame.executeJavaScript(usable)))
  })
  Promise.all([shown, ready]).then(
    () => say('usable'),
    (thrown) => say({ thrown: String(thrown) }),
  )
})

// Each line is a script for the page; its value goes back. The end of the lines is the end of the app.
createInterface({ input: process.stdin })
  .on('line', (script) => {
    window?.webContents.mainFrame.executeJavaScript(JSON.parse(script)).then(
      (value) => say({ value }),
      (thrown) => say({ thrown: String(thrown) }),
    )
  })
  .on('close', () => app.quit())
