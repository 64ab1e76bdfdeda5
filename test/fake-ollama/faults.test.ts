// Every fault by name, as it shows on the wire.
import { describe, expect, test } from 'vitest'
import { demonstrate, type Fault, type FaultName, faultNames, steps } from '../support/fake-ollama.ts'
import { chat, type Line, linesOf, onTheWire, openFake, type Seen, said } from './room.ts'

async function play(fault: Fault, body: object = {}): Promise<Seen> {
  const fake = await openFake({ scenario: { turns: [{ steps: demonstrate(fault) }] } })
  return await onTheWire(fake.url, '/api/chat', chat(body))
}

const calls = (lines: readonly Line[]) => lines.flatMap((line) => line.message?.tool_calls ?? [])

/** What each fault looks like; those that need more than one answer have tests of their own below. */
const table: Partial<Record<FaultName, (seen: Seen) => void>> = {
  status: (seen) => {
    expect([seen.status, seen.contentType]).toEqual([502, 'text/html; charset=utf-8'])
    expect(seen.text).toContain('<h1>')
  },
  queue503: (seen) => {
    expect(seen.status).toBe(503)
    expect(seen.text).toBe('{"error":"server busy, please try again.  maximum pending requests exceeded"}')
  },
  errorLine: (seen) => {
    expect([seen.status, seen.isWhole]).toEqual([200, true])
    expect(linesOf(seen).map(({ error }) => error)).toEqual([undefined, expect.stringMatching(/^model runner has/u)])
  },
  errorLineEscapedJson: (seen) => {
    const { error } = linesOf(seen).at(-1) ?? {}
    expect(JSON.parse(String(error))).toMatchObject({ error: { code: 500 } })
  },
  endWithoutDone: (seen) => {
    expect([seen.isWhole, linesOf(seen).map(({ done }) => done)]).toEqual([true, [false]])
  },
  reset: (seen) => {
    expect([seen.isWhole, seen.error]).toEqual([false, 'ECONNRESET'])
    expect(said(linesOf(seen))).toBe('Hello')
  },
  halfClose: (seen) => {
    expect([seen.isWhole, seen.hasFin]).toEqual([false, true])
    expect(said(linesOf(seen))).toBe('Hello')
  },
  invalidJsonLine: (seen) => {
    const lines = seen.text.split('\n')
    expect(() => JSON.parse(lines[1] ?? '')).toThrow(SyntaxError)
    expect(lines[2]).toContain(' and more')
  },
  cutLine: (seen) => {
    expect(seen.isWhole).toBe(true)
    expect(seen.text.endsWith('\n')).toBe(false)
    expect(() => linesOf(seen)).toThrow(SyntaxError)
  },
  nullLine: (seen) => expect(seen.text.split('\n')[1]).toBe('null'),
  blankLines: (seen) => {
    expect(seen.text).toContain('\n\n\r\n  \n')
    expect(said(linesOf(seen))).toBe('Hello and more')
  },
  crlf: (seen) => {
    expect(seen.text.split('\n').slice(0, -1)).toSatisfy((lines: string[]) => lines.every((one) => one.endsWith('\r')))
    expect(said(linesOf(seen))).toBe('Hello and more')
  },
  giantLine: (seen) => expect(said(linesOf(seen))).toHaveLength('Hello'.length + 5_000_000 + ' and more'.length),
  splitUtf8: (seen) => {
    expect(seen.pieces.some((piece) => piece.length === 1 && (piece[0] ?? 0) >= 0x80)).toBe(true)
    expect(said(linesOf(seen))).toBe('HelloGrüße 静か 📚 and more')
  },
  bom: (seen) => {
    expect([...Buffer.concat(seen.pieces).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  },
  loneSurrogateEscape: (seen) => {
    expect(seen.text).toContain('"a\\ud83d"')
    expect(said(linesOf(seen))).toContain('\ud83d and')
  },
  dupDone: (seen) => expect(linesOf(seen).filter(({ done }) => done)).toHaveLength(2),
  dataAfterDone: (seen) => {
    expect(linesOf(seen).map(({ done }) => done)).toEqual([false, false, true, false])
  },
  missingMessage: (seen) => {
    expect(linesOf(seen)[1]).toMatchObject({ model: 'gemma4:e4b', done: false })
    expect(linesOf(seen)[1]).not.toHaveProperty('message')
  },
  toolCallInDoneLine: (seen) => {
    const last = linesOf(seen).at(-1)
    expect([last?.done, last?.message?.tool_calls?.length]).toEqual([true, 2])
    expect(calls(linesOf(seen))).toHaveLength(2)
  },
  toolCallNoId: (seen) => {
    expect(calls(linesOf(seen)).map(({ id }) => id)).toEqual([undefined, undefined])
  },
  dupIds: (seen) => {
    const [one, other] = calls(linesOf(seen))
    expect(one?.id).toMatch(/^call_[a-z0-9]{8}$/u)
    expect(other?.id).toBe(one?.id)
  },
  argsAsString: (seen) => {
    expect(calls(linesOf(seen))[0]?.function['arguments']).toBe('{"path":"notes.txt"}')
  },
  nullArgs: (seen) => expect(calls(linesOf(seen))[0]?.function['arguments']).toBeNull(),
  unknownTool: (seen) => expect(calls(linesOf(seen))[0]?.function['name']).toBe('no_such_tool'),
  emptyTurn: (seen) => {
    expect(linesOf(seen)).toEqual([
      expect.objectContaining({ done: true, done_reason: 'stop', message: { role: 'assistant', content: '' } }),
    ])
  },
  lengthEmptyThinking: (seen) => {
    expect(said(linesOf(seen))).toBe('')
    expect(linesOf(seen).at(-1)).toMatchObject({ done: true, done_reason: 'length' })
    expect(linesOf(seen)[0]?.message?.thinking).toBeTruthy()
  },
  thinkingAfterContent: (seen) => {
    const kinds = linesOf(seen).map(({ message }) => (message?.thinking ? 'thinking' : 'content'))
    expect(kinds.slice(0, 4)).toEqual(['content', 'content', 'thinking', 'content'])
  },
  repeatLoop: (seen) => {
    const lines = linesOf(seen)
    expect(lines.filter(({ message }) => message?.content === '<unused49>')).toHaveLength(30)
    expect([seen.isWhole, lines.some(({ done }) => done)]).toEqual([true, false])
  },
}

test.each(Object.keys(table) as FaultName[])('%s', async (name) => {
  table[name]?.(await play(name))
})

describe('a fault with a value', () => {
  test('status with a body of its own', async () => {
    const seen = await play({ status: 429, body: { error: 'slow down' } })
    expect([seen.status, seen.text]).toEqual([429, '{"error":"slow down"}'])
  })

  test('an error line before anything was sent is a status', async () => {
    const fake = await openFake({ scenario: steps({ fault: { errorLine: 'boom' } }) })
    const seen = await onTheWire(fake.url, '/api/chat', chat())
    expect([seen.status, seen.contentType, seen.text]).toEqual([500, 'application/json', '{"error":"boom"}'])
  })

  test.each<[Fault, RegExp]>([
    [{ reset: 'midLine' }, /"content":$/u],
    [{ reset: { afterBytes: 10 } }, /\n.{10}$/u],
  ])('%j', async (fault, ending) => {
    const seen = await play(fault)
    expect([seen.isWhole, seen.error]).toEqual([false, 'ECONNRESET'])
    expect(seen.text).toMatch(ending)
  })

  test('reset before the headers', async () => {
    const fake = await openFake({ scenario: steps({ fault: { reset: 'beforeHeaders' } }) })
    const seen = await onTheWire(fake.url, '/api/chat', chat())
    expect(seen).toMatchObject({ status: null, hasFin: false, error: 'ECONNRESET' })
    expect(await fake.waitForRequest(({ closedEarly }) => closedEarly)).toMatchObject({ abortedByClient: false })
  })

  test('a call of five megabytes', async () => {
    const seen = await play({ giantLine: { megabytes: 5, as: 'toolCall' } })
    const [call] = calls(linesOf(seen))
    expect(JSON.stringify(call?.function['arguments']).length).toBeGreaterThan(5_000_000)
  })

  test.each<[Fault, string]>([
    [{ splitUtf8: '静' }, 'Hello静 and more'],
    [{ repeatLoop: 'x' }, `Hello${'x'.repeat(30)}`],
  ])('%j says so', async (fault, text) => {
    expect(said(linesOf(await play(fault)))).toBe(text)
  })

  test('a tool of any name', async () => {
    expect(calls(linesOf(await play({ unknownTool: 'rm_rf' })))[0]?.function['name']).toBe('rm_rf')
  })
})

test('every fault is a model of its own when asked for', async () => {
  const fake = await openFake({ faultScripts: true })
  const names = fake.models().map(({ name }) => name)
  for (const name of faultNames) {
    if (!name.startsWith('pull') && name !== 'versionOld') expect(names).toContain(`script:${name}`)
  }
  const seen = await onTheWire(fake.url, '/api/chat', chat({ model: 'script:repeatLoop' }))
  expect(linesOf(seen)).toHaveLength(31)
})

test('no fault is without a test', () => {
  // In absences.test.ts.
  const elsewhere: readonly FaultName[] = ['hang', 'slowFirstToken', 'modelVanishes', 'refuse', 'restart', 'versionOld']
  // In pull.test.ts.
  const pulls: readonly FaultName[] = ['pullError', 'pullStall', 'pullDigestMismatch']
  expect(faultNames.filter((name) => !(name in table) && ![...elsewhere, ...pulls].includes(name))).toEqual([])
})
