// What the sandbox promises to those who start commands in it, through the real jail.
import { mkdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processesNamed } from '../../electron/services/sandbox/process-watch.ts'
import { sandboxWords } from '../../shared/messages/sandbox.ts'
import type { Seal } from '../../shared/seal.ts'
import { waitFor } from '../support/wait.ts'
import { isRoot, openRoom, type Room } from './room.ts'

const never = new AbortController().signal
const failureOf = async (work: Promise<unknown>) =>
  await work.then(
    () => null,
    (thrown) => thrown.failure ?? thrown,
  )

describe.skipIf(process.platform !== 'linux')('commands', () => {
  test('nothing is tried before somebody asks; then every guard is, and everybody is told', async () => {
    const { sandbox, events } = await openRoom()
    const told: Seal[] = []
    events.on('seal.changed', (seal) => told.push(seal))
    const first = sandbox.seal()
    expect(first).toMatchObject({ state: 'unproven', jail: null, triedAt: null })
    // Asked again while they are being tried: one trial for all.
    const proven = await sandbox.prove(never)
    expect(told).toEqual([proven])
    expect(proven.guards.map(({ name, why }) => `${name} ${why ?? 'holds'}`)).toEqual([
      'network holds',
      'writing holds',
      'reading holds',
      'secrets holds',
      'processes holds',
      'limits holds',
    ])
    expect(proven).toMatchObject({ state: 'holds', jail: 'bubblewrap', reason: null, fix: null })
    expect(sandbox.seal()).toEqual(proven)
    expect(process.env['CARREL_CANARY']).toBeUndefined()
  })

  test('a command runs as it is written, in its folder, and says how it ended', async () => {
    const { run, workspace } = await openRoom()
    expect(await run(`printf '%s\\n' "$PWD" "it's" >&2; exit 3`)).toMatchObject({
      exit: 3,
      signal: null,
      why: 'exited',
      output: `${workspace}\nit's\n`,
      appeared: [],
    })
    expect(await run('echo "$0 $# $HOME $TMPDIR $USER"; cd ~ && touch file && ls')).toMatchObject({
      output: '/bin/bash 0 /tmp/home /tmp \nfile\n',
    })
    expect(await failureOf(run('echo \0'))).toMatchObject({ code: 'invalid-input' })
    expect(await failureOf(run(`: ${'x'.repeat(200_000)}`))).toMatchObject({ code: 'invalid-input' })
  })

  test('its output comes as it is written, and what was read is not read again', async () => {
    const { sandbox, request } = await openRoom()
    const running = await sandbox.start(
      request('echo one; read -t 0.2 <>/dev/zero; sleep 0.2; printf "tw\\xc3"; sleep 0.1; printf "\\xb6\\n"'),
      never,
    )
    const pieces: string[] = []
    running.onOutput((text) => pieces.push(text))
    await waitFor('the first line', () => pieces.join('').includes('one'))
    expect(running.read()).toBe('one\n')
    const { output } = await running.ended
    expect(output).toBe('one\ntwö\n')
    expect(pieces.join('')).toBe(output)
    expect(running.read()).toBe('twö\n')
  })

  test('a stop ends all of it, also while it waits for its turn', async () => {
    const { sandbox, request } = await openRoom()
    const stop = new AbortController()
    const sleeping = request('(setsid bash -c "exec -a mark-stop sleep 60" &) ; sleep 60')
    const two = await Promise.all([1, 2].map(() => sandbox.start(sleeping, stop.signal)))
    const leave = new AbortController()
    const waiting = failureOf(sandbox.start(request('true'), leave.signal))
    leave.abort()
    expect(await waiting).toMatchObject({ code: 'cancelled' })
    await waitFor('all of them', async () => (await processesNamed('mark-stop')).length >= 2)
    const begun = performance.now()
    stop.abort()
    const ends = await Promise.all(two.map(({ ended }) => ended))
    expect(ends).toMatchObject([{ why: 'stopped', exit: null, signal: 'SIGKILL' }, { why: 'stopped' }])
    expect(await processesNamed('mark-stop')).toEqual([])
    process.stdout.write(
      `two commands with their children were stopped in ${Math.round(performance.now() - begun)} ms\n`,
    )
    expect(await failureOf(sandbox.start(request('true'), stop.signal))).toMatchObject({ code: 'cancelled' })
    expect((await (await sandbox.start(request('echo free'), never)).ended).output).toBe('free\n')
  })

  test('in the background: found by its handle in its session, read, killed; only a few at a time', async () => {
    const { sandbox, request } = await openRoom()
    const background = (command: string) => sandbox.start(request(command, { background: true }), never)
    const server = await background('echo ready; exec sleep 60')
    expect(sandbox.find('session', server.handle)).toBe(server)
    expect(sandbox.find('another', server.handle)).toBeNull()
    expect(sandbox.backgroundOf('session')).toMatchObject([
      { handle: server.handle, command: 'echo ready; exec sleep 60' },
    ])
    // They take no place of those that are waited for.
    const more = await Promise.all([1, 2, 3].map(() => background('sleep 60')))
    expect((await (await sandbox.start(request('echo free'), never)).ended).output).toBe('free\n')
    expect(await failureOf(background('true'))).toMatchObject({
      code: 'limit',
      message: sandboxWords.start.tooManyBackground(4),
    })
    await waitFor('its word', () => server.read() === 'ready\n')
    server.kill()
    expect(await server.ended).toMatchObject({ why: 'stopped' })
    // Its end can still be heard of.
    expect(sandbox.find('session', server.handle)).toBe(server)
    expect(sandbox.backgroundOf('session')).toHaveLength(3)
    expect((await (await background('echo again')).ended).output).toBe('again\n')
    await sandbox.close()
    expect(await Promise.all(more.map(({ ended }) => ended))).toMatchObject([{ why: 'stopped' }, {}, {}])
    expect(await failureOf(background('true'))).toMatchObject({ code: 'unavailable' })
  })

  test('its signal ends it until it has begun, and not afterwards, in the background', async () => {
    const { sandbox, request } = await openRoom()
    const stop = new AbortController()
    const running = await sandbox.start(request('sleep 0.3; echo through', { background: true }), stop.signal)
    stop.abort()
    expect(await running.ended).toMatchObject({ why: 'exited', output: 'through\n' })
  })

  test('git itself works: it reads in every command, and writes only where it was allowed to, without its hooks', async () => {
    const { run, workspace, put } = await openRoom()
    const git = 'git -c user.name=A -c user.email=a@b'
    expect((await run('git init -q . && echo text >file')).appeared).toEqual(['.git'])
    expect((await run('git status --short')).output).toContain('?? file')
    expect((await run(`git add file`)).output).toContain('Read-only file system')
    const commit = await run(`${git} add file && ${git} commit -qm first && git log --format=%s`, { gitWritable: true })
    expect(commit).toMatchObject({ exit: 0, output: 'first\n', appeared: [] })
    await put('workspace/.git/hooks/kept')
    const tries =
      'for path in .git/hooks/pre-commit .git/config .git/info/attributes; do { echo x >>$path; } 2>/dev/null && echo $path; done; mv .git gone'
    expect((await run(tries, { gitWritable: true })).output).toMatch(/^mv: .*busy\n$/)
    expect(await readFile(join(workspace, '.git', 'config'), 'utf8')).not.toContain('x\n')
    // Made where there was nothing to be mounted over: told.
    expect((await run('echo "[core]" >.git/config.worktree', { gitWritable: true })).appeared).toEqual([
      '.git/config.worktree',
    ])
  })

  test('folders beside the workspace are read, not written; what is not there does not stop a command', async () => {
    const { run, base, put } = await openRoom()
    await put('skills/one/SKILL.md', 'how to\n')
    const mounts = [join(base, 'skills', 'one'), join(base, 'missing')]
    const { output } = await run(`cat ${base}/skills/one/SKILL.md; touch ${base}/skills/one/x 2>&1`, { mounts })
    expect(output).toMatch(/^how to\ntouch: .*Read-only file system\n$/)
    expect((await run(`ls ${base}/skills 2>&1`)).output).toContain('No such file')
  })

  test('a folder nobody may go into, or that is gone, is said', async () => {
    const { run, base } = await openRoom()
    expect(await failureOf(run('true', { workspace: join(base, 'missing') }))).toMatchObject({ code: 'unavailable' })
    if (!isRoot) return
    await mkdir(join(base, 'of-root'))
    const refused = await failureOf(run('id -u', { workspace: join(base, 'of-root') }))
    expect(refused.message).toBe(`${sandboxWords.start.rootOwned} ${sandboxWords.start.rootOwnedFix}`)
    // The folder of somebody else, and yet never root.
    expect((await run('id -u; id -G')).output).toBe('65534\n65534\n')
  })
})

describe('where there is no jail', () => {
  test.each([
    ['win32', 'x64', sandboxWords.off.windows, sandboxWords.fixes.windows],
    ['freebsd', 'x64', sandboxWords.off.system, sandboxWords.fixes.system],
    ['linux', 'riscv64', sandboxWords.off.processor('riscv64'), sandboxWords.fixes.system],
  ] as const)('on %s %s commands are off, with a reason and what to do', async (platform, processor, reason, fix) => {
    const { sandbox, run } = await openRoom({ platform, processor })
    const seal = await sandbox.prove(never)
    expect(seal).toMatchObject({ state: 'off', jail: null, reason, fix })
    expect(seal.guards).toHaveLength(6)
    expect(seal.guards.every(({ holds, why }) => !holds && why === reason)).toBe(true)
    expect(await failureOf(run('true'))).toEqual({ code: 'unavailable', message: `${reason} ${fix}` })
  })
})

describe('what commands see of the PATH', () => {
  async function tools(room: Room, path: readonly string[]) {
    const again = await openRoom({ path: path.join(':') })
    return {
      ...again,
      shown: async () => (await again.sandbox.visibleFolders()).map(({ path }) => path.replace(room.base, '')),
    }
  }

  test('a toolchain as a whole, a folder of programs by itself, and never a home or what is protected', async () => {
    const room = await openRoom()
    const { put, folder, base } = room
    await put('home/.nvm/versions/node/v20/bin/node')
    await folder('home/.nvm/versions/node/v20/lib')
    await put('home/.local/bin/tool')
    await folder('home/.local/lib')
    await put('home/bin/mine')
    await folder('home/lib')
    await put('home/.ssh/bin/x')
    await put('home/.config/gcloud/bin/x')
    const path = [
      '.nvm/versions/node/v20/bin',
      '.local/bin',
      'bin',
      '.ssh/bin',
      '.ssh',
      '.config/gcloud/bin',
      '.',
      'missing',
    ]
    const again = await openRoom({
      path: [
        ...path.map((name) => join(room.home, name)),
        base,
        '/',
        '/home',
        '/etc',
        '/proc/self',
        'relative',
        '/usr/bin',
        '',
        '/usr/bin',
      ].join(':'),
    })
    // Its home is the one of the first room.
    const { findToolchains } = await import('../../electron/services/sandbox/visible-folders.ts')
    const places = { personHome: room.home, dataFolder: room.dataFolder }
    const found = await findToolchains(
      [
        ...path.map((name) => join(room.home, name)),
        base,
        '/',
        '/home',
        '/etc',
        '/proc/self',
        'relative',
        '/usr/bin',
      ].join(':'),
      { added: [], hidden: [] },
      places,
    )
    expect(found.folders.map(({ path }) => path.replace(room.home, '~'))).toEqual([
      '~/.nvm/versions/node/v20',
      '~/.local/bin',
      '~/bin',
    ])
    expect(found.path.map((bin) => bin.replace(room.home, '~')).slice(0, 4)).toEqual([
      '~/.nvm/versions/node/v20/bin',
      '~/.local/bin',
      '~/bin',
      '/usr/bin',
    ])
    await again.sandbox.close()
  })

  test('a person adds and hides; what is protected cannot be added, by a link neither', async () => {
    const room = await openRoom()
    await room.put('tools/bin/tool')
    await room.folder('tools/lib')
    await room.put('more/file', 'shown')
    await room.put('home/.ssh/id', 'secret')
    await symlink(join(room.home, '.ssh'), join(room.base, 'innocent'))
    const { shown, sandbox, settings, run } = await tools(room, [join(room.base, 'tools', 'bin')])
    expect(await shown()).toEqual(['/tools'])
    const added = ['more', 'innocent', 'home'].map((name) => join(room.base, name))
    settings.visibleFolders = { added: [...added, '/', '/etc'], hidden: [join(room.base, 'tools')] }
    const folders = await sandbox.visibleFolders()
    expect(folders.find(({ path }) => path === join(room.base, 'tools'))).toMatchObject({ from: 'path', hidden: true })
    expect(folders.find(({ path }) => path === join(room.base, 'more'))).toMatchObject({
      from: 'person',
      hidden: false,
    })
    expect(folders.map(({ path }) => path)).not.toContain('/')
    if (process.platform !== 'linux') return
    expect((await run(`cat ${room.base}/more/file; ls ${room.base}/tools 2>&1; echo $PATH`)).output).toMatch(
      /^shown.*No such file or directory\n(?!.*tools)/,
    )
    await unlink(join(room.base, 'innocent'))
    await writeFile(join(room.base, 'more', 'file'), '')
  })
})
