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
  const served = new Map<Socket, Served>()
  const isPipe = process.platform === 'win32'
  if (!isPipe) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await requireOwnFolder(dirname(path))
    await unlink(path).catch(() => undefined)
  }
  const server = createServer((socket) => {
    const one: Served = { open: 0, lastMs: performance.now(), wake: () => undefined }
    served.set(socket, one)
    socket.on('close', () => {
      served.delete(socket)
      one.wake()
    })
    serveOne(socket, one, options)
  })
  server.on('error', (thrown) => log(`attaching failed: ${thrown.message}`))
  await listen(server, path)
  if (!isPipe) await chmod(path, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const deadline = performance.now() + farewellMs
      await Promise.all([...served].map(async ([socket, one]) => await untilQuiet(socket, one, deadline)))
      for (const socket of served.keys()) socket.destroy()
      await closed
    },
  }
}

/** One connection: how many calls have no answer yet, and when it last began or was answered. */
interface Served {
  open: number
  lastMs: number
  wake(): void
}

/** So long those who are attached are waited for at the end. Milliseconds. */
const farewellMs = 1_000
/** Who has just come, or was just answered, is about to ask; a command that is done closes its connection itself. */
const quietMs = 200

/** What has been asked is answered; nobody is left with a question that may have been taken or not. */
async function untilQuiet(socket: Socket, one: Served, deadline: number): Promise<void> {
  for (;;) {
    const now = performance.now()
    const until = one.open > 0 ? deadline : Math.min(deadline, one.lastMs + quietMs)
    if (socket.destroyed || now >= until) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(until - now))
      one.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const windowOnly: Answer<unknown> = {
  ok: false,
  failure: { code: 'denied', message: messages.failures.notInThisFront },
}

function serveOne(socket: Socket, one: Served, { gateway, version }: AttachOptions): void {
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
      one.open += 1
      void connection.call(message.id, message.channel, message.input).then((answer) => {
        reply({ type: 'answer', id: message.id, answer })
        one.open -= 1
        one.lastMs = performance.now()
        one.wake()
      })
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
