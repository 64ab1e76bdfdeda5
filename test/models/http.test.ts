// How a server is reached: one connection for each request, in bounded time, with nothing of the address but where it is.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { wayFault } from '../../electron/services/models/faults.ts'
import { send, type Way } from '../../electron/services/models/http.ts'
import { failures } from '../../shared/messages/failures.ts'
import { waitFor } from '../support/wait.ts'

/** What it is sent, by connection; `answer` is all it says, once a request has come. */
async function listening(answer: string | null) {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const at = heard.push('') - 1
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      heard[at] += bytes.toString('latin1')
      if (answer !== null && /\r\n\r\n/.test(heard[at] ?? '')) socket.end(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, heard, sockets }
}

function wayTo(host: string, more: Partial<Way> = {}): Way {
  return { host, reached: () => undefined, bearerFor: async () => null, signal: new AbortController().signal, ...more }
}

const version = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n{"version":"0.33"}'
async function faultOf(sent: Promise<unknown>, host: string) {
  const thrown = await sent.then(
    () => null,
    (reason: unknown) => reason,
  )
  return wayFault(thrown, { host }, false)
}

test('slow: a server that takes the connection and never speaks TLS is given up after five seconds', async () => {
  const { port, heard } = await listening(null)
  const host = `https://127.0.0.1:${port}`
  const begun = performance.now()
  const fault = await faultOf(send(wayTo(host), { method: 'GET', address: `${host}/api/version` }), host)
  expect(fault).toMatchObject({ failure: { code: 'unavailable', message: failures.hostTimedOut(host) } })
  expect(performance.now() - begun).toBeLessThan(15_000)
  // It did try.
  expect(heard).toHaveLength(1)
})

test('a name and a password in an address go nowhere', async () => {
  const { port, heard } = await listening(version)
  const host = `http://ada:secret@127.0.0.1:${port}`
  const { body } = await send(wayTo(host), { method: 'GET', address: `${host}/api/version?x=1` })
  expect(await text(body)).toBe('{"version":"0.33"}')
  expect(heard[0]).toMatch(/^GET \/api\/version\?x=1 HTTP\/1\.1\r\n/)
  expect(heard[0]?.toLowerCase()).not.toMatch(/authorization|ada|secret/)
})

test('each request has a connection of its own, which is heard of, and a body with its length', async () => {
  const { port, heard } = await listening(version)
  const host = `http://127.0.0.1:${port}`
  const origins: string[] = []
  const way = wayTo(host, { reached: (origin) => origins.push(origin.href) })
  for (const method of ['POST', 'DELETE'] as const) {
    const sent = { method, address: `${host}/api/delete`, headers: { 'content-type': 'application/json' } }
    await text((await send(way, { ...sent, body: '{"name":"café"}' })).body)
  }
  expect(origins).toEqual([`${host}/`, `${host}/`])
  expect(heard).toHaveLength(2)
  for (const request of heard) {
    expect(request.toLowerCase()).toContain('connection: close')
    expect(request.toLowerCase()).toContain('content-length: 16\r\n')
    expect(request.toLowerCase()).not.toContain('transfer-encoding')
  }
})

test('a request that is stopped ends at once, and so does its connection', async () => {
  const { port, heard, sockets } = await listening(null)
  const host = `http://127.0.0.1:${port}`
  const stopping = new AbortController()
  const sent = send(wayTo(host, { signal: stopping.signal }), { method: 'GET', address: `${host}/api/version` })
  const ended = sent.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  await waitFor('the request', () => (heard[0] ?? '').includes('\r\n\r\n'))
  stopping.abort(new Error('stopped'))
  expect(await ended).toEqual(new Error('stopped'))
  await waitFor('the connection to end', () => sockets.size === 0)
})

test.each([
  [
    'an upgrade to something else',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'connectionBroke',
  ],
  ['a header that never ends', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, 'notOllama'],
  ['words of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'notOllama'],
  ['nothing, and the connection ends', '', 'connectionBroke'],
] as const)('what answers with %s is said as what it is', async (_what, answer, said) => {
  const { port } = await listening(answer)
  const host = `http://127.0.0.1:${port}`
  const fault = await faultOf(send(wayTo(host), { method: 'GET', address: `${host}/api/version` }), host)
  expect(fault).toMatchObject({ failure: { code: 'unavailable', message: failures[said](host) } })
})
