// What follows from the state of a server: another address, the choice of a model, and the watch over it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failures } from '../../shared/messages/failures.ts'
import { type FakeOllama, smol, startFakeOllama } from '../support/fake-ollama.ts'
import { openRoom } from './room.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama()
})
afterEach(() => fake.stop())

describe('another address in the settings', () => {
  test('forgets the old server at once and asks the new one', async () => {
    const other = await startFakeOllama({ models: [smol], version: '0.9.0' })
    const room = openRoom({ host: fake.url })
    await room.models.refresh()
    room.change({ host: other.url })
    expect(room.models.current()).toMatchObject({ status: 'unknown', host: other.url, models: [], version: null })
    expect(await room.models.refresh()).toMatchObject({ status: 'ready', host: other.url, version: '0.9.0' })
    expect(room.pushed.map(({ host, status }) => [host === other.url, status])).toEqual([
      [false, 'ready'],
      [true, 'unknown'],
      [true, 'ready'],
    ])
    await other.stop()
  })

  test('a late answer of the old server is not taken for one of the new', async () => {
    const other = await startFakeOllama({ models: [smol] })
    fake.setFault('/api/tags', 'hang')
    const room = openRoom({ host: fake.url })
    const old = room.models.refresh()
    await fake.waitForRequest(({ path }) => path === '/api/tags')
    room.change({ host: other.url })
    await fake.stop()
    expect(await old).toMatchObject({ host: other.url, status: 'ready' })
    expect(room.pushed.every(({ host }) => host === other.url)).toBe(true)
    await other.stop()
  })

  test('other settings ask nobody', async () => {
    const room = openRoom({ host: fake.url })
    room.change({ theme: 'dark' })
    expect(room.pushed).toEqual([])
    expect(fake.connections.total).toBe(0)
  })
})

describe('the model a run uses', () => {
  test('the wished one, else the chosen one, else the default, else the first that can chat', async () => {
    expect(await openRoom({ host: fake.url, settings: { model: 'mine' } }).models.choose('wished')).toBe('wished')
    expect(await openRoom({ host: fake.url, settings: { model: 'mine' } }).models.choose(null)).toBe('mine')
    expect(await openRoom({ host: fake.url }).models.choose(null)).toBe('gemma4:e4b')
    fake.setModels([{ ...smol, name: 'embed:1', capabilities: ['embedding'] }, smol])
    expect(await openRoom({ host: fake.url }).models.choose(null)).toBe('smollm2:135m')
  })

  test('says when none is installed, and when nobody can say', async () => {
    fake.setModels([])
    const { models } = openRoom({ host: fake.url })
    await expect(models.choose(null)).rejects.toThrow(failures.noModels(fake.url))
    await fake.stop()
    await expect(openRoom({ host: fake.url }).models.choose(null)).rejects.toThrow(failures.ollamaNotRunning(fake.url))
  })
})

describe('watching', () => {
  test('looks every two seconds while the server is away, every fifteen while it is there, and stops', async () => {
    const pauses: number[] = []
    const watching = new AbortController()
    let resume: () => void = () => undefined
    const paused = createSteps()
    const room = openRoom({
      host: fake.url,
      pause: (ms) => {
        pauses.push(ms)
        paused.step()
        return new Promise((resolve) => {
          resume = resolve
        })
      },
    })
    room.models.watch(watching.signal)
    await paused.reached(1)
    const { port } = fake
    await fake.stop()
    resume()
    await paused.reached(2)
    fake = await startFakeOllama({ port })
    resume()
    await paused.reached(3)
    expect(pauses).toEqual([15_000, 2_000, 15_000])
    const asked = fake.requests.length
    watching.abort()
    resume()
    await room.models.refresh()
    expect(fake.requests.length).toBe(asked + 3)
    expect(pauses).toHaveLength(3)
    expect(room.log).toEqual([])
  })
})

/** Lets a test wait until something happened for the n-th time. */
function createSteps() {
  let count = 0
  const waiting = new Set<() => void>()
  return {
    step(): void {
      count += 1
      for (const check of [...waiting]) check()
    },
    reached: (wanted: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (count < wanted) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}
