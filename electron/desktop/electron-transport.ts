// Carries the wire messages between the window and the gateway, and takes them from nobody else.
import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron'
import type { Answer } from '../../shared/failure.ts'
import type { Push } from '../../shared/ipc.ts'
import { messages } from '../../shared/messages/messages.ts'
import type { Gateway } from '../contracts.ts'
import { isOwnAddress } from './own-page.ts'

const refused: Answer<unknown> = {
  ok: false,
  failure: { code: 'denied', message: messages.failures.invalidInput('sender') },
}

/**
 * Serves exactly one window: the main frame of `window`, showing a page of our own. Answers a function that sends this
 * window a push of the desktop's own, such as a menu command.
 */
export function serveWindow(window: BrowserWindow, gateway: Gateway, devUrl: string | null): (push: Push) => void {
  const { webContents } = window
  const send = (push: Push) => {
    if (!window.isDestroyed() && !webContents.isCrashed()) webContents.send('carrel:push', push)
  }
  let connection = gateway.connect(send)

  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => {
    const frame = event.senderFrame
    return (
      event.sender === webContents &&
      frame !== null &&
      frame === webContents.mainFrame &&
      isOwnAddress(frame.url, devUrl)
    )
  }

  ipcMain.handle('carrel:call', async (event, callId: unknown, channel: unknown, input: unknown) => {
    if (!isOurs(event) || typeof callId !== 'string' || typeof channel !== 'string') return refused
    // What only a person at a terminal may say, no page may.
    if (channel.startsWith('terminal.')) return refused
    return await connection.call(callId, channel, input)
  })
  ipcMain.on('carrel:cancel', (event, callId: unknown) => {
    if (isOurs(event) && typeof callId === 'string') connection.cancel(callId)
  })
  ipcMain.on('carrel:painted', (event) => {
    if (isOurs(event)) connection.painted()
  })

  // A reload or a crash of the page ends what it had asked for and begins with a clean connection.
  const renew = () => {
    connection.close()
    connection = gateway.connect(send)
  }
  webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) renew()
  })
  webContents.on('render-process-gone', renew)
  window.on('closed', () => {
    connection.close()
    ipcMain.removeHandler('carrel:call')
    ipcMain.removeAllListeners('carrel:cancel')
    ipcMain.removeAllListeners('carrel:painted')
  })
  return send
}
