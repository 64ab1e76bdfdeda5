import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdTable } from '../../electron/services/sessions/id-table.ts'
import { emptyHead, kinds, readHead } from '../../electron/services/sessions/line-head.ts'

/** Letters of every kind, those that JSON writes otherwise among them. */
const letter = fc.oneof(
  fc.constantFrom(...'abc-019 "\\/\u007f~! \u001f\u0000é汉'),
  fc.string({ unit: 'grapheme', maxLength: 1 }),
)
const id = fc.array(letter, { minLength: 1, maxLength: 40 }).map((letters) => letters.join(''))
const plainId = fc.stringMatching(/^[a-z0-9-]{1,40}$/)
const record = (ids: fc.Arbitrary<string>) =>
  fc.record({ id: ids, parentId: fc.option(ids), role: fc.constantFrom('user', 'assistant', 'tool', 'system') })
const ts = '2026-11-29T08:00:00.000Z'

function lineOf({ id, parentId, role }: { id: string; parentId: string | null; role: string }): Buffer {
  return Buffer.from(JSON.stringify({ type: 'message', id, parentId, ts, role, content: 'words' }))
}

/** Lines as they lie in a piece of a file: at any place of it. */
function readAll(lines: readonly Buffer[], shift: number) {
  const bytes = Buffer.concat([Buffer.alloc(shift), ...lines.flatMap((line) => [line, Buffer.from('\n')])])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const head = emptyHead()
  let from = shift
  return lines.map((line) => {
    const isRead = readHead(bytes, view, from, from + line.length, head)
    const text = (start: number, end: number) => (start < 0 ? null : bytes.toString('latin1', start, end))
    from += line.length + 1
    if (!isRead) head.idFrom = -1
    return isRead
      ? {
          id: text(head.idFrom, head.idTo),
          parentId: text(head.parentFrom, head.parentTo),
          ts: text(head.tsFrom, head.tsTo),
          kind: head.kind,
          followsLast: head.followsLast,
        }
      : null
  })
}

test('a head says what the line says, and of ids that are not plain nothing', () => {
  fc.assert(
    fc.property(fc.array(record(fc.oneof(id, plainId)), { maxLength: 6 }), fc.nat(8), (records, shift) => {
      const heads = readAll(records.map(lineOf), shift)
      for (const [index, { id, parentId, role }] of records.entries()) {
        const isPlain = /^[ !#-[\]-~]+$/.test(id) && /^[ !#-[\]-~]*$/.test(parentId ?? '')
        const before = heads[index - 1]
        expect(heads[index]).toEqual(
          isPlain
            ? {
                id,
                parentId,
                ts,
                kind: kinds[role as keyof typeof kinds],
                followsLast: before !== null && before !== undefined && parentId === before.id,
              }
            : null,
        )
      }
    }),
    { numRuns: 2_000 },
  )
})

test('the hash of a head is that of the table', () => {
  fc.assert(
    fc.property(fc.uniqueArray(plainId, { minLength: 1, maxLength: 30 }), (ids) => {
      const table = createIdTable(4)
      for (const [number, id] of ids.entries()) {
        const bytes = lineOf({ id, parentId: null, role: 'user' })
        const head = emptyHead()
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
        expect(readHead(bytes, view, 0, bytes.length, head)).toBe(true)
        expect(table.add(bytes, head.idFrom, head.idTo, head.hash)).toBe(number)
        // Without the head's hash the table makes its own.
        expect(table.add(bytes, head.idFrom, head.idTo)).toBe(-1)
      }
      expect(ids.map((id) => table.findText(id))).toEqual(ids.map((_, number) => number))
    }),
  )
})

test('no byte of a line may be missing', () => {
  const line = lineOf({ id: 'one', parentId: 'none', role: 'user' })
  for (let length = 0; length < line.length; length++) expect(readAll([line.subarray(0, length)], 0)).toEqual([null])
})
