// Whose turn it is: for any order of coming and going, one at a time with each model, first come first served.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Behind, createPlaces, mostWaiting, type Place } from '../../electron/services/models/places.ts'

/** What a place has been told up to now, without waiting for more. */
function follow(place: Place): { told: (Behind | null)[] } {
  const told: (Behind | null)[] = []
  void (async () => {
    for (;;) {
      const news = await place.next()
      told.push(news)
      if (news === null) return
    }
  })()
  return { told }
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('the first has its turn at once, the next waits for it and is told when that is somebody else', async () => {
  const places = createPlaces()
  const [one, two, three] = ['a', 'b', 'c'].map((sessionId) => places.take('m', sessionId))
  if (!one || !two || !three) throw new Error('There is room for three.')
  const [first, second, third] = [one, two, three].map(follow)
  await settled()
  expect([first?.told, second?.told, third?.told]).toEqual([[null], [{ sessionId: 'a' }], [{ sessionId: 'a' }]])
  one.leave()
  await settled()
  expect([second?.told.at(-1), third?.told.at(-1)]).toEqual([null, { sessionId: 'b' }])
  // Who gives up while waiting changes nothing for the others, and a second leave nothing at all.
  const fourth = places.take('m', 'd')
  fourth?.leave()
  one.leave()
  two.leave()
  await settled()
  expect(third?.told).toEqual([{ sessionId: 'a' }, { sessionId: 'b' }, null])
  await fourth?.left
})

test('a name without its tag is the same model, another model has a line of its own', async () => {
  const places = createPlaces()
  const told = ['llama3', 'llama3:latest', 'llama3:8b'].map((model) => {
    const place = places.take(model, null)
    if (!place) throw new Error('There is room.')
    return follow(place).told
  })
  await settled()
  expect(told).toEqual([[null], [{ sessionId: null }], [null]])
})

test('too many are refused, and there is room again when one has left', () => {
  const places = createPlaces()
  const taken = Array.from({ length: mostWaiting + 1 }, () => places.take('m', null))
  expect(taken).not.toContain(null)
  expect(places.take('m', null)).toBeNull()
  expect(places.take('other', null)).not.toBeNull()
  taken[3]?.leave()
  expect(places.take('m', null)).not.toBeNull()
})

test('any coming and going: never two at once, in the order they came, and everybody who stays gets a turn', async () => {
  const step = fc.record({ model: fc.constantFrom('a', 'b'), leave: fc.option(fc.nat(20)) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (plan) => {
      const places = createPlaces()
      const there: { model: string; place: Place; told: (Behind | null)[] }[] = []
      const check = async () => {
        await settled()
        for (const model of ['a', 'b']) {
          const turns = there.filter((one) => one.model === model).map(({ told }) => told.at(-1) === null)
          expect(turns).toEqual(turns.map((_, index) => index === 0))
        }
      }
      for (const { model, leave } of plan) {
        const place = places.take(model, null)
        if (place) there.push({ model, place, told: follow(place).told })
        if (leave !== null && leave < there.length) there.splice(leave, 1)[0]?.place.leave()
        await check()
      }
      while (there.length > 0) {
        there.shift()?.place.leave()
        await check()
      }
    }),
    { numRuns: 60 },
  )
})
