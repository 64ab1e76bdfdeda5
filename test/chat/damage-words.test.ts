// What the window says of damage: true numbers, and a list that stays short.
import { expect, test } from 'vitest'
import { damageDetail, damageSentence } from '../../renderer/chat/damage-words.ts'
import { bytes, wholeNumber } from '../../renderer/ui/moments.ts'
import type { Diagnostic } from '../../shared/session.ts'

const found = (code: string, offset: number, length: number): Diagnostic => ({
  code,
  offset,
  length,
  message: 'What it is',
})

test('places and bytes that were skipped, what is missing, and what was only mended', () => {
  const skipped = [found('bad_line', 10, 600), found('not_utf8', 700, 1_000), found('duplicate_id', 2_000, 90)]
  expect(damageSentence(skipped)).toBe(
    `2 damaged places were skipped (${bytes(1_600)}). Nothing in the file was changed.`,
  )
  expect(damageSentence(skipped.slice(0, 1))).toMatch(/^One damaged place was skipped \(600 B\)\./)
  expect(damageSentence([found('missing_blob', 5, 71)])).toMatch(/^Of 1 entry only the beginning is left/)
  expect(damageSentence([...skipped, found('missing_blob', 5, 71)])).toMatch(/^2 damaged places .* Of 1 entry /)
  expect(damageSentence([found('duplicate_id', 2_000, 90)])).toMatch(/had to be mended/)
})

test('every place is listed with its offset and length, and of very many the rest is counted', () => {
  expect(damageDetail([found('bad_line', 1_234, 1)])).toBe(`Byte ${wholeNumber(1_234)}, 1 byte: What it is`)
  const lines = damageDetail(Array.from({ length: 10_000 }, (_, index) => found('bad_line', index * 3, 2))).split('\n')
  expect(lines).toHaveLength(51)
  expect(lines[49]).toBe('Byte 147, 2 bytes: What it is')
  expect(lines[50]).toBe('And 9950 more.')
})
