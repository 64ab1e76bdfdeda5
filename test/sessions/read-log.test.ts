// What is left of a session's file when bytes of it are cut, damaged, doubled or unknown.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLog } from '../../electron/services/sessions/read-log.ts'
import { isPlainMessage, messageRecord, skippedBytes } from '../../shared/session.ts'
import { activePath } from '../../shared/session-tree.ts'
import { conversation, header, type Line, message, toBytes } from '../support/session-lines.ts'

const lines = conversation(9)
const whole = toBytes(...lines)

const ids = (bytes: Uint8Array) => readLog(bytes).records.map(({ id }) => id)
const codes = (bytes: Uint8Array) => readLog(bytes).diagnostics.map(({ code }) => code)
const idOf = (line: Line | undefined) => line?.['id']

test('a whole file gives every record and nothing to say', () => {
  const reading = readLog(whole)
  expect(reading.records).toEqual(lines)
  expect(reading.diagnostics).toEqual([])
  expect(reading).toMatchObject({ bytes: whole.length, endsWithNewline: true })
})

test('every prefix opens with all records that are whole in it', () => {
  let complete = 0
  let lineStart = 0
  for (let length = 0; length <= whole.length; length++) {
    if (whole[length - 1] === 0x0a) {
      complete++
      lineStart = length
    }
    const reading = readLog(whole.subarray(0, length))
    // The last line counts as soon as it is whole, with or without its newline.
    const tail = whole.subarray(lineStart, length).toString()
    const isWholeTail = tail.endsWith('}') && tail === JSON.stringify(lines[complete])
    const expected = lines.slice(0, complete + (isWholeTail ? 1 : 0))
    expect(reading.records, `${length} bytes`).toEqual(expected)
    expect(reading.endsWithNewline).toBe(length === lineStart)
    expect(skippedBytes(reading.diagnostics)).toBe(isWholeTail ? 0 : length - lineStart)
  }
})

/** Every byte of the lines becomes other ones, one at a time; `same` says which record is which, for ids may change. */
function damageEveryByte(lines: readonly Line[], same: (record: object) => string): void {
  const bytes = toBytes(...lines)
  let owner = 0
  for (let at = 0; at < bytes.length; at++) {
    for (const byte of [0x00, 0x0a, 0x20, 0x22, 0x2c, 0x7b, 0x7d, 0x5c, 0xff, (bytes[at] ?? 0) ^ 0x01]) {
      const damaged = Buffer.from(bytes)
      damaged[at] = byte
      const { records } = readLog(damaged)
      const kept = new Set(records.map(same))
      // Cut exactly behind an inner object a line cannot be told from a torn one with a record glued to it: that one is kept.
      if (byte !== 0x0a) expect(records.filter(({ id }) => id === 'inner')).toEqual([])
      const lost = lines.filter((line, index) => index !== owner && !kept.has(same(line)))
      expect(lost, `byte ${at} became ${byte}`).toEqual([])
    }
    if (bytes[at] === 0x0a) owner++
  }
}

describe('a single damaged byte costs at most the record it is in, and a newline belongs to the record it ends', () => {
  test('in a file of this version', () => damageEveryByte(conversation(4), (line) => JSON.stringify(line)), 60_000)

  test('in a file of the oldest form', () => {
    const old = ['a {"b"}', '„ß“ 静 📚', 'c\\"'].map((content, index) => ({ role: 'user', content, index }))
    damageEveryByte(old, (record) =>
      JSON.stringify({ ...record, type: '', id: '', parentId: '', ts: '' }, ['content', 'index']),
    )
  }, 60_000)

  test('in records that hold objects which look like records', () => {
    const inner = { type: 'message', id: 'inner', parentId: null, ts: null, role: 'user', content: 'inner' }
    const outer = (id: string) =>
      message(id, null, { role: 'assistant', toolCalls: [{ arguments: { list: [inner, inner] } }] })
    damageEveryByte([outer('m1'), outer('m2')], (line) => JSON.stringify(line))
  }, 60_000)
})

test('replaying any bytes twice gives the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: whole.length })), fc.uint8Array({ maxLength: 20 }), (cuts, noise) => {
      const bytes = Buffer.concat(cuts.flatMap((cut) => [whole.subarray(cut), Buffer.from(noise)]))
      expect(readLog(Buffer.from(bytes))).toEqual(readLog(bytes))
      const kept = readLog(bytes).records
      expect(activePath(kept)).toEqual(activePath([...kept]))
    }),
    { numRuns: 50 },
  )
})

test('bytes from anywhere never make reading fail, and every byte is accounted for', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom('\n', '\r\n', '\0\0\0', '{"type":"', '\uFEFF', '[]', 'null', '7', '"x"')
      .map((text) => Buffer.from(text)),
    fc.constantFrom(...lines).map((line) => Buffer.from(JSON.stringify(line))),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const bytes = Buffer.concat(pieces)
      const reading = readLog(bytes)
      expect(reading.bytes).toBe(bytes.length)
      expect(skippedBytes(reading.diagnostics)).toBeLessThanOrEqual(bytes.length)
      const known = reading.records.flatMap(({ type, id }) => (type !== 'session' && id !== undefined ? [id] : []))
      expect(new Set(known).size).toBe(known.length)
      for (const { offset, length } of reading.diagnostics) {
        expect(length).toBeGreaterThan(0)
        expect(offset + length).toBeLessThanOrEqual(bytes.length)
      }
    }),
    { numRuns: 500 },
  )
})

describe('what a crash leaves', () => {
  const before = message('m1', null)
  const after = message('m2', 'm1')

  test('a run of NUL bytes before a record costs nothing but itself', () => {
    const bytes = Buffer.concat([toBytes(header, before), Buffer.alloc(4_096), toBytes(after)])
    expect(readLog(bytes).records).toEqual([header, before, after])
    expect(readLog(bytes).diagnostics).toEqual([expect.objectContaining({ code: 'nul_bytes', length: 4_096 })])
  })

  test('a torn tail is told and kept out', () => {
    const torn = toBytes(after).subarray(0, 30)
    const reading = readLog(Buffer.concat([toBytes(header, before), torn]))
    expect(reading.records).toEqual([header, before])
    expect(reading.diagnostics).toEqual([
      { code: 'bad_line', offset: toBytes(header, before).length, length: 30, message: expect.any(String) },
    ])
    expect(reading.endsWithNewline).toBe(false)
  })

  test('a last record without its newline counts', () => {
    const bytes = toBytes(header, before).subarray(0, -1)
    expect(readLog(bytes)).toMatchObject({ records: [header, before], diagnostics: [], endsWithNewline: false })
  })

  test('a record glued to a torn one is found', () => {
    const torn = JSON.stringify(before).slice(0, 40)
    const bytes = toBytes(header, torn + JSON.stringify(after))
    expect(readLog(bytes).records).toEqual([header, after])
    expect(readLog(bytes).diagnostics).toMatchObject([
      { code: 'bad_line', offset: toBytes(header).length, length: 40 },
      { code: 'unknown_parent' },
    ])
  })

  test('whole records in one line are all found', () => {
    const bytes = toBytes(header, [before, after, message('m3', 'm2')].map((line) => JSON.stringify(line)).join(''))
    expect(ids(bytes)).toEqual([header['id'], 'm1', 'm2', 'm3'])
    expect(codes(bytes)).toEqual([])
  })

  test('an object inside a torn record is not taken for a record', () => {
    const torn = JSON.stringify({ ...after, attachments: [{ type: 'image', mime: 'image/png' }] })
    const bytes = toBytes(header, torn.slice(0, torn.indexOf(']')))
    expect(ids(bytes)).toEqual([header['id']])
  })

  test('nor are objects in a row whose line goes on as the inside of one', () => {
    const inner = JSON.stringify(message('inner', null))
    for (const end of [']}', ']', '}', ',', ',{"role":"user"']) {
      const found = ids(toBytes(header, `${inner},${inner}${end}`, after))
      expect(found.filter((id) => id === 'inner').length, end).toBe(end === ',{"role":"user"' ? 1 : 0)
      expect(found.at(-1)).toBe('m2')
    }
  })

  test('a character cut in two costs one line', () => {
    const cut = Buffer.from(JSON.stringify(message('m1', null, { content: 'straße 📚' })))
    const at = cut.indexOf(Buffer.from('📚')) + 2
    const bytes = Buffer.concat([toBytes(header), cut.subarray(0, at), Buffer.from('\n'), toBytes(after)])
    expect(ids(bytes)).toEqual([header['id'], 'm2'])
    expect(codes(bytes)).toEqual(['not_utf8', 'unknown_parent'])
  })

  test('a bad line full of beginnings is read in a moment', () => {
    const bytes = Buffer.concat([toBytes(header), Buffer.from('{"type":"'.repeat(500_000))])
    const begun = performance.now()
    expect(ids(bytes)).toEqual([header['id']])
    expect(performance.now() - begun).toBeLessThan(3_000)
  })
})

describe('what other programs write', () => {
  test('CRLF, blank lines and a byte order mark are no damage', () => {
    const text = `\uFEFF${JSON.stringify(header)}\r\n\r\n  \n${JSON.stringify(message('m1', null))}\r\n\t\n`
    expect(readLog(Buffer.from(text))).toMatchObject({ records: [header, message('m1', null)], diagnostics: [] })
  })

  test('a line that was written twice counts once and is no damage', () => {
    const bytes = toBytes(header, message('m1', null), message('m1', null), message('m2', 'm1'))
    expect(ids(bytes)).toEqual([header['id'], 'm1', 'm2'])
    expect(codes(bytes)).toEqual(['repeated_line'])
    expect(skippedBytes(readLog(bytes).diagnostics)).toBe(0)
  })

  test('two records with one id are both kept', () => {
    const first = message('m1', null)
    const second = message('m1', null, { content: 'other words' })
    const bytes = toBytes(header, first, second)
    expect(readLog(bytes).records).toEqual([header, first, { ...second, id: `m1#${toBytes(header, first).length}` }])
    expect(codes(bytes)).toEqual(['duplicate_id'])
    expect(skippedBytes(readLog(bytes).diagnostics)).toBe(0)
  })

  test('lines without a type are messages, named by their place and each the child of the one before', () => {
    const old = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b', model: 'gemma4:e4b' },
    ]
    const at = toBytes(old[0] ?? {}).length
    expect(readLog(toBytes(...old)).records).toEqual([
      { ...old[0], type: 'message', id: 'v0:0', parentId: null, ts: null },
      { ...old[1], type: 'message', id: `v0:${at}`, parentId: 'v0:0', ts: null },
    ])
  })

  test('types of a later version are kept as they are', () => {
    const later = { type: 'mood', id: 'x1', parentId: 'm1', ts: 'later', deep: { list: [1, { type: 'x' }] } }
    expect(readLog(toBytes(header, message('m1', null), later)).records.at(-1)).toEqual(later)
  })

  test.each(['[]', 'null', '7', '"text"', '{}', '{"type":7}', '{"type":"message","id":"m1"}', '{"role":"user"}'])(
    '%s is a bad line and no more',
    (line) => {
      const bytes = toBytes(header, line, message('m2', null))
      expect(ids(bytes)).toEqual([header['id'], 'm2'])
      expect(codes(bytes)).toEqual(['bad_line'])
    },
  )

  test('a line of 32 MiB is a line', () => {
    const huge = message('m1', null, { content: 'é'.repeat(16 * 1_024 * 1_024) })
    expect(ids(toBytes(header, huge, message('m2', 'm1')))).toEqual([header['id'], 'm1', 'm2'])
  })

  test('an empty file has nothing to read and nothing to complain of', () => {
    expect(readLog(new Uint8Array())).toEqual({ records: [], diagnostics: [], bytes: 0, endsWithNewline: true })
  })

  test('a view into a larger buffer is read within its bounds', () => {
    const larger = Buffer.concat([toBytes({ type: 'outside', id: 'o' }), whole, toBytes({ type: 'outside', id: 'p' })])
    const from = toBytes({ type: 'outside', id: 'o' }).length
    expect(idOf(lines[0])).toBe(header['id'])
    expect(readLog(larger.subarray(from, from + whole.length)).records).toEqual(lines)
  })
})

describe('a message that needs no schema', () => {
  const fields = {
    type: fc.constantFrom('message', 'message', 'session', 3),
    id: fc.constantFrom('one', '', 7, null),
    parentId: fc.constantFrom(null, 'zero', 7),
    ts: fc.constantFrom(null, '2026-11-22T07:20:00.101Z', 7),
    role: fc.constantFrom('user', 'assistant', 'tool', 'system', 'robot', null),
    content: fc.constantFrom('Good morning', '', null, ['Good morning']),
    thinking: fc.constantFrom('Hm', null, 1),
    model: fc.constantFrom('gemma4:e4b', null),
    stop: fc.constantFrom('stop', 'tool_calls', 'never', null),
    usage: fc.constantFrom(null, {}, { promptTokens: 1, numCtx: 2 }, { promptTokens: '1' }, { other: 1 }, [], 'none'),
    error: fc.constantFrom(null, { code: 'internal', message: 'Oh' }, 'Oh'),
    extra: fc.jsonValue(),
  }
  const usual = { type: 'message', id: 'one', parentId: null, ts: null, role: 'user', content: 'Good morning' }
  /** By far the most have only a field or two that are unusual: else hardly one would be a message. */
  const line = fc
    .tuple(fc.record(fields, { requiredKeys: [] }), fc.subarray(Object.keys(fields), { maxLength: 3 }), fc.boolean())
    .map(([all, names, isForeign]) => {
      const some = Object.entries(all).filter(([name]) => names.includes(name))
      const text = JSON.stringify({ ...usual, ...Object.fromEntries(some) })
      return JSON.parse(isForeign ? text.replace(/}$/, ',"__proto__":{"role":"user"}}') : text)
    })

  test('is one for the schema, too, which leaves it as it is', () => {
    let plain = 0
    fc.assert(
      fc.property(line, (value) => {
        if (!isPlainMessage(value)) return
        plain += 1
        const parsed = messageRecord.safeParse(value)
        expect(parsed.data).toEqual(value)
        expect(Object.keys(parsed.data ?? {}).toSorted()).toEqual(Object.keys(value).toSorted())
      }),
      { numRuns: 2_000 },
    )
    // Else it would say nothing.
    expect(plain).toBeGreaterThan(300)
  })

  test('what nearly every line is, is one', () => {
    const answer = { ...usual, role: 'assistant', model: 'gemma4:e4b', stop: 'stop', error: null }
    const usage = { promptTokens: 1, outputTokens: 2, contextTokens: 3, numCtx: 4, loadMs: 5, promptMs: 6, outputMs: 7 }
    const result = { ...usual, role: 'tool', callId: 'c1', name: 'read_file', isError: false, ms: 3 }
    for (const value of [usual, answer, { ...answer, usage }, result]) expect(isPlainMessage(value)).toBe(true)
  })
})
