// The tour without any server: a script in the place of a model, and everything else as it always is.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tourNotes } from '../../electron/services/tour/notes.ts'
import { tourQuestions as asks, tourScript as words } from '../../shared/messages/tour-script.ts'
import { tourModel } from '../../shared/tour-names.ts'
import { answered, bootCarrel, type Carrel, refused } from '../support/carrel.ts'
import { windowOf } from '../support/surface.ts'
import { temporaryFolder } from '../support/temp.ts'
import { waitFor } from '../support/wait.ts'
import { toNobody } from '../tools/as-nobody.ts'

const bundled = join(import.meta.dirname, '..', '..', 'skills')
/** Nobody listens there. */
const noServer = 'http://127.0.0.1:9'

/** Without a sandbox unless told: trying every guard takes a second. */
async function bootRoom({ home = '', sandbox = false } = {}) {
  const options = {
    home: home === '' ? await temporaryFolder() : home,
    host: noServer,
    personHome: await temporaryFolder(),
    skillsFolder: bundled,
    surface: windowOf(),
    ...(!sandbox && { bubblewrapAt: ['/nowhere/bwrap'] }),
  }
  return { home: options.home, carrel: await bootCarrel(options) }
}

async function beginTour(carrel: Carrel) {
  const { sessionId } = answered(await carrel.bridge.call('tour.begin', {}))
  await waitFor('the first words', () => carrel.pushed('run.ended').length > 0)
  const { workspace, session } = answered(await carrel.bridge.call('sessions.open', { sessionId }))
  return { sessionId, session, folder: workspace ?? '' }
}

/** Asks as the window does, answers what is asked of the person, and comes back with what the session has now. */
async function ask(carrel: Carrel, sessionId: string, text: string, decision: 'allow' | 'deny' = 'allow') {
  const { runId } = await carrel.send(text, sessionId, tourModel)
  const decided = new Set<string>()
  const isOver = () => carrel.pushed('run.ended').some((end) => end.runId === runId)
  while (!isOver()) {
    const approval = await waitFor('a question or the end', () => {
      const open = carrel.pushed('run.changed').findLast((run) => run.runId === runId)?.approval
      return isOver() ? 'over' : open && !decided.has(open.id) ? open : null
    })
    if (approval === 'over') break
    const answer = {
      sessionId,
      approvalId: approval.id,
      hash: approval.hash,
      decision,
      scope: 'once' as const,
      note: null,
    }
    // A yes counts only when it was not too quick; the card waits as long.
    const given = await waitFor('an answer that counts', async () => {
      const said = await carrel.bridge.call('approval.decide', answer)
      return said.ok || said.failure.code !== 'denied' ? said : null
    })
    answered(given)
    decided.add(approval.id)
  }
  const messages = await carrel.messages(sessionId)
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  const called = turn.flatMap(({ role, name, isError }) => (role === 'tool' ? [{ name, isError }] : []))
  return { said: messages.at(-1)?.content, model: messages.at(-1)?.model, called, asked: decided.size, runId }
}

describe('from start to end', () => {
  test('the notes are read, found in, written to and tidied by the real tools, and the log says that a script did it', async () => {
    const { carrel } = await bootRoom()
    const { sessionId, session, folder } = await beginTour(carrel)
    expect(session.title).toBe('Tour, told by a script')
    expect((await readdir(folder)).length).toBe(11)

    const read = await ask(carrel, sessionId, asks.read)
    expect(read).toMatchObject({ said: words.summary, model: tourModel, asked: 0 })
    expect(read.called).toEqual(Array(4).fill({ name: 'read_file', isError: false }))

    const found = await ask(carrel, sessionId, asks.find)
    expect(found.called).toEqual([{ name: 'search_files', isError: false }])
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
    const count = files.flatMap((text) => text.split('\n')).filter((line) => /ferry/i.test(line)).length
    expect(found.said).toBe(words.found(count))

    const written = await ask(carrel, sessionId, asks.write)
    expect(written).toMatchObject({ said: words.written, asked: 1 })
    expect(await readFile(join(folder, 'hut.key'), 'utf8')).toBe('4417\n')

    answered(await carrel.bridge.call('changes.undo', { sessionId, runId: written.runId }))
    expect((await readdir(folder)).length).toBe(11)

    const tidied = await ask(carrel, sessionId, asks.skill)
    expect(tidied.said).toBe(words.tidied)
    expect(tidied.called.map(({ name }) => name)).toEqual(['use_skill', 'read_file', 'write_file'])
    expect(await readFile(join(folder, 'phone-call.md'), 'utf8')).toBe(words.tidyNote)

    answered(await carrel.bridge.call('tour.end', {}))
    expect(existsSync(folder)).toBe(false)
    const { sessions } = answered(await carrel.bridge.call('sessions.list', { filter: 'all' }))
    expect(sessions).toMatchObject([{ id: sessionId, model: tourModel }])
  }, 60_000)

  test('a command asks, runs in the sandbox, and is not run when the person says no', async () => {
    const { carrel } = await bootRoom({ sandbox: true })
    const seal = answered(await carrel.bridge.call('sandbox.prove', {}))
    expect(seal.state, 'this machine has no sandbox that holds').toBe('holds')
    const { sessionId, folder } = await beginTour(carrel)
    // As root, commands run as the owner of their folder, who is never root.
    for (const path of [folder, ...Object.keys(tourNotes).map((name) => join(folder, name))]) await toNobody(path)
    expect(await ask(carrel, sessionId, asks.command, 'deny')).toMatchObject({ said: words.commandDenied, asked: 1 })
    const ran = await ask(carrel, sessionId, asks.command)
    expect(ran).toMatchObject({ said: words.commandRan, called: [{ name: 'run_command', isError: false }] })
  })

  test('a tour that is begun twice is one', async () => {
    const { carrel } = await bootRoom()
    const { sessionId } = await beginTour(carrel)
    expect(answered(await carrel.bridge.call('tour.begin', {}))).toEqual({ sessionId })
    expect(answered(await carrel.bridge.call('tour.state', {}))).toEqual({ sessionId })
  })
})

describe('a person who does otherwise', () => {
  test('says no: nothing of it is written, and the script goes on', async () => {
    const { carrel } = await bootRoom()
    const { sessionId, folder } = await beginTour(carrel)
    const written = await ask(carrel, sessionId, asks.write, 'deny')
    expect(written).toMatchObject({ said: words.keyDenied, asked: 1 })
    expect(existsSync(join(folder, 'hut.key'))).toBe(false)
    expect(existsSync(join(folder, 'packing-list.md'))).toBe(true)
  })

  test('asks something else: the script says what it is, and calls nothing', async () => {
    const { carrel } = await bootRoom()
    const { sessionId } = await beginTour(carrel)
    expect(await ask(carrel, sessionId, 'What is the meaning of life?')).toMatchObject({
      said: words.unknown,
      called: [],
    })
  })

  test('has no sandbox: no command is offered, and that is said', async () => {
    const { carrel } = await bootRoom()
    const { sessionId } = await beginTour(carrel)
    const told = await ask(carrel, sessionId, asks.command)
    expect(told).toMatchObject({ said: words.commandsOff, called: [] })
  })

  test('lets the session only read: nothing is changed, and that is said', async () => {
    const { carrel } = await bootRoom()
    const { sessionId } = await beginTour(carrel)
    answered(await carrel.bridge.call('window.setMode', { sessionId, mode: 'read-only' }))
    for (const question of [asks.write, asks.skill]) {
      expect((await ask(carrel, sessionId, question)).said).toBe(words.readOnly)
    }
  })

  test('wishes for the script in a session of their own: it answers nowhere else', async () => {
    const { carrel } = await bootRoom()
    await beginTour(carrel)
    const { runId } = await carrel.send(asks.write, null, tourModel)
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'error', error: { message: words.elsewhere } })
  })

  test('asks on when the tour is over', async () => {
    const { carrel } = await bootRoom()
    const { sessionId } = await beginTour(carrel)
    answered(await carrel.bridge.call('tour.end', {}))
    const { runId } = await carrel.send(asks.read, sessionId, tourModel)
    expect(await carrel.runEnd(runId)).toMatchObject({ stop: 'error', error: { message: words.elsewhere } })
  })
})

describe('the folder', () => {
  test('is removed by the next start when one left in the middle; the session stays', async () => {
    const { home, carrel } = await bootRoom()
    const { folder, sessionId } = await beginTour(carrel)
    await carrel.app.close()
    expect(existsSync(folder)).toBe(true)
    const { carrel: next } = await bootRoom({ home })
    await waitFor('the folder to be gone', () => !existsSync(folder))
    expect(answered(await next.bridge.call('tour.state', {}))).toEqual({ sessionId: null })
    expect(answered(await next.bridge.call('sessions.open', { sessionId })).session.title).toBe(
      'Tour, told by a script',
    )
  })

  test('is removed when its session is deleted', async () => {
    const { carrel } = await bootRoom()
    const { folder, sessionId } = await beginTour(carrel)
    answered(await carrel.bridge.call('sessions.delete', { sessionId }))
    await waitFor('the folder to be gone', () => !existsSync(folder))
  })

  test.each(['another folder of its name', 'a link of its name'])('%s is left alone', async (what) => {
    const { carrel } = await bootRoom()
    const { folder } = await beginTour(carrel)
    const aside = await temporaryFolder()
    await rename(folder, join(aside, 'moved'))
    if (what.startsWith('a link')) await symlink(join(aside, 'moved'), folder)
    else await mkdir(folder)
    try {
      answered(await carrel.bridge.call('tour.end', {}))
      expect(existsSync(folder)).toBe(true)
      expect((await readdir(join(aside, 'moved'))).length).toBe(11)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test.each([
    ['a folder elsewhere', (victim: string) => ({ path: victim, device: '1', inode: '1' })],
    ['no folder at all', () => 'oh no'],
  ])('a record that names %s removes nothing', async (_what, recordOf) => {
    const home = await temporaryFolder()
    const victim = join(await temporaryFolder(), 'carrel-tour-victim')
    await mkdir(victim)
    await writeFile(join(home, 'tour.json'), JSON.stringify({ folder: recordOf(victim) }))
    const { carrel } = await bootRoom({ home })
    // A tour begins when what was left is cleared.
    await beginTour(carrel)
    expect(existsSync(victim)).toBe(true)
  })

  test('nothing can be begun where nothing can be written', async () => {
    const home = await temporaryFolder()
    await bootRoom({ home })
    const reader = await bootCarrel({ home, host: noServer, as: 'reader' })
    expect(refused(await reader.bridge.call('tour.begin', {})).code).toBe('denied')
  })
})
