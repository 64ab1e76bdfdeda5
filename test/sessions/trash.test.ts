// Deleting, restoring and emptying on real files, and what archiving does with an archived file that lies there already.
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { sessionsFolder } from '../../electron/services/sessions/sessions-folder.ts'
import { createTrash } from '../../electron/services/sessions/trash.ts'
import { messages } from '../../shared/messages/messages.ts'
import { sessionId } from '../../shared/session.ts'
import { answered, bootCarrel, refused } from '../support/carrel.ts'
import { steps } from '../support/fake-ollama.ts'
import { fakeServer } from '../support/server.ts'
import { header, linesOf, message, toBytes } from '../support/session-lines.ts'
import { temporaryFolder } from '../support/temp.ts'

const nowhere = 'http://127.0.0.1:9'
const at = new Date('2026-11-25T13:00:00.000Z')
const stamp = '2026-11-25T13-00-00-000Z'

let home: string
beforeEach(async () => {
  home = join(await temporaryFolder(), 'home')
  await mkdir(join(home, 'sessions'), { recursive: true })
})

const inSessions = (name: string) => join(home, 'sessions', name)
const put = (name: string, content: string | Buffer) => writeFile(inSessions(name), content)
const read = (name: string) => readFile(inSessions(name), 'utf8')
const names = async (...folder: string[]) => (await readdir(join(home, ...folder))).sort()
const session = (words: string) => toBytes(header, message('m', null, { content: words }))

/** The trash without an app around it, at a fixed time. */
function open() {
  const folder = sessionsFolder(home)
  return { folder, trash: createTrash(home, folder, () => at) }
}

describe('deleting', () => {
  test('moves every file of the session into one folder with a manifest, and restoring puts them back', async () => {
    await put('s.jsonl', session('live'))
    await put('s.jsonl.archived', 'older')
    await put('s.draft', 'half')
    await put('other.jsonl', session('other'))
    const { trash } = open()
    await trash.put('s', 'A title')
    expect(await names('sessions')).toEqual(['other.jsonl'])
    expect(await names('trash')).toEqual([`${stamp}-s`])
    expect(await names('trash', `${stamp}-s`)).toEqual(['s.draft', 's.jsonl', 's.jsonl.archived', 'trash.json'])
    expect(JSON.parse(await readFile(join(home, 'trash', `${stamp}-s`, 'trash.json'), 'utf8'))).toEqual({
      id: 's',
      title: 'A title',
      deletedAt: at.toISOString(),
      files: ['s.jsonl', 's.jsonl.archived', 's.draft'].map((file) => ({ file, from: `sessions/${file}` })),
    })
    const bytes = session('live').length + 'olderhalf'.length
    expect(await trash.list()).toEqual([{ id: 's', title: 'A title', deletedAt: at.toISOString(), bytes }])
    await trash.restore('s')
    expect(await names('sessions')).toEqual(['other.jsonl', 's.draft', 's.jsonl', 's.jsonl.archived'])
    expect([await read('s.jsonl'), await read('s.jsonl.archived'), await read('s.draft')]).toEqual([
      session('live').toString(),
      'older',
      'half',
    ])
    expect(await names('trash')).toEqual([])
  })

  test('twice in the same moment makes two folders; the later one is restored first', async () => {
    const { trash } = open()
    for (const words of ['first', 'second']) {
      await put('s.jsonl', words)
      await trash.put('s', words)
    }
    expect((await trash.list()).map(({ title }) => title)).toEqual(['second', 'first'])
    await trash.restore('s')
    expect(await read('s.jsonl')).toBe('second')
    await expect(trash.restore('s')).rejects.toThrow(messages.failures.sessionThereAgain)
    expect(await read('s.jsonl')).toBe('second')
    expect((await trash.list()).map(({ title }) => title)).toEqual(['first'])
  })

  test.each(['s.jsonl', 's.jsonl.archived', 's.draft'])('restoring overwrites no %s', async (name) => {
    const { trash } = open()
    await put('s.jsonl', 'deleted')
    await trash.put('s', '')
    await put(name, 'new')
    await expect(trash.restore('s')).rejects.toMatchObject({
      failure: { code: 'busy', message: messages.failures.sessionThereAgain },
    })
    expect([await names('sessions'), await read(name)]).toEqual([[name], 'new'])
    expect(await trash.list()).toHaveLength(1)
  })

  test.each([
    '../s',
    'a/b',
    '',
    '.',
    's.jsonl',
    's.conflict-',
    's.repaired/../t',
    '..repaired',
    '.repaired',
    's.repaired.repaired',
    's.conflict-..',
    `s.conflict-${'x'.repeat(41)}`,
    'x'.repeat(129),
  ])('of the id “%s” is refused before a path is made', async (id) => {
    await writeFile(join(home, 's.jsonl'), 'outside')
    const { folder, trash } = open()
    await expect(trash.put(id, '')).rejects.toMatchObject({ failure: { code: 'invalid-input' } })
    await expect(folder.remove(id)).rejects.toMatchObject({ failure: { code: 'invalid-input' } })
    await expect(trash.restore(id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(await names()).toEqual(['s.jsonl', 'sessions'])
  })

  test.each(['for a while', 'for good'])('%s leaves nothing of an answer that was being written', async (how) => {
    const { folder, trash } = open()
    await put('s.jsonl', 'deleted')
    await put('s.draft', 'half')
    await put('s.draft.new', 'half of a draft, as a crash leaves it')
    await (how === 'for good' ? folder.remove('s') : trash.put('s', ''))
    expect(await names('sessions')).toEqual([])
  })

  test('of a session that is not there makes nothing', async () => {
    await put('s.draft', 'only a draft')
    const { folder, trash } = open()
    await expect(trash.put('s', '')).rejects.toMatchObject({ failure: { code: 'not-found' } })
    await expect(folder.remove('s')).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect([await names(), await names('sessions')]).toEqual([['sessions'], ['s.draft']])
  })

  test('a trash that is a link is not used, and the session stays', async () => {
    const elsewhere = await temporaryFolder()
    await symlink(elsewhere, join(home, 'trash'))
    await put('s.jsonl', 'here')
    const { trash } = open()
    const refusal = { failure: { code: 'denied', message: messages.failures.trashUnusable(join(home, 'trash')) } }
    await expect(trash.put('s', '')).rejects.toMatchObject(refusal)
    await expect(trash.empty()).rejects.toMatchObject(refusal)
    expect([await read('s.jsonl'), await readdir(elsewhere)]).toEqual(['here', []])
  })
})

describe('the trash after a crash or in strange hands', () => {
  test('a folder without a session is nothing; one whose manifest is broken is there all the same', async () => {
    await mkdir(join(home, 'trash', `${stamp}-begun`), { recursive: true })
    await writeFile(join(home, 'trash', `${stamp}-begun`, 'trash.json'), '{"id":"begun"}')
    await writeFile(join(home, 'trash', `${stamp}-begun`, 'begun.draft'), 'copied')
    await mkdir(join(home, 'trash', `${stamp}-s`))
    await writeFile(join(home, 'trash', `${stamp}-s`, 'trash.json'), '{"id":"../../x","ti')
    await writeFile(join(home, 'trash', `${stamp}-s`, 's.jsonl'), 'kept')
    const { trash } = open()
    expect(await trash.list()).toEqual([{ id: 's', title: '', deletedAt: at.toISOString(), bytes: 4 }])
    await expect(trash.restore('begun')).rejects.toMatchObject({ failure: { code: 'not-found' } })
    await trash.restore('s')
    expect(await names('sessions')).toEqual(['s.jsonl'])
  })

  test('a crash between two files leaves the session in its place; nothing is overwritten or lost', async () => {
    const { trash } = open()
    await put('s.jsonl', 'live')
    await put('s.jsonl.archived', 'older')
    await trash.put('s', '')
    // As it was before the last rename.
    await rename(join(home, 'trash', `${stamp}-s`, 's.jsonl'), inSessions('s.jsonl'))
    await expect(trash.restore('s')).rejects.toThrow(messages.failures.sessionThereAgain)
    await trash.put('s', '')
    await trash.restore('s')
    expect(await read('s.jsonl')).toBe('live')
    expect(await readFile(join(home, 'trash', `${stamp}-s`, 's.jsonl.archived'), 'utf8')).toBe('older')
  })

  test('emptying follows no link and takes nothing that is not a deletion', async () => {
    const elsewhere = await temporaryFolder()
    await writeFile(join(elsewhere, 'precious'), 'x')
    const { trash } = open()
    await put('s.jsonl', 'gone')
    await trash.put('s', '')
    await symlink(elsewhere, join(home, 'trash', `${stamp}-s`, 'link'))
    await symlink(elsewhere, join(home, 'trash', `${stamp}-linked`))
    await writeFile(join(home, 'trash', 'notes.txt'), 'a person’s')
    expect(await trash.empty()).toEqual({ done: ['s'], failed: [] })
    expect(await names('trash')).toEqual([`${stamp}-linked`, 'notes.txt'])
    expect(await readdir(elsewhere)).toEqual(['precious'])
  })

  test('emptying waits for what is on its way in, and what comes later stays', async () => {
    const { trash } = open()
    for (const id of ['a', 'b', 'c']) await put(`${id}.jsonl`, id)
    await trash.put('a', '')
    const [, emptied] = await Promise.all([trash.put('b', ''), trash.empty(), trash.put('c', '')])
    expect(emptied.done.sort()).toEqual(['a', 'b'])
    expect((await trash.list()).map(({ id }) => id)).toEqual(['c'])
    expect(await names('sessions')).toEqual([])
  })
})

describe('through the door', () => {
  test('a session in which an answer is being written is not deleted; afterwards it is, and comes back whole', async () => {
    const server = await fakeServer({ scenario: steps({ content: 'half' }, { gate: 'middle' }, { done: 'stop' }) })
    const carrel = await bootCarrel({ home, host: server.url })
    const sent = await carrel.send('a question')
    await carrel.waitForWords('half')
    const { sessionId } = sent
    for (const permanently of [false, true]) {
      expect(
        refused(await carrel.bridge.call(permanently ? 'terminal.deleteForGood' : 'sessions.delete', { sessionId })),
      ).toMatchObject({
        code: 'busy',
        message: messages.failures.sessionRunning,
      })
    }
    expect(await names('sessions')).toContain(`${sessionId}.jsonl`)
    server.release('middle')
    await carrel.runEnd(sent.runId)
    const before = await read(`${sessionId}.jsonl`)
    answered(await carrel.bridge.call('sessions.delete', { sessionId }))
    expect(carrel.pushed('sessions.removed')).toEqual([{ sessionId }])
    expect(answered(await carrel.bridge.call('sessions.list', { filter: 'all' })).sessions).toEqual([])
    expect(refused(await carrel.bridge.call('sessions.open', { sessionId })).code).toBe('not-found')
    expect(answered(await carrel.bridge.call('trash.list', {})).trash).toMatchObject([
      { id: sessionId, title: 'a question' },
    ])
    const restored = answered(await carrel.bridge.call('trash.restore', { sessionId }))
    expect(restored).toMatchObject({ id: sessionId, title: 'a question', archived: false })
    expect(carrel.pushed('sessions.changed').at(-1)).toEqual(restored)
    expect(await read(`${sessionId}.jsonl`)).toBe(before)
    server.setScenario(steps({ content: 'goes on' }, { done: 'stop' }))
    expect((await carrel.ask('and now?', sessionId)).end.stop).toBe('stop')
  })

  test.each([
    ['archived', 's.jsonl.archived', session('words')],
    ['newer', 's.jsonl', toBytes({ ...header, v: 9 }, message('m', null))],
    ['damaged', 's.jsonl', Buffer.from('\0\0')],
  ])('one that is %s can be deleted and comes back as it was', async (_what, name, bytes) => {
    await put(name, bytes)
    const carrel = await bootCarrel({ home, host: nowhere })
    answered(await carrel.bridge.call('sessions.delete', { sessionId: 's' }))
    expect(await names('sessions')).toEqual([])
    answered(await carrel.bridge.call('trash.restore', { sessionId: 's' }))
    expect([await names('sessions'), await readFile(inSessions(name))]).toEqual([[name], bytes])
  })

  test('for good leaves nothing, and the next question finds no session', async () => {
    await put('s.jsonl', session('words'))
    await put('s.jsonl.archived', 'older')
    const carrel = await bootCarrel({ home, host: nowhere })
    answered(await carrel.bridge.call('terminal.deleteForGood', { sessionId: 's' }))
    expect([await names('sessions'), (await names()).includes('trash')]).toEqual([[], false])
    expect(carrel.pushed('sessions.removed')).toEqual([{ sessionId: 's' }])
    expect(refused(await carrel.bridge.call('sessions.rename', { sessionId: 's', title: 'x' })).code).toBe('not-found')
  })

  test('a reader may look into the trash and change nothing', async () => {
    await put('s.jsonl', session('words'))
    await open().trash.put('s', 'words')
    await put('t.jsonl', session('words'))
    const carrel = await bootCarrel({ home, host: nowhere, as: 'reader' })
    expect(answered(await carrel.bridge.call('trash.list', {})).trash).toHaveLength(1)
    for (const answer of [
      await carrel.bridge.call('sessions.delete', { sessionId: 't' }),
      await carrel.bridge.call('sessions.pin', { sessionId: 't', pinned: true }),
      await carrel.bridge.call('trash.restore', { sessionId: 's' }),
      await carrel.bridge.call('terminal.emptyTrash', {}),
    ]) {
      expect(refused(answer).code).toBe('denied')
    }
    expect([await names('sessions'), await names('trash')]).toEqual([['t.jsonl'], [`${stamp}-s`]])
  })

  test('a pin is a record; one that is archived is refused', async () => {
    await put('s.jsonl', session('words'))
    const carrel = await bootCarrel({ home, host: nowhere })
    const pin = (pinned: boolean) => carrel.bridge.call('sessions.pin', { sessionId: 's', pinned })
    expect(answered(await pin(true)).pinned).toBe(true)
    expect(carrel.pushed('sessions.changed').at(-1)).toMatchObject({ id: 's', pinned: true })
    expect(answered(await pin(false)).pinned).toBe(false)
    expect((await linesOf(inSessions('s.jsonl'))).slice(-2)).toMatchObject([
      { type: 'meta', pinned: true },
      { type: 'meta', pinned: false },
    ])
    answered(await carrel.bridge.call('sessions.archive', { sessionId: 's' }))
    expect(refused(await pin(true))).toMatchObject({ code: 'denied', message: messages.failures.sessionArchived })
  })
})

describe('a copy that is kept beside a session', () => {
  test.each(['s.repaired', 's.repaired-2', `s.conflict-${stamp}`, `s.conflict-${stamp}_2`])(
    '%s is a session of its own: listed, deleted, put back, opened, taken from the archive',
    async (id) => {
      await put('s.jsonl', session('the session'))
      await put(`${id}.jsonl.archived`, session('the copy'))
      const carrel = await bootCarrel({ home, host: nowhere })
      const listed = answered(await carrel.bridge.call('sessions.list', { filter: 'archived' })).sessions
      expect(listed).toMatchObject([{ id, title: 'the copy', archived: true }])
      answered(await carrel.bridge.call('sessions.delete', { sessionId: id }))
      expect(answered(await carrel.bridge.call('trash.list', {})).trash).toMatchObject([{ id, title: 'the copy' }])
      answered(await carrel.bridge.call('trash.restore', { sessionId: id }))
      answered(await carrel.bridge.call('sessions.restore', { sessionId: id }))
      expect(await carrel.messages(id)).toMatchObject([{ content: 'the copy' }])
      expect(await names('sessions')).toEqual(['s.jsonl', `${id}.jsonl`].sort())
      answered(await carrel.bridge.call('terminal.deleteForGood', { sessionId: id }))
      expect([await names('sessions'), await names('trash')]).toEqual([['s.jsonl'], []])
    },
  )

  test('gets an id that is free and is one, even as the copy of a copy', async () => {
    const { folder } = open()
    expect(await folder.freeCopyId('s', 'repaired', at)).toBe('s.repaired')
    await put('s.repaired.jsonl', '')
    expect(await folder.freeCopyId('s', 'repaired', at)).toBe(`s.repaired-${stamp}`)
    expect(await folder.freeCopyId('s.repaired', 'conflict', at)).toBe(`s.conflict-${stamp}`)
    await put(`s.conflict-${stamp}.jsonl.archived`, '')
    const long = 'x'.repeat(128)
    for (const id of ['s', `s.conflict-${stamp}`]) {
      expect(await folder.freeCopyId(id, 'conflict', at)).toBe(`s.conflict-${stamp}_2`)
    }
    expect(sessionId.safeParse(await folder.freeCopyId(long, 'conflict', at)).success).toBe(true)
  })
})

describe('where the file system takes Ab and aB for one name', () => {
  const refusal = { failure: { code: 'busy', message: messages.failures.sessionTwin('aB') } }

  test('nothing is moved onto the other one', async () => {
    const folder = sessionsFolder(home, true)
    const trash = createTrash(home, folder, () => at)
    await put('Ab.jsonl', 'deleted')
    await trash.put('Ab', '')
    await put('Ab.jsonl', 'live')
    await put('aB.jsonl.archived', 'other')
    await expect(folder.archive('Ab', at)).rejects.toMatchObject(refusal)
    await rename(inSessions('Ab.jsonl'), inSessions('Ab.jsonl.archived'))
    await expect(folder.restore('Ab')).rejects.toMatchObject(refusal)
    await rename(inSessions('Ab.jsonl.archived'), join(home, 'away'))
    await expect(trash.restore('Ab')).rejects.toMatchObject(refusal)
    expect([await names('sessions'), await read('aB.jsonl.archived')]).toEqual([['aB.jsonl.archived'], 'other'])
    expect(await trash.list()).toMatchObject([{ id: 'Ab' }])
  })

  test('elsewhere they are two sessions', async () => {
    const folder = sessionsFolder(home, false)
    await put('Ab.jsonl', 'live')
    await put('aB.jsonl.archived', 'other')
    await folder.archive('Ab', at)
    expect(await names('sessions')).toEqual(['Ab.jsonl.archived', 'aB.jsonl.archived'])
  })
})

describe('archiving where an archived file lies already', () => {
  const long = 'x'.repeat(70_000)
  const conflict = `s.conflict-${stamp}.jsonl.archived`

  test.each([
    ['the same bytes', 'a\n', 'a\n', false],
    ['a beginning of it', 'a\nb\n', 'a\n', false],
    ['nothing in it', 'a\n', '', false],
    ['more than it', 'a\n', 'a\nb\n', true],
    ['other bytes', 'a\nb\n', 'a\nc\n', true],
    ['other bytes far behind', `${long}a`, `${long}b`, true],
    ['a long beginning of it', `${long}ab`, `${long}a`, false],
  ])('%s', async (_what, live, archived, isConflict) => {
    await put('s.jsonl', live)
    await put('s.jsonl.archived', archived)
    await open().folder.archive('s', at)
    expect(await read('s.jsonl.archived')).toBe(live)
    expect(await names('sessions')).toEqual([...(isConflict ? [conflict] : []), 's.jsonl.archived'])
    if (isConflict) expect(await read(conflict)).toBe(archived)
  })

  test('loses no bytes, whatever the two files hold and however often', async () => {
    const piece = fc.array(fc.constantFrom('a\n', 'b\n'), { maxLength: 3 }).map((lines) => lines.join(''))
    const { folder } = open()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), async (contents) => {
        const id = `p${++run}`
        for (const content of contents) {
          await put(`${id}.jsonl`, content)
          await folder.archive(id, at)
        }
        const kept: string[] = []
        for (const name of await names('sessions')) {
          if (name.startsWith(`${id}.`)) kept.push(await read(name))
        }
        // Everything that was ever there is a beginning of something that is there now.
        for (const content of contents) expect(kept.some((one) => one.startsWith(content))).toBe(true)
        expect(await read(`${id}.jsonl.archived`)).toBe(contents.at(-1))
      }),
      { numRuns: 60 },
    )
  })
})
