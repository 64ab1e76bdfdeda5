// Undo against somebody who swaps folders for links, plants pipes, and forges what the tools were told: nothing outside is touched.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../support/program.ts'
import { asNobody, nobodysFolder } from '../tools/as-nobody.ts'
import { room, sessionId, treeOf } from './room.ts'

test('a folder that was swapped for a link outwards is a conflict: nothing behind the link is read, written or deleted', async () => {
  const { base, root, checkpoints, writes } = await room({ 'src/a.txt': 'a' })
  await writes('run-1', { 'src/a.txt': 'A', 'src/new.txt': 'new' })
  const outside = join(base, 'outside')
  await mkdir(outside)
  // As the run left it, so that a walk through the link would find nothing to complain of.
  await writeFile(join(outside, 'a.txt'), 'A')
  await writeFile(join(outside, 'new.txt'), 'new')
  const before = await treeOf(outside)
  await rename(join(root, 'src'), join(root, 'moved'))
  await symlink(outside, join(root, 'src'))
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual(['src', 'src/a.txt', 'src/new.txt'])
  expect(await treeOf(outside)).toEqual(before)
})

test('a file that was swapped for a link outwards is a conflict, and what it leads to stays', async () => {
  const { base, root, checkpoints, writes } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'A', 'b.txt': 'B' })
  for (const [name, text] of Object.entries({ 'a.txt': 'A', 'b.txt': 'B' })) {
    await writeFile(join(base, name), text)
    await unlink(join(root, name))
    await symlink(join(base, name), join(root, name))
  }
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual(['a.txt', 'b.txt'])
  expect(await readFile(join(base, 'a.txt'), 'utf8')).toBe('A')
  expect(await readFile(join(base, 'b.txt'), 'utf8')).toBe('B')
})

describe('a process that swaps a folder for a link outwards as fast as it can, all as a user without rights', () => {
  let program: string
  beforeAll(async () => {
    const built = await buildProgram(join(import.meta.dirname, 'race.ts'))
    program = built.program
    return built.remove
  })

  async function race(role: 'naive' | 'guarded', tries: number) {
    const base = await nobodysFolder()
    const prepared = asNobody(program, ['prepare', base])
    expect((await once(prepared, 'close'))[0]).toBe(0)
    const attacker = asNobody(program, ['attack', base, role === 'naive' ? 'wild' : 'calm'])
    if (attacker.stdout) await once(attacker.stdout, 'data')
    const victim = asNobody(program, [role, base, String(tries)])
    let said = ''
    victim.stdout?.on('data', (data) => {
      said += data
    })
    expect((await once(victim, 'close'))[0]).toBe(0)
    attacker.kill('SIGKILL')
    return JSON.parse(said) as { leaked: number; done: number; refused: number }
  }

  test('undo and redo change nothing outside; the naive way does', async () => {
    const naive = await race('naive', 60_000)
    const guarded = await race('guarded', 200)
    console.log(`outside changed: naive ${JSON.stringify(naive)}, guarded ${JSON.stringify(guarded)}`)
    expect(naive.leaked).toBeGreaterThan(0)
    expect(guarded.leaked).toBe(0)
    // Otherwise nothing was ever tried.
    expect(guarded.done).toBeGreaterThan(0)
  }, 60_000)
})

test('paths that lead outside, or into .git, are not kept: the tools refuse them', async () => {
  const { base, root, home, checkpoints } = await room({ '.git/config': 'config', 'a.txt': 'a' })
  await writeFile(join(base, 'secret.txt'), 'secret')
  await symlink(base, join(root, 'out'))
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  for (const path of [
    '../secret.txt',
    join(base, 'secret.txt'),
    'out/secret.txt',
    '.git/config',
    '/etc/passwd',
    '.',
    '',
  ]) {
    await checkpoints.willWrite('run-1', path)
  }
  await checkpoints.willWrite('run-1', `${root}/./a.txt`)
  const kept = Object.entries(await treeOf(join(home, 'checkpoints/objects'))).filter(([name]) => !name.endsWith('/'))
  expect(kept.map(([, content]) => content)).toEqual(['600 a'])
})

test('a tool’s path through a link of the workspace is kept where it leads', async () => {
  const { root, checkpoints, runs } = await room({ 'real/a.txt': 'a' })
  await symlink('real', join(root, 'alias'))
  await checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: root })
  await checkpoints.willWrite('run-1', 'alias/a.txt')
  await writeFile(join(root, 'alias/a.txt'), 'A')
  await checkpoints.willWrite('run-1', 'alias/new/b.txt')
  await mkdir(join(root, 'alias/new'))
  await writeFile(join(root, 'alias/new/b.txt'), 'B')
  await checkpoints.end('run-1')
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['real/a.txt', 'real/new/b.txt'])
  await checkpoints.undo(sessionId, null)
  expect(await readFile(join(root, 'real/a.txt'), 'utf8')).toBe('a')
  await runs('run-2', () => undefined)
})

test('.git is neither kept nor touched; one that a command made is said', async () => {
  const { root, home, checkpoints, runs } = await room({ 'a.txt': 'a' })
  await runs('run-1', async () => {
    await mkdir(join(root, '.git/hooks'), { recursive: true })
    await writeFile(join(root, '.git/hooks/pre-commit'), 'hook')
    await writeFile(join(root, 'a.txt'), 'A')
  })
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['a.txt'])
  expect(run?.limits.join()).toContain('.git')
  await checkpoints.undo(sessionId, null)
  expect(await readFile(join(root, '.git/hooks/pre-commit'), 'utf8')).toBe('hook')
  expect(JSON.stringify(await treeOf(join(home, 'checkpoints')))).not.toContain('hook')
})

test('a pipe is never opened, and one that a command made is said and stays', async () => {
  const { root, checkpoints, runs } = await room({ 'a.txt': 'a' })
  execFileSync('mkfifo', [join(root, 'pipe')])
  await runs('run-1', async () => {
    execFileSync('mkfifo', [join(root, 'second')])
    await writeFile(join(root, 'a.txt'), 'A')
  })
  const [run] = await checkpoints.list(sessionId)
  expect(run?.files.map(({ path }) => path)).toEqual(['a.txt'])
  expect(run?.limits).toEqual([expect.stringContaining('second was created and cannot be put back')])
  expect((await checkpoints.undo(sessionId, null)).conflicts).toEqual([])
  await checkpoints.begin({ sessionId, runId: 'run-2', entryId: 'q', workspace: root })
  await checkpoints.willWrite('run-2', 'pipe')
  await checkpoints.end('run-2')
})

test('a folder that holds the data folder has no checkpoints', async () => {
  const { base, checkpoints } = await room()
  const begun = checkpoints.begin({ sessionId, runId: 'run-1', entryId: 'q', workspace: base })
  await expect(begun).rejects.toMatchObject({ failure: { code: 'denied' } })
})

test('a session id that is none makes no path, and a manifest that names another run is not read', async () => {
  const { home, root, checkpoints, writes } = await room({ 'a.txt': 'a' })
  await writes('run-1', { 'a.txt': 'A' })
  await expect(checkpoints.undo('../session-1', null)).rejects.toThrow('id that is none')
  const manifest = join(home, 'checkpoints', sessionId, 'run-1.json')
  const text = await readFile(manifest, 'utf8')
  await writeFile(manifest, text.replace('"run-1"', '"run-2"'))
  expect(await checkpoints.list(sessionId)).toEqual([])
  await writeFile(manifest, text.slice(0, 100))
  expect(await checkpoints.list(sessionId)).toEqual([])
  await rm(manifest)
  expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('A')
})
