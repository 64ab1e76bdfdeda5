// The lines of a front matter as entries: what was most likely meant where YAML reads nothing, or something else.
import { expect, test } from 'vitest'
import { entriesOf, textOfEntry } from '../../electron/services/skills/front-lines.ts'

const texts = (front: string) => {
  const lines = front.split('\n').map((text, at) => ({ text, line: at + 2 }))
  return entriesOf(lines).map((entry) => [entry.key, textOfEntry(entry), entry.line])
}

test.each<[string, string, [string, string, number][]]>([
  [
    'one line each',
    'name: a\ndescription: b',
    [
      ['name', 'a', 2],
      ['description', 'b', 3],
    ],
  ],
  ['a colon in the text', 'description: Use when: asked', [['description', 'Use when: asked', 2]]],
  ['no space behind the colon of a known field', 'name:a\nother:b', [['name', 'a other:b', 2]]],
  ['an indent', 'description: a\n  b\n  c', [['description', 'a b c', 2]]],
  ['no indent', 'description: a\nb c', [['description', 'a b c', 2]]],
  ['a block', 'description: >-\n  a\n  b', [['description', 'a b', 2]]],
  [
    'quotes around it',
    `name: "a"\ndescription: 'b c'`,
    [
      ['name', 'a', 2],
      ['description', 'b c', 3],
    ],
  ],
  ['quotes in it', 'description: "a" b', [['description', '"a" b', 2]]],
  [
    'comments and blank lines',
    '# c\nname: a\n\n  # d\ndescription: b',
    [
      ['name', 'a', 3],
      ['description', 'b', 6],
    ],
  ],
  ['a list below its field', 'allowed-tools:\n- Read\n- Write', [['allowed-tools', '- Read - Write', 2]]],
  ['keys without a name', 'description: a\n?\n: b\n? c', [['description', 'a', 2]]],
  ['ends of documents', 'name: a\n...\n---\n--- b', [['name', 'a', 2]]],
  ['nothing before it', 'b\n- c\nname: a', [['name', 'a', 4]]],
])('%s', (_what, front, expected) => {
  expect(texts(front)).toEqual(expected)
})
