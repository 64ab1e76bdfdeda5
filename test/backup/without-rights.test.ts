import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutRights } from '../../electron/services/backup/without-rights.ts'
import { header, message, toBytes } from '../support/session-lines.ts'

const place = (id: string) => ({ id, parentId: 'm1', ts: '2026-11-22T08:00:02.000Z' })
const settings = (id: string, more: object) => ({ type: 'settings', ...place(id), ...more })

function through(bytes: Buffer, cuts: readonly number[] = []): Buffer {
  const filter = withoutRights()
  const parts: Buffer[] = []
  let from = 0
  for (const cut of [...cuts.toSorted((one, other) => one - other), bytes.length]) {
    // As a stream gives it: the same memory again and again.
    const piece = Buffer.from(bytes.subarray(from, cut))
    parts.push(Buffer.from(filter.take(piece)))
    piece.fill(0)
    from = cut
  }
  return Buffer.concat([...parts, filter.end()])
}

const modesIn = (bytes: Buffer) =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.includes('"settings"'))
    .map((line) => JSON.parse(line))

test('a trusted session asks again, and its log says what it was', () => {
  const lines = [
    header,
    message('m1', null, { content: 'which mode, and \u0001?' }),
    settings('s1', { mode: 'trusted', model: 'small' }),
    settings('s2', { mode: 'read-only' }),
    settings('s3', { mode: 'workspace' }),
  ]
  const bytes = toBytes(...lines)
  const back = through(bytes)
  expect(modesIn(back)).toEqual([
    { ...settings('s1', { mode: 'workspace', model: 'small' }), modeBefore: 'trusted' },
    settings('s2', { mode: 'read-only' }),
    settings('s3', { mode: 'workspace' }),
  ])
  const others = (all: Buffer) =>
    all
      .toString('utf8')
      .split('\n')
      .filter((line) => !line.includes('s1'))
  expect(others(back)).toEqual(others(bytes))
})

test.each([
  ['an escape in the value', String.raw`{"type":"settings","id":"s","parentId":"m1","mode":"\u0074rusted"}`],
  ['an escape in the name', String.raw`{"type":"settings","id":"s","parentId":"m1","\u006dode":"trusted"}`],
  ['the name twice', '{"type":"settings","id":"s","parentId":"m1","mode":"read-only","mode":"trusted"}'],
  ['space before and after', '  {"type":"settings","id":"s","parentId":"m1", "mode" : "trusted"}\r'],
  ['a mode that is none yet', '{"type":"settings","id":"s","parentId":"m1","mode":"everything"}'],
])('%s changes nothing in that', (_name, line) => {
  for (const end of ['\n', ''])
    expect(JSON.parse(through(Buffer.from(line + end)).toString())).toMatchObject({ mode: 'workspace' })
})

test('what a blob would put in the place of mode or type is left away', () => {
  const blob = { blob: `sha256:${'a'.repeat(64)}`, bytes: 9 }
  const back = through(
    toBytes(
      settings('s1', { spilled: { mode: blob } }),
      { ...settings('s2', { mode: 'trusted', spilled: { type: blob } }), type: 'other' },
      message('m2', 'm1', { spilled: { content: blob } }),
    ),
  )
  expect(back.toString()).not.toContain('"spilled":{"mode"')
  expect(back.toString()).not.toContain('"spilled":{"type"')
  expect(back.toString()).toContain(JSON.stringify(message('m2', 'm1', { spilled: { content: blob } })))
})

test('wherever the pieces are cut, the same comes out, and without a mode the very same bytes', () => {
  const line = fc.oneof(
    fc.constantFrom('trusted', 'workspace', 'read-only').map((mode) => JSON.stringify(settings('s', { mode }))),
    fc.string({ unit: 'binary' }).map((content) => JSON.stringify(message('m', null, { content }))),
    fc.string(),
    fc.constant(''),
  )
  const bytesOf = (lines: readonly string[], isEnded: boolean) => Buffer.from(lines.join('\n') + (isEnded ? '\n' : ''))
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(2_000)), (lines, isEnded, cuts) => {
      const bytes = bytesOf(lines, isEnded)
      const inside = cuts.filter((cut) => cut <= bytes.length)
      const back = through(bytes, inside)
      expect(back).toEqual(through(bytes))
      expect(back.toString()).not.toContain('"mode":"trusted"')
      if (!bytes.includes('trusted')) expect(back).toEqual(bytes)
    }),
  )
})
