// Mailboxes: fixed size, refusal instead of growth, and places of their own for outcomes.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMailbox } from '../../electron/kernel/mailbox.ts'

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('offer' as const) },
    { weight: 2, arbitrary: fc.constant('outcome' as const) },
    { weight: 4, arbitrary: fc.constant('take' as const) },
    { weight: 1, arbitrary: fc.constant('drop' as const) },
  ),
  { maxLength: 200 },
)

test('it is a queue of two kinds of places, neither of which takes from the other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 4 }), steps, (capacity, reserved, run) => {
      const mailbox = createMailbox<number>(capacity, reserved)
      let model: { message: number; isOutcome: boolean }[] = []
      const count = (isOutcome: boolean) => model.filter((envelope) => envelope.isOutcome === isOutcome).length
      run.forEach((step, message) => {
        if (step === 'offer') {
          const isRoom = count(false) < capacity
          expect(mailbox.offer(message)).toBe(isRoom)
          if (isRoom) model.push({ message, isOutcome: false })
        } else if (step === 'outcome' && count(true) < reserved) {
          mailbox.putOutcome(message)
          model.push({ message, isOutcome: true })
        } else if (step === 'take') {
          expect(mailbox.take()).toEqual(model.shift())
        } else if (step === 'drop') {
          mailbox.dropOutcomes()
          model = model.filter(({ isOutcome }) => !isOutcome)
        }
        expect([mailbox.messages(), mailbox.outcomes()]).toEqual([count(false), count(true)])
      })
      while (model.length > 0) expect(mailbox.take()).toEqual(model.shift())
      expect(mailbox.take()).toBeUndefined()
    }),
  )
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a capacity of %s is a bug', (capacity) => {
  expect(() => createMailbox(capacity, 1)).toThrow(RangeError)
})

test('an outcome that nobody kept a place for is a bug', () => {
  expect(() => createMailbox(1, 0).putOutcome('lost')).toThrow('without a reserved place')
})
