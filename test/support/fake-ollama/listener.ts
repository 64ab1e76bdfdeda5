// The port: open, closed while connections live on, or gone for a while and back again.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface ListenerOptions {
  host: string
  /** 0 takes any free one, and keeps it. */
  port: number
  changed(): void
}

export function createListener(server: Server, { host, port, changed }: ListenerOptions) {
  const sockets = new Set<Socket>()
  let total = 0
  let keptPort = port
  let isStopped = false

  server.on('connection', (socket) => {
    total += 1
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => {
      sockets.delete(socket)
      changed()
    })
  })

  function open(): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(keptPort, host, () => {
        server.off('error', reject)
        const address = server.address()
        keptPort = typeof address === 'object' && address !== null ? address.port : keptPort
        changed()
        resolve(keptPort)
      })
    })
  }

  function close(): void {
    if (server.listening) server.close()
  }

  return {
    open,
    close,
    isListening: () => server.listening,
    connections: {
      get total() {
        return total
      },
      get open() {
        return sockets.size
      },
    },
    restart(pause: Promise<void>): void {
      close()
      for (const socket of sockets) socket.destroy()
      void pause.then(() => (isStopped || server.listening ? undefined : open()))
    },
    stop(): Promise<void> {
      isStopped = true
      const closed = new Promise<void>((resolve) => {
        if (server.listening) server.close(() => resolve())
        else resolve()
      })
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}
