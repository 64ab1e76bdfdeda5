// Words of questions that are written anew, and the keys that send or give them up.
import { expect, test } from 'vitest'
import { createEdits } from '../../renderer/chat/edits.ts'
import { isComposition, isCorrectKey, isSendKey } from '../../renderer/chat/send-key.ts'
import { factsOf, isSameFacts } from '../../renderer/chat/text-facts.ts'
import { messageLimit } from '../../shared/limits.ts'

test('each session has one open editor; what was typed in another is there when it is opened again', () => {
  const edits = createEdits()
  edits.begin('s1', 'q1')
  edits.write('s1', 'q1', 'half')
  edits.begin('s1', 'q2')
  edits.write('s2', 'q1', 'elsewhere')
  expect(edits.openIn('s1')).toBe('q2')
  expect(edits.openIn('s2')).toBeNull()
  expect(edits.read('s1', 'q1')).toBe('half')
  edits.end('s1', 'q1')
  expect(edits.openIn('s1')).toBe('q2')
  expect(edits.read('s1', 'q1')).toBeNull()
  expect(edits.read('s2', 'q1')).toBe('elsewhere')
  edits.end('s1', 'q2')
  expect(edits.openIn('s1')).toBeNull()
})

test('an emptied text is kept as such', () => {
  const edits = createEdits()
  edits.write('s1', 'q1', '')
  expect(edits.read('s1', 'q1')).toBe('')
})

test('a press of an input method neither sends nor gives up', () => {
  const press = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 13 }
  expect(isSendKey({ ...press, key: 'Enter' }, 'enter')).toBe(true)
  for (const composing of [{ keyCode: 229 }, { isComposing: true }]) {
    expect(isSendKey({ ...press, key: 'Enter', ...composing }, 'enter')).toBe(false)
    expect(isComposition({ ...press, ...composing })).toBe(true)
  }
  expect(isComposition({ ...press, keyCode: 27 })).toBe(false)
})

test('the key for a correction is no send key, whatever the setting, and no send key is it', () => {
  const plain = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 13 }
  const presses = ['altKey', 'ctrlKey', 'metaKey', 'shiftKey', 'isComposing'] as const
  for (let mask = 0; mask < 2 ** presses.length; mask++) {
    const held = Object.fromEntries(presses.map((name, bit) => [name, (mask & (1 << bit)) !== 0]))
    const press = { ...plain, ...held, key: 'Enter' }
    expect(isCorrectKey(press)).toBe(mask === 1)
    for (const sendWith of ['enter', 'mod-enter'] as const) {
      expect(isCorrectKey(press) && isSendKey(press, sendWith)).toBe(false)
    }
  }
  expect(isCorrectKey({ ...plain, altKey: true, key: 'a' })).toBe(false)
})

test('what must be known of a text', () => {
  expect(factsOf(' \n\t')).toEqual({ isBlank: true, excess: null, longDirection: null })
  expect(factsOf('a'.repeat(messageLimit)).excess).toBeNull()
  expect(factsOf('a'.repeat(messageLimit + 1)).excess).toBe(messageLimit + 1)
  expect(factsOf(`1. שלום${' '.repeat(50_000)}`).longDirection).toBe('rtl')
  expect(factsOf(`a שלום${' '.repeat(50_000)}`).longDirection).toBe('ltr')
  expect(isSameFacts(factsOf('a'), factsOf('b'))).toBe(true)
  expect(isSameFacts(factsOf('a'), factsOf(' '))).toBe(false)
})
