// Records too large for a line: their blobs, how they come back, and when a blob may go.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { blobOf, holdBlobs, watchHeldBlobs, writeBlob } from '../../electron/services/sessions/blobs.ts'
import { headOf } from '../../electron/services/sessions/record-line.ts'
import { createSessionFile, openSessionFile } from '../../electron/services/sessions/session-file.ts'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import { createTrash } from '../../electron/services/sessions/trash.ts'
import { messages } from '../../shared/messages/messages.ts'
import { type SessionRecord, skippedBytes, unknownRecord } from '../../shared/session.ts'
import { writtenRecord } from '../../shared/session-format.ts'
import { headLimit, lineLimit } from '../../shared/spilled.ts'
import { answered, bootCarrel } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, type Line, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
})

const fileOf = (id: string) => join(home, 'sessions', `${id}.jsonl`)
const record = (line: Line): SessionRecord => unknownRecord.parse(line)
const answer = (more: Line) => record({ ...message('m1', null), role: 'assistant', ...more })
const large = 'A line of some words.\n'.repeat(60_000)

async function blobPaths(): Promise<string[]> {
  const names = await readdir(join(home, 'blobs'), { recursive: true, withFileTypes: true }).catch(() => [])
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Creates a file with the record, and reads it as this program and as anybody. */
async function kept(one: SessionRecord, id = 's') {
  const file = await createSessionFile(fileOf(id), [record(header)])
  await file.append([one])
  const opened = (await openSessionFile(fileOf(id))).reading()
  expect(file.reading()).toEqual(opened)
  return { ...opened, last: opened.records.at(-1), line: (await linesOf(fileOf(id))).at(-1) ?? {} }
}

describe('a record that is too large for a line', () => {
  test('has its text in a blob of the person’s alone, named by its hash, and a head of it in the line', async () => {
    const one = answer({ content: large })
    const { last, line, diagnostics } = await kept(one)
    expect(last).toEqual(one)
    expect(diagnostics).toEqual([])
    const hex = createHash('sha256').update(large).digest('hex')
    expect(line).toMatchObject({
      content: large.slice(0, headLimit),
      spilled: { content: { blob: `sha256:${hex}`, bytes: large.length } },
    })
    expect(await blobPaths()).toEqual([join(home, 'blobs', hex.slice(0, 2), hex)])
    expect((await readFile(join(home, 'blobs', hex.slice(0, 2), hex))).toString()).toBe(large)
    const modes = ['', hex.slice(0, 2), join(hex.slice(0, 2), hex)].map((part) => stat(join(home, 'blobs', part)))
    expect((await Promise.all(modes)).map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600'])
  })

  test('of a tool keeps the head for the model, and names the whole', async () => {
    const output = answer({ role: 'tool', callId: 'c', name: 'run', isError: false, content: large })
    const { last } = await kept(output)
    const blob = blobOf(Buffer.from(large))
    expect(last).toEqual({ ...output, content: large.slice(0, headLimit), truncated: true, full: blob })
    expect((await readFile((await blobPaths())[0] ?? '')).toString()).toBe(large)
  })

  test('comes back the same, whatever it holds, and no line is ever too long', async () => {
    const unit = fc.constantFrom('x', '静', '📚', '"\\', '\u0001', '\uD83D', '\uDC00 ', '\u2028é')
    const length = fc.constantFrom(0, 1, 30_000, headLimit, 170_000, 349_500, lineLimit - 150, lineLimit, 1_500_000)
    const text = fc
      .tuple(unit, length, fc.nat({ max: 40 }))
      .map(([piece, size, more]) => piece.repeat(Math.floor(size / piece.length)) + 'x'.repeat(more))
    const calls = text.map((path) => [{ id: 'c1', name: 'write', arguments: { path, deep: [[{ path: 'x' }]] } }])
    const line = fc.oneof(
      fc.record({ content: text, thinking: text, rawText: text, toolCalls: calls }, { requiredKeys: ['content'] }),
      fc.record({ content: text }),
      fc.record({ type: fc.constant('compaction'), summary: text, firstKeptId: fc.constant('m1') }),
      fc.record({ type: fc.constant('mood'), content: fc.array(text, { maxLength: 3 }), more: text }),
    )
    let files = 0
    await fc.assert(
      fc.asyncProperty(line, async (more) => {
        const one = answer(more)
        const id = `s${files++}`
        const { last } = await kept(one, id)
        expect(last).toEqual(one)
        for (const written of (await readFile(fileOf(id))).toString('latin1').split('\n')) {
          expect(written.length).toBeLessThanOrEqual(lineLimit)
        }
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  test('keeps the schema of what is written', async () => {
    const usage = { promptTokens: 1, outputTokens: 1, contextTokens: 2, numCtx: 8, loadMs: 0, promptMs: 0, outputMs: 0 }
    const said = { stop: 'stop', usage, error: null, model: 'gemma4:e4b' }
    const call = { id: 'c1', name: 'write_file', arguments: { text: large } }
    for (const more of [{ content: large }, { content: '', thinking: large }, { content: '', toolCalls: [call] }]) {
      const { line } = await kept(answer({ ...said, ...more }))
      expect(writtenRecord.safeParse(line).error, Object.keys(more).join()).toBeUndefined()
      expect(line).toHaveProperty('spilled')
      await unlink(fileOf('s'))
    }
  })

  test.each([
    ['whose id alone is too long', () => answer({ id: 'x'.repeat(lineLimit) })],
    ['with a field of others by that name', () => answer({ content: large, spilled: 'by others' })],
    [
      'of too many small parts',
      () =>
        record({
          type: 'x',
          ...Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`part${index}`, 'y'.repeat(130)])),
        }),
    ],
    [
      'that is nested too deep to be read again',
      () => answer({ content: '', toolCalls: JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`) }),
    ],
    [
      'that is nested too deep to be written',
      () => answer({ content: '', toolCalls: JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) }),
    ],
  ])('one %s is refused before anything is written', async (_what, make) => {
    const file = await createSessionFile(fileOf('s'), [record(header)])
    const before = await readFile(fileOf('s'))
    const refusal = { failure: { code: 'limit', message: messages.failures.recordTooLarge } }
    await expect(file.append([answer({ id: 'fits', content: large }), make()])).rejects.toMatchObject(refusal)
    expect((await readFile(fileOf('s'))).equals(before)).toBe(true)
    expect(await blobPaths()).toEqual([])
    await file.append([answer({ id: 'next' })])
    expect(file.reading().records.at(-1)).toMatchObject({ id: 'next' })
  })

  test('a head ends between two characters and has at most 32 KiB', () => {
    for (const piece of ['x', 'é', '静', '📚', 'x📚', '静é']) {
      for (let before = 0; before < 8; before++) {
        const text = 'x'.repeat(before) + piece.repeat(40_000)
        const head = headOf(text)
        expect(text.startsWith(head)).toBe(true)
        const bytes = Buffer.byteLength(head)
        expect(bytes).toBeLessThanOrEqual(headLimit)
        expect(bytes).toBeGreaterThan(headLimit - 6)
      }
    }
  })

  test('through the door: a question of a million characters is shown, and sent to the model, as a whole', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'long' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const text = '静かな机'.repeat(250_000)
    const { sessionId } = await carrel.ask(text)
    expect((await carrel.messages(sessionId))[0]?.['content']).toBe(text)
    expect(await blobPaths()).toHaveLength(1)
    expect(JSON.stringify(server.requests.at(-1))).toContain(text)
  })
})

describe('a blob', () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ['is missing', (path) => unlink(path)],
    ['is another one', (path) => writeFile(path, large.replace('words', 'birds'))],
    ['is cut', (path) => writeFile(path, large.slice(0, 1_000))],
    [
      'is a folder',
      async (path) => {
        await unlink(path)
        await mkdir(path)
      },
    ],
  ])('that %s leaves the head, says so, and counts as nothing skipped', async (_what, damage) => {
    const one = answer({ content: large, thinking: 'whole' })
    await kept(one)
    await damage((await blobPaths())[0] ?? '')
    const file = await openSessionFile(fileOf('s'))
    const { records, diagnostics } = file.reading()
    expect(records.at(-1)).toMatchObject({ content: large.slice(0, headLimit), thinking: 'whole' })
    expect(diagnostics).toEqual([
      { code: 'missing_blob', offset: expect.any(Number), length: 71, message: messages.diagnostics.missingBlob },
    ])
    const [at = 0] = diagnostics.map(({ offset }) => offset)
    expect((await readFile(fileOf('s'))).toString('latin1', at, at + 71)).toBe(blobOf(Buffer.from(large)).blob)
    expect(skippedBytes(diagnostics)).toBe(0)
    // What is left is written again with the name of what is missing: it may come back.
    await unlink(fileOf('s'))
    await file.append([answer({ id: 'm2' })])
    const again = await openSessionFile(fileOf('s'))
    expect(again.reading().diagnostics).toMatchObject([{ code: 'missing_blob' }])
  })

  test('that was damaged is mended by whoever has its bytes; the same bytes are kept once', async () => {
    await kept(answer({ content: large }))
    const [path = ''] = await blobPaths()
    await writeFile(path, 'damaged')
    await kept(answer({ content: large }), 't')
    expect(await blobPaths()).toEqual([path])
    expect((await readFile(path)).toString()).toBe(large)
    expect((await openSessionFile(fileOf('s'))).reading().diagnostics).toEqual([])
  })

  test('is not looked for where a name leads out of the folder, and never becomes an id or a type', async () => {
    await writeFile(join(home, 'secret'), 'secret')
    const inside = await writeBlob(join(home, 'blobs'), Buffer.from('"stolen"'))
    const names = ['../secret', 'sha256:../../secret', `sha256:${'0'.repeat(64)}/../../../secret`]
    const lines = names.map((blob, index) => message(`m${index}`, null, { spilled: { content: { blob, bytes: 6 } } }))
    const fields = { id: inside, type: inside, role: inside, parentId: { ...inside, json: true } }
    await writeFile(fileOf('s'), toBytes(header, ...lines, message('mine', null, { spilled: fields })))
    const { records } = (await openSessionFile(fileOf('s'))).reading()
    expect(records.map(({ id }) => id)).toEqual([header['id'], 'm0', 'm1', 'm2', 'mine'])
    expect(JSON.stringify(records)).not.toMatch(/"(secret|stolen)/)
  })
})

describe('blobs that nothing names any more', () => {
  const at = new Date('2026-11-25T13:00:00.000Z')
  const folder = () => sessionsFolder(home)
  const trash = () => createTrash(home, folder(), () => at)

  /** Two sessions that share one blob and have one each. */
  async function two(): Promise<void> {
    const file = await createSessionFile(fileOf('a'), [answer({ id: 'shared', content: large })])
    await file.append([answer({ id: 'own', content: `a${large}` })])
    const other = await createSessionFile(fileOf('b'), [answer({ id: 'shared', content: large })])
    await other.append([answer({ id: 'own', content: `b${large}` })])
    expect(await blobPaths()).toHaveLength(3)
  }
  const ids = async (id: string) => (await openSessionFile(fileOf(id))).reading().diagnostics

  test('go when their session is deleted for good, and no others', async () => {
    await two()
    await folder().remove('a')
    expect(await blobPaths()).toHaveLength(2)
    expect(await ids('b')).toEqual([])
    await folder().remove('b')
    expect(await blobPaths()).toEqual([])
  })

  test('stay while their session is in the trash, and go when it is emptied', async () => {
    await two()
    await trash().put('a', '')
    await folder().remove('b')
    expect(await blobPaths()).toHaveLength(2)
    await trash().restore('a')
    expect(await ids('a')).toEqual([])
    await trash().put('a', '')
    await trash().empty()
    expect(await blobPaths()).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a conflict file', () => rename(fileOf('a'), join(home, 'sessions', 'a.conflict-1.jsonl.archived'))],
    ['a draft', () => rename(fileOf('a'), join(home, 'sessions', 'a.draft'))],
    [
      'a file of a person’s own in a folder of theirs',
      async () => {
        await mkdir(join(home, 'sessions', 'old'))
        await rename(fileOf('a'), join(home, 'sessions', 'old', 'notes.txt'))
      },
    ],
    [
      'something in the trash that is no deletion',
      async () => {
        await mkdir(join(home, 'trash'))
        await rename(fileOf('a'), join(home, 'trash', 'a.jsonl'))
      },
    ],
  ])('%s names them as well', async (_what, move) => {
    await two()
    await move()
    await folder().remove('b')
    expect(await blobPaths()).toHaveLength(2)
  })

  test('a name across two pieces of a long file is found', async () => {
    const blob = await writeBlob(join(home, 'blobs'), Buffer.from('x'))
    for (let more = 0; more < 80; more += 7) {
      await writeFile(join(home, 'sessions', 'a.draft'), 'x'.repeat(1_048_576 - more) + blob.blob)
      await writeFile(fileOf('b'), '')
      await folder().remove('b')
      expect(await blobPaths()).toHaveLength(1)
    }
  })

  test('all stay when one file cannot be looked through', async () => {
    await two()
    await symlink(join(home, 'nowhere'), join(home, 'sessions', 'broken.jsonl'))
    await folder().remove('a')
    expect(await blobPaths()).toHaveLength(3)
    await rm(join(home, 'sessions', 'broken.jsonl'))
    await symlink(home, join(home, 'sessions', 'elsewhere'))
    await folder().remove('b')
    expect(await blobPaths()).toHaveLength(3)
  })

  test('what a record on its way names stays; what is no blob stays; the rest of a torn write goes', async () => {
    const [held, free] = [Buffer.from('held'), Buffer.from('free')]
    await writeBlob(join(home, 'blobs'), held)
    const { blob } = await writeBlob(join(home, 'blobs'), free)
    const hex = blob.slice('sha256:'.length)
    await writeFile(join(home, 'blobs', hex.slice(0, 2), `${hex}.1-0.new`), 'fr')
    await writeFile(join(home, 'blobs', hex.slice(0, 2), 'notes.txt'), 'a person’s')
    const release = holdBlobs([blobOf(held).blob])
    await writeFile(fileOf('a'), '')
    await folder().remove('a')
    expect((await blobPaths()).map((path) => path.split('/').at(-1)).sort()).toEqual(
      [blobOf(held).blob.slice('sha256:'.length), 'notes.txt'].sort(),
    )
    release()
    await writeFile(fileOf('a'), '')
    await folder().remove('a')
    expect(await blobPaths()).toHaveLength(1)
  })

  test('what was held at any time since a clearing began is held for it', () => {
    const before = holdBlobs(['before'])
    const watch = watchHeldBlobs()
    const meanwhile = holdBlobs(['meanwhile'])
    before()
    meanwhile()
    expect(['before', 'meanwhile', 'never'].map(watch.isHeld)).toEqual([true, true, false])
    watch.end()
    const after = watchHeldBlobs()
    expect(['before', 'meanwhile'].map(after.isHeld)).toEqual([false, false])
    after.end()
  })

  test('a file that moves between the folders while they are looked through keeps its blobs', async () => {
    await createSessionFile(fileOf('a'), [answer({ content: large })])
    const aside = join(home, 'trash', 'a.jsonl')
    await mkdir(join(home, 'trash'))
    await Promise.all(Array.from({ length: 60 }, (_, index) => writeFile(join(home, 'sessions', `other ${index}`), '')))
    await rename(fileOf('a'), aside)
    for (let round = 0; round < 40; round++) {
      await writeFile(fileOf('gone'), '')
      const clearing = folder().remove('gone')
      // A little later each time, and so at every moment of the clearing.
      for (let steps = 0; steps < round; steps++) await stat(home)
      await rename(aside, fileOf('a'))
      await clearing
      expect(await blobPaths()).toHaveLength(1)
      await rename(fileOf('a'), aside)
    }
  })

  test('clearing beside appends that use the same bytes loses none of them', async () => {
    const file = await createSessionFile(fileOf('s'), [record(header)])
    for (let round = 0; round < 12; round++) {
      const content = `${round % 3}${large}`
      await writeBlob(join(home, 'blobs'), Buffer.from(content))
      await writeFile(fileOf('gone'), 'x'.repeat(round * 300_000))
      await Promise.all([folder().remove('gone'), file.append([answer({ id: `m${round}`, content })])])
      expect(await ids('s')).toEqual([])
    }
  })

  test('through the door: emptying the trash takes them', async () => {
    await two()
    const carrel = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
    for (const sessionId of ['a', 'b']) answered(await carrel.bridge.call('sessions.delete', { sessionId }))
    expect(await blobPaths()).toHaveLength(3)
    answered(await carrel.bridge.call('terminal.emptyTrash', {}))
    expect(await blobPaths()).toEqual([])
  })
})
