// Exposes the four wire messages to the window and nothing else: no Electron object ever crosses.
import { contextBridge, ipcRenderer } from 'electron'
import type { Push, WirePort } from '../shared/ipc.ts'

const port: WirePort = {
  call: (callId, channel, input) => ipcRenderer.invoke('carrel:call', callId, channel, input),
  cancel: (callId) => ipcRenderer.send('carrel:cancel', callId),
  painted: () => ipcRenderer.send('carrel:painted'),
  onPush(listener) {
    ipcRenderer.on('carrel:push', (_event, push: Push) => listener(push))
  },
}

contextBridge.exposeInMainWorld('carrelWire', port)
