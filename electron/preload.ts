// Exposes the four wire messages and where a dropped file lies to the window, and nothing else: no Electron object ever crosses.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Push, WirePort } from '../shared/ipc.ts'

const port: WirePort = {
  call: (callId, channel, input) => ipcRenderer.invoke('carrel:call', callId, channel, input),
  cancel: (callId) => ipcRenderer.send('carrel:cancel', callId),
  painted: () => ipcRenderer.send('carrel:painted'),
  onPush(listener) {
    ipcRenderer.on('carrel:push', (_event, push: Push) => listener(push))
  },
  // Throws for what no person has dropped, pasted or chosen.
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
}

contextBridge.exposeInMainWorld('carrelWire', port)
