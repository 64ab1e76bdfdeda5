// owner.sock: lets other processes of the same person use this one's gateway while it owns the data folder.
import { chmod, mkdir, stat, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Answer } from '../../shared/failure.ts'
import { messages } from '../../shared/messages/messages.ts'
import { lineLimit, type WireReply, wireRequest, wireVersion } from '../../shared/wire.ts'
import type { Gateway } from '../contracts.ts'
import { parseLine, readLines, writeLine } from './line-stream.ts'

export interface AttachOptions {
  /** A path for a socket, or the name of a pipe on Windows. */
  path: string
  gateway: Gateway
  version: string
  log(line: string): void
}

/**
 * Serves until closed. Whoever holds the lock of the data folder may replace a socket that an earlier owner left. Only
 * this person may connect: the socket is 0600, and it lies in a folder that is checked to be theirs.
 */
export async function serveAttach(options: AttachOptions): Promise<{ close(): Promise<void> }> {
  const { path, log } = options
  const sockets = new Set<Socket>()
  const isPipe = process.platform === 'win32'
  if (!isPipe) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await requireOwnFolder(dirname(path))
    await unlink(path).catch(() => undefined)
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveOne(socket, options)
  })
  server.on('error', (thrown) => log(`attaching failed: ${thrown.message}`))
  await listen(server, path)
  if (!isPipe) await chmod(path, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const windowOnly: Answer<unknown> = {
  ok: false,
  failure: { code: 'denied', message: messages.failures.notInThisFront },
}

function serveOne(socket: Socket, { gateway, version }: AttachOptions): void {
  const reply = (message: WireReply) => writeLine(socket, message, lineLimit)
  const connection = gateway.connect((push) => reply({ type: 'push', ...push }))
  socket.on('close', () => connection.close())
  reply({ type: 'hello', wire: wireVersion, version })
  readLines(socket, lineLimit, (line) => {
    const parsed = wireRequest.safeParse(parseLine(line))
    // Not one of ours, or broken: there is nothing sensible to answer, and guessing would be worse than ending.
    if (!parsed.success) {
      socket.destroy()
      return
    }
    const message = parsed.data
    if (message.type === 'painted') connection.painted()
    else if (message.type === 'cancel') connection.cancel(message.id)
    // What only a window can do is done for its own person, never for a process that attached to it.
    else if (message.channel.startsWith('window.')) reply({ type: 'answer', id: message.id, answer: windowOnly })
    else {
      void connection
        .call(message.id, message.channel, message.input)
        .then((answer) => reply({ type: 'answer', id: message.id, answer }))
    }
  })
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // The folder may be open to others: not for an instant may they connect. Only the others are masked, since a folder
    // that is being made elsewhere in this process at this moment falls under it too.
    const umask = process.platform === 'win32' ? null : process.umask(0o077)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
    // The socket is bound within the call, so nothing else can be made under this mask.
    if (umask !== null) process.umask(umask)
  })
}

async function requireOwnFolder(folder: string): Promise<void> {
  const found = await stat(folder)
  if (process.getuid && found.uid !== process.getuid()) {
    throw new Error(`${folder} belongs to somebody else, so no socket is opened in it`)
  }
}
