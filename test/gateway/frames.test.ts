// Frames: whatever the order of deltas, paints and flushes, every character arrives once, in order and at its place.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFrames } from '../../electron/gateway/frames.ts'
import type { RunFrame } from '../../shared/run.ts'

const runs = [
  { sessionId: 's1', runId: 'r1' },
  { sessionId: 's2', runId: 'r2' },
] as const

/** A model's deltas as the run tells them, with true positions. */
function createTeller(names: { sessionId: string; runId: string }) {
  let textFrom = 0
  let thinkingFrom = 0
  return (part: { text?: string; thinking?: string }): RunFrame => {
    const frame = { ...names, textFrom, text: part.text ?? '', thinkingFrom, thinking: part.thinking ?? '' }
    textFrom += frame.text.length
    thinkingFrom += frame.thinking.length
    return frame
  }
}

const whole = (frames: readonly RunFrame[], runId: string) => {
  const own = frames.filter((frame) => frame.runId === runId)
  return { text: own.map(({ text }) => text).join(''), thinking: own.map(({ thinking }) => thinking).join('') }
}

test('nothing is lost or doubled, positions are true, and only a flush goes past the paint', () => {
  const said = fc.record({ run: fc.constantFrom(0, 1), text: fc.string(), thinking: fc.string() })
  const step = fc.oneof(
    { weight: 6, arbitrary: said.map((delta) => ({ type: 'add' as const, ...delta })) },
    { weight: 3, arbitrary: fc.constant({ type: 'painted' as const }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1).map((run) => ({ type: 'flush' as const, run })) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (all) => {
      const sent: RunFrame[] = []
      const tellers = runs.map(createTeller)
      const expected = runs.map(() => ({ text: '', thinking: '' }))
      let unpainted = 0
      let mayExceed = false
      const frames = createFrames((frame) => {
        sent.push(frame)
        unpainted++
        if (!mayExceed) expect(unpainted).toBe(1)
      })
      for (const one of all) {
        if (one.type === 'add') {
          const delta = tellers[one.run]?.({ text: one.text, thinking: one.thinking })
          const total = expected[one.run]
          if (!delta || !total) continue
          total.text += one.text
          total.thinking += one.thinking
          frames.add(delta)
        } else if (one.type === 'painted') {
          unpainted = 0
          frames.painted()
        } else {
          mayExceed = true
          frames.flush(runs[one.run]?.sessionId ?? '')
          mayExceed = false
          expect(whole(sent, runs[one.run]?.runId ?? '')).toEqual(expected[one.run])
        }
      }
      for (const { sessionId } of runs) {
        mayExceed = true
        frames.flush(sessionId)
      }
      runs.forEach(({ runId }, index) => {
        expect(whole(sent, runId)).toEqual(expected[index])
        let [text, thinking] = [0, 0]
        for (const frame of sent.filter((frame) => frame.runId === runId)) {
          expect([frame.textFrom, frame.thinkingFrom]).toEqual([text, thinking])
          text += frame.text.length
          thinking += frame.thinking.length
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('a window that does not paint gets one frame, and then all that came meanwhile in one', () => {
  const sent: RunFrame[] = []
  const frames = createFrames((frame) => sent.push(frame))
  const tell = createTeller(runs[0])
  for (let index = 0; index < 1_000; index++) frames.add(tell({ text: `${index} ` }))
  expect(sent.map(({ text }) => text)).toEqual(['0 '])
  frames.painted()
  expect(sent).toHaveLength(2)
  expect(sent[1]).toMatchObject({
    textFrom: 2,
    text: Array.from({ length: 999 }, (_, index) => `${index + 1} `).join(''),
  })
  frames.painted()
  frames.painted()
  expect(sent).toHaveLength(2)
  frames.add(tell({ text: 'on' }))
  expect(sent).toHaveLength(3)
})

test('runs take turns', () => {
  const sent: string[] = []
  const frames = createFrames((frame) => sent.push(frame.runId))
  const tellers = runs.map(createTeller)
  for (let round = 0; round < 3; round++) {
    for (const tell of tellers) frames.add(tell({ text: 'x' }))
    frames.painted()
    for (const tell of tellers) frames.add(tell({ text: 'x' }))
    frames.painted()
  }
  expect(sent.slice(0, 6)).toEqual(['r1', 'r2', 'r1', 'r2', 'r1', 'r2'])
})

test('a front that paints while it is being told is not told twice', () => {
  const sent: string[] = []
  const frames = createFrames((frame) => {
    sent.push(frame.text)
    frames.painted()
  })
  const tell = createTeller(runs[0])
  for (const text of ['a', 'b', 'c']) frames.add(tell({ text }))
  frames.flush('s1')
  expect(sent).toEqual(['a', 'b', 'c'])
})
