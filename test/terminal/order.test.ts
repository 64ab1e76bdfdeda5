// `session` is the first line whatever happens: also when the whole run is over before its question is acknowledged.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { boot } from '../../electron/boot.ts'
import { runTerminal } from '../../electron/terminal/terminal.ts'
import type { Bridge } from '../../shared/ipc.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temp.ts'

test('events that come before the answer of terminal.send wait for it', async () => {
  const server = await fakeServer({ scenario: steps({ thinking: 'hm' }, { content: 'yes' }, { done: 'stop' }) })
  const homePath = join(await temporaryFolder(), 'home')
  let out = ''
  const code = await runTerminal({
    words: ['run', '--json', '--think', 'low', 'Is it?'],
    folder: '/',
    version: '0',
    readInput: async () => '',
    async *inputPieces() {},
    ask: null,
    terminal: null,
    isSpoken: false,
    write: (text) => {
      out += text
    },
    writeError: () => undefined,
    hasColour: false,
    signal: new AbortController().signal,
    restoreBackup: () => Promise.reject(new Error('nobody asks for this here')),
    async open() {
      const app = await boot({
        homePath,
        flagHost: server.url,
        as: 'owner',
        environment: {},
        surface: null,
        log: () => undefined,
      })
      const bridge = app.connect()
      const over = new Promise<void>((resolve) => bridge.on('run.ended', () => resolve()))
      const late: Bridge = {
        ...bridge,
        async call(channel, input, signal) {
          const answer = await bridge.call(channel, input, signal)
          if (channel === 'terminal.send') await over
          return answer
        },
      }
      return { bridge: late, notices: [], isOwn: true, gone: new AbortController().signal, close: () => app.close() }
    },
  })
  const types = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  expect(code).toBe(0)
  expect([...new Set(types)]).toEqual(['session', 'thinking', 'text', 'usage', 'end'])
})
