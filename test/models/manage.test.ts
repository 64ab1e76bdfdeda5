// Looking at one model, taking it out of memory, removing it: through the one door, at a real server.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Surface } from '../../electron/contracts.ts'
import { failures } from '../../shared/messages/failures.ts'
import { pullWords } from '../../shared/messages/pulls.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { type FakeOllama, gemma, smol, startFakeOllama } from '../support/fake-ollama.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'

let fake: FakeOllama
beforeEach(async () => {
  fake = await startFakeOllama({ loaded: ['gemma4:e4b'], pull: { steps: 2, stepMs: 1 } })
})
afterEach(() => fake.stop())

const open = async (surface?: Surface) =>
  await bootCarrel({ home: await temporaryFolder(), host: fake.url, ...(surface && { surface }) })

test('a model is shown', async () => {
  const { bridge } = await open()
  expect(answered(await bridge.call('models.show', { model: 'gemma4:e4b' }))).toMatchObject({
    name: 'gemma4:e4b',
    license: 'Apache License 2.0',
    family: 'gemma4',
    parameterSize: '8.0B',
    quantization: 'Q4_K_M',
    contextLength: 131_072,
    numCtx: null,
    capabilities: gemma.capabilities,
    template: '{{ .Prompt }}',
  })
  const missing = refused(await bridge.call('models.show', { model: 'nope' }))
  expect(missing).toMatchObject({ code: 'unavailable', message: failures.noSuchModel('nope', fake.url) })
})

test.each([
  [{ 'general.architecture': 'x', 'y.context_length': 77 }, 77],
  [{ 'general.architecture': 'x', 'y.context_length': 77, 'x.context_length': 78 }, 78],
  [{}, null],
  [{ 'x.context_length': 'many' }, null],
])('its context is found in %j', async (info, contextLength) => {
  fake.setFault('/api/show', { status: 200, body: { model_info: info, parameters: 'num_ctx   4096\nstop "x"' } })
  const { bridge } = await open()
  const shown = answered(await bridge.call('models.show', { model: 'gemma4:e4b' }))
  expect(shown).toMatchObject({ contextLength, numCtx: 4_096, capabilities: [] })
})

test('a model is taken out of memory, and stays installed', async () => {
  const { bridge } = await open()
  const before = answered(await bridge.call('models.refresh', {}))
  expect(before.models[0]).toMatchObject({ loaded: true, memory: { bytes: gemma.bytes, gpuBytes: gemma.bytes } })
  const after = answered(await bridge.call('models.unload', { model: 'gemma4:e4b' }))
  expect(after.models.map(({ name, loaded, memory }) => [name, loaded, memory])).toEqual([
    ['gemma4:e4b', false, null],
    ['qwen3:0.6b', false, null],
    ['smollm2:135m', false, null],
  ])
})

test('a terminal removes one, and hears what is not there', async () => {
  const { bridge } = await open()
  const after = answered(await bridge.call('terminal.removeModel', { model: 'smollm2:135m' }))
  expect(after.models.map(({ name }) => name)).not.toContain('smollm2:135m')
  const again = refused(await bridge.call('terminal.removeModel', { model: 'smollm2:135m' }))
  expect(again).toMatchObject({ code: 'unavailable', message: pullWords.notRemoved('smollm2:135m') })
})

test.each([true, false])('a window removes one only at its person’s word: %s', async (agrees) => {
  const asked: unknown[] = []
  const { bridge } = await open(
    windowOf({
      async confirmRemoveModel(question) {
        asked.push(question)
        return agrees
      },
    }),
  )
  answered(await bridge.call('models.refresh', {}))
  expect(answered(await bridge.call('window.removeModel', { model: 'smollm2:135m' }))).toEqual({ agreed: agrees })
  expect(asked).toEqual([{ model: 'smollm2:135m', host: fake.url, bytes: smol.bytes }])
  expect(fake.models().some(({ name }) => name === 'smollm2:135m')).toBe(!agrees)
})

test('a name of another registry is asked about, and a no reaches nobody', async () => {
  const asked: unknown[] = []
  const { bridge } = await open(
    windowOf({
      async confirmPull(question) {
        asked.push(question)
        return false
      },
    }),
  )
  const model = 'evil.example/what/i-know:secret'
  const no = refused(await bridge.call('pulls.add', { model }))
  expect(no.code).toBe('cancelled')
  expect(asked).toEqual([{ model, registry: 'evil.example' }])
  expect(answered(await bridge.call('pulls.list', {})).pulls).toEqual([])
  expect(fake.requests.some(({ path }) => path === '/api/pull')).toBe(false)
})

test('a pull is pushed to every front, and stands in the ledger', async () => {
  fake.setModels([])
  const carrel = await open()
  answered(await carrel.bridge.call('pulls.add', { model: 'smollm2:135m' }))
  await waitFor('the end', () => carrel.pushed('pulls.changed').at(-1)?.pulls[0]?.state === 'done')
  await waitFor('the model', () => carrel.pushed('models.changed').at(-1)?.models[0]?.name === 'smollm2:135m')
  const { entries } = answered(await carrel.bridge.call('ledger.list', {}))
  expect(entries).toMatchObject([
    { kind: 'host', what: 'registry.ollama.ai:443', outcome: pullWords.toldToGet('smollm2:135m') },
  ])
})

test('who only reads the folder sees the list and changes nothing', async () => {
  const home = await temporaryFolder()
  const { bridge } = await bootCarrel({ home, host: fake.url, as: 'reader' })
  expect(answered(await bridge.call('pulls.list', {})).pulls).toEqual([])
  expect(refused(await bridge.call('pulls.add', { model: 'smollm2:135m' })).code).toBe('denied')
})

test('how much room there is, is said of this machine', async () => {
  const personHome = await temporaryFolder()
  const { bridge } = await bootCarrel({ home: await temporaryFolder(), host: fake.url, personHome })
  const room = answered(await bridge.call('models.room', {}))
  expect(room).toMatchObject({ isThisMachine: true, folder: expect.stringMatching(/^\//u) })
  expect(room.freeBytes).toBeGreaterThan(0)
  const other = await bootCarrel({ home: await temporaryFolder(), host: 'http://192.0.2.1:11434' })
  expect(answered(await other.bridge.call('models.room', {}))).toEqual({
    isThisMachine: false,
    folder: null,
    freeBytes: null,
    memoryBytes: null,
  })
})
