// How records fold into what is shown: the active path and the title.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deriveTitle, type SessionRecord, sessionTitle, titleLimit, unknownRecord } from '../../shared/session.ts'
import { activePath } from '../../shared/session-tree.ts'
import { header, type Line, message } from '../support/session-lines.ts'

const records = (...lines: readonly Line[]): SessionRecord[] => lines.map((line) => unknownRecord.parse(line))
const path = (...lines: readonly Line[]) => activePath(records(...lines)).map(({ id }) => id)

describe('the active path', () => {
  test('goes from the root to the last message', () => {
    expect(path(header, message('a', null), message('b', 'a'), message('c', 'b'))).toEqual(['a', 'b', 'c'])
    expect(path(header)).toEqual([])
    expect(path()).toEqual([])
  })

  test('an answer written again takes the place of the earlier one', () => {
    expect(path(message('q', null), message('a1', 'q'), message('a2', 'q'), message('q2', 'a2'))).toEqual([
      'q',
      'a2',
      'q2',
    ])
  })

  test('a leaf record after the last node says where it ends; one before it, or of nobody, does not', () => {
    const leaf = (target: string) => ({ type: 'leaf', id: `l-${target}`, ts: '', target })
    const branches = [message('q', null), message('a1', 'q'), message('a2', 'q')]
    expect(path(...branches, leaf('a1'))).toEqual(['q', 'a1'])
    expect(path(...branches, leaf('a1'), leaf('gone'))).toEqual(['q', 'a1'])
    expect(path(...branches, leaf('a1'), leaf('a2'))).toEqual(['q', 'a2'])
    expect(path(...branches, leaf('a1'), message('q2', 'a1'))).toEqual(['q', 'a1', 'q2'])
    expect(path(leaf('a1'), ...branches)).toEqual(['q', 'a2'])
  })

  test('titles and headers between the messages are not on it, unknown types with a parent are', () => {
    const title = { type: 'title', id: 't', ts: '', title: 'x', by: 'user' }
    const skill = { type: 'skill', id: 's', parentId: 'a' }
    expect(path(message('a', null), title, skill, message('b', 's'))).toEqual(['a', 's', 'b'])
  })

  test.each([
    ['a parent that is not there', 'gone'],
    ['a parent that comes later', 'c'],
    ['itself', 'b'],
  ])('%s is replaced by the record before it, so no history vanishes', (_what, parent) => {
    expect(path(message('a', null), message('b', parent), message('c', 'b'))).toEqual(['a', 'b', 'c'])
  })

  test('records that are one another’s parents are shown in file order', () => {
    expect(path(message('a', 'b'), message('b', 'a'), message('c', 'b'))).toEqual(['a', 'b', 'c'])
  })

  test('for any parents it ends with the last record, keeps file order and has nothing twice', () => {
    const name = fc.integer({ min: 0, max: 12 }).map((number) => `m${number}`)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.option(name)), { minLength: 1, maxLength: 30 }), (pairs) => {
        const all = records(...pairs.map(([id, parentId]) => message(id, parentId)))
        const places = activePath(all).map((record) => all.indexOf(record))
        expect(places.at(-1)).toBe(all.length - 1)
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
        expect(places).not.toContain(-1)
      }),
    )
  })

  test('with parents that are there it is exactly the chain of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), (picks) => {
        const parents = picks.map((pick, index) => (index === 0 ? null : pick % index))
        const chain: string[] = []
        for (let at: number | null = parents.length - 1; at !== null; at = parents[at] ?? null) chain.unshift(`m${at}`)
        const lines = parents.map((parent, index) => message(`m${index}`, parent === null ? null : `m${parent}`))
        expect(path(...lines)).toEqual(chain)
      }),
    )
  })
})

describe('the title', () => {
  const title = (words: string, by: string): Line => ({ type: 'title', id: words, ts: '', title: words, by })
  const titleOf = (...lines: readonly Line[]) => sessionTitle(records(...lines))

  test('the last one a person gave wins, else the last one, else the first question', () => {
    const question = message('q', null, { content: '\n  What is   a carrel?\nMore.' })
    expect(titleOf(header, question)).toBe('What is a carrel?')
    expect(titleOf(question, title('by model', 'model'), title('later', 'derived'))).toBe('later')
    expect(titleOf(question, title('mine', 'user'), title('by model', 'model'))).toBe('mine')
    expect(titleOf(question, title('mine', 'user'), title('mine now', 'user'))).toBe('mine now')
    expect(titleOf(question, title(' ', 'user'), { type: 'title', id: 'bad' })).toBe('What is a carrel?')
    expect(titleOf(header)).toBe('')
  })

  test('a title of another program is shown at most as long as a person may write one', () => {
    expect(titleOf(title('x'.repeat(titleLimit), 'user'))).toHaveLength(titleLimit)
    expect(titleOf(title('x'.repeat(100_000), 'user'))).toHaveLength(titleLimit)
    const cut = titleOf(title(`x${'📚'.repeat(titleLimit)}`, 'user'))
    expect(cut).toBe(`x${'📚'.repeat(99)}`)
  })

  test('one made of a question is cut at a word, and only when it is longer', () => {
    expect(deriveTitle('a '.repeat(40).trim())).toBe('a '.repeat(40).trim())
    expect(deriveTitle(`${'word '.repeat(15)}and this is too much`)).toBe(`${'word '.repeat(15)}and…`)
    expect(deriveTitle('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`)
    // 50 characters, 100 code units.
    expect(deriveTitle('📚'.repeat(50))).toBe('📚'.repeat(50))
    expect(deriveTitle('📚'.repeat(81))).toBe(`${'📚'.repeat(80)}…`)
  })

  test('one made of code, of what cannot be seen, or of signs that turn words around says what can be read', () => {
    expect(deriveTitle('```js\nconst a = 1\n```')).toBe('const a = 1')
    expect(deriveTitle('\n  ~~~\n\n  SELECT 1\n~~~')).toBe('SELECT 1')
    expect(deriveTitle('```')).toBe('```')
    expect(deriveTitle('\u202egnp.exe\u202c is it \u200bsafe?\u0007')).toBe('gnp.exe is it safe?')
    expect(deriveTitle('\u200b\nreally')).toBe('really')
    expect(deriveTitle('静かな海の潮の満ち引きについて教えて')).toBe('静かな海の潮の満ち引きについて教えて')
    expect(deriveTitle('潮'.repeat(90))).toBe(`${'潮'.repeat(80)}…`)
  })

  test('it is always one short line of whole characters', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(' ', '\n', '\r\n', '\t', '📚', 'word '))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        const derived = deriveTitle(text)
        expect(derived).not.toMatch(/[\n\r\t]/)
        expect(Array.from(derived).length).toBeLessThanOrEqual(81)
        expect(derived === '').toBe(text.replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069\u200b\ufeff]/gu, '') === '')
        expect(Buffer.from(derived).toString()).toBe(derived)
      }),
    )
  })
})
