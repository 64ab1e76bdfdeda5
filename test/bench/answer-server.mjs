// @ts-check
// A server that costs nothing: its answer lies ready as the bytes Ollama would send, every token a line and a chunk of its own.
//   answer-server.mjs <tokens> <tokens a second, or 0 for all at once>
// Prints its port, and in a paced answer the moment of the last token.
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { tokenAt } from './answer-text.mjs'

const [tokens = 0, perSecond = 0] = process.argv.slice(2).map(Number)
const name = 'bench:1b'

/** @type {Record<string, object>} */
const short = {
  '/api/version': { version: '0.33.0' },
  '/api/tags': {
    models: [{ name, size: 1, details: { family: 'bench', context_length: 32_768 }, capabilities: ['completion'] }],
  },
  '/api/ps': { models: [{ name }] },
}

/** @param {object} fields */
function chunkOf(fields) {
  const line = `${JSON.stringify({ model: name, created_at: '2026-11-22T07:20:00.101123Z', ...fields })}\n`
  return `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`
}

const head =
  'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n'
const chunks = Array.from({ length: tokens }, (_, index) =>
  chunkOf({ message: { role: 'assistant', content: tokenAt(index, tokens) }, done: false }),
)
const usage = { prompt_eval_count: 812, eval_count: tokens, eval_duration: 900_000_000, total_duration: 2_100_000_000 }
const last = `${chunkOf({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', ...usage })}0\r\n\r\n`
const whole = Buffer.from(head + chunks.join('') + last)

/** @param {import('node:net').Socket} socket */
async function sendPaced(socket) {
  socket.write(head)
  const begun = performance.now()
  for (let sent = 0; sent < tokens && !socket.destroyed; ) {
    const due = Math.min(tokens, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1)
    while (sent < due) socket.write(chunks[sent++] ?? '')
    await pause(1)
  }
  process.stdout.write(`${Date.now()}\n`)
  socket.end(last)
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const { socket } = response
    if (request.url !== '/api/chat' || !socket) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(short[request.url ?? ''] ?? {}))
    } else if (perSecond > 0) {
      // A window that goes away in the middle is none of this server's business.
      socket.on('error', () => undefined).setNoDelay()
      void sendPaced(socket)
    } else socket.end(whole)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : ''}\n`)
})
process.stdin.resume().on('end', () => process.exit())
