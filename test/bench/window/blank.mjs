// @ts-check
// The least that is a window of Electron: the same size and the same locks as Carrel's, and an empty page.
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'

app.setPath('userData', join(import.meta.dirname, 'profile'))
void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, spellcheck: false },
  })
  window.once('ready-to-show', () => window.show())
  return window.loadFile(join(import.meta.dirname, 'blank.html'))
})
app.on('window-all-closed', () => app.quit())
