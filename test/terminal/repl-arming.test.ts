// When a key answers, on a clock of the test's own.
import { expect, test } from 'vitest'
import { createArming } from '../../electron/terminal/repl/arming.ts'
import { createKeyDecoder } from '../../electron/terminal/repl/keys.ts'

function begin() {
  const answers: string[] = []
  let now = 0
  let tasks: { at: number; task: () => void }[] = []
  const arming = createArming({
    keys: ['a', 'd'],
    grants: ['a'],
    answer: (key) => answers.push(key),
    changed: () => undefined,
    later(ms, task) {
      const one = { at: now + ms, task }
      tasks.push(one)
      return () => {
        tasks = tasks.filter((other) => other !== one)
      }
    },
  })
  const decoder = createKeyDecoder()
  arming.begin()
  return {
    answers,
    /** One piece of what the terminal sends. */
    press(bytes: string) {
      for (const key of decoder.write(Buffer.from(bytes))) arming.press(key)
    },
    pass(ms: number) {
      now += ms
      const due = tasks.filter(({ at }) => at <= now)
      tasks = tasks.filter(({ at }) => at > now)
      for (const { task } of due) task()
    },
  }
}

test('a key counts when it is pressed alone, after half a second without any', () => {
  const { answers, press, pass } = begin()
  pass(600)
  press('a')
  expect(answers).toEqual([])
  pass(200)
  expect(answers).toEqual(['a'])
})

test('a no counts at once, but not before its time', () => {
  const { answers, press, pass } = begin()
  pass(400)
  press('d')
  pass(400)
  expect(answers).toEqual([])
  pass(200)
  press('d')
  expect(answers).toEqual(['d'])
})

test('whoever is typing never answers, however long they type', () => {
  const { answers, press, pass } = begin()
  for (const letter of 'a sentence that has an a and a d, and another a'.repeat(20)) {
    press(letter)
    pass(120)
  }
  expect(answers).toEqual([])
})

test('a key that is held down never grants, however long its first repeat takes', () => {
  for (const firstRepeat of [250, 500, 700, 1_000]) {
    const { answers, press, pass } = begin()
    // Pressed before there was a question.
    pass(firstRepeat)
    for (let repeat = 0; repeat < 100; repeat += 1) {
      press('a')
      pass(33)
    }
    expect(answers).toEqual([])
  }
})

test.each([
  ['Enter', '\r'],
  ['several letters in one go', 'aa'],
  ['a paste', '\u001b[200~a\u001b[201~'],
  ['Alt and the letter', '\u001ba'],
  ['another letter', 'x'],
])('%s answers nothing, and begins the time anew', (_what, bytes) => {
  const { answers, press, pass } = begin()
  pass(600)
  press(bytes)
  pass(300)
  press('a')
  pass(300)
  expect(answers).toEqual([])
  pass(600)
  press('a')
  pass(200)
  expect(answers).toEqual(['a'])
})
