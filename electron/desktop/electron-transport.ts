// Carries the wire messages between the window and the gateway, and takes them from nobody else.
import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron'
import type { Answer } from '../../shared/failure.ts'
import type { Push } from '../../shared/ipc.ts'
import { failures } from '../../shared/messages/failures.ts'
import type { Connection, Gateway } from '../contracts.ts'
import { isOwnAddress } from './own-page.ts'

const refused: Answer<unknown> = {
  ok: false,
  failure: { code: 'denied', message: failures.invalidInput('sender') },
}

/**
 * Serves exactly one window: the main frame of `window`, showing a page of our own. The page may be there before the
 * gateway is: what it asks waits. Answers a function that sends this window a push of the desktop's own, such as a menu
 * command.
 */
export function serveWindow(
  window: BrowserWindow,
  gateway: Promise<Gateway>,
  devUrl: string | null,
): (push: Push) => void {
  const { webContents } = window
  const send = (push: Push) => {
    if (!window.isDestroyed() && !webContents.isCrashed()) webContents.send('carrel:push', push)
  }
  const connect = () => {
    const made = gateway.then((ready) => ready.connect(send))
    // Whoever starts the gateway says why it did not come.
    made.catch(() => undefined)
    return made
  }
  let connection = connect()
  const withConnection = (use: (connection: Connection) => void) => void connection.then(use, () => undefined)

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
    return await (await connection).call(callId, channel, input)
  })
  ipcMain.on('carrel:cancel', (event, callId: unknown) => {
    if (isOurs(event) && typeof callId === 'string') withConnection((mine) => mine.cancel(callId))
  })
  ipcMain.on('carrel:painted', (event) => {
    if (isOurs(event)) withConnection((mine) => mine.painted())
  })

  // A reload or a crash of the page ends what it had asked for and begins with a clean connection.
  const renew = () => {
    withConnection((mine) => mine.close())
    connection = connect()
  }
  webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) renew()
  })
  webContents.on('render-process-gone', renew)
  window.on('closed', () => {
    withConnection((mine) => mine.close())
    ipcMain.removeHandler('carrel:call')
    ipcMain.removeAllListeners('carrel:cancel')
    ipcMain.removeAllListeners('carrel:painted')
  })
  return send
}
