// A jail with a hole, one for each guard: the canary finds it, commands are off, and what went through is said.
import { chmod, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sandboxWords } from '../../shared/messages/sandbox.ts'
import { buildProgram } from '../support/program.ts'
import { openRoom } from './room.ts'

const never = new AbortController().signal
const { failed } = sandboxWords

/** A bubblewrap in front of the real one, that changes what it is told. */
async function roomWith(script: string) {
  const first = await openRoom()
  const program = join(first.base, 'bwrap')
  await writeFile(program, `#!/bin/bash\n${script}\n`)
  await chmod(program, 0o755)
  return await openRoom({ bubblewrapAt: [program] })
}

/** Runs for every argument, with `$1` and what follows; it shifts what it takes and adds to `out`. */
const changing = (change: string) => `out=()
while [ $# -gt 0 ]; do
  ${change}
  out+=("$1"); shift
done
exec /usr/bin/bwrap "\${out[@]}"`

const apart = '--unshare-user --unshare-ipc --unshare-uts --unshare-cgroup-try'
const holes: [hole: string, change: string, guards: Record<string, string>][] = [
  [
    'the network of the host',
    `[ "$1" != --unshare-all ] || { out+=(${apart} --unshare-pid); shift; continue; }`,
    { network: failed.network },
  ],
  [
    '/tmp of the host',
    `[ "$1 $2" != "--tmpfs /tmp" ] || { unset "out[-1]" "out[-1]"; out+=(--bind /tmp /tmp); shift 2; continue; }`,
    { writing: failed.writing, reading: failed.reading },
  ],
  [
    'a .git that is writable',
    `case "$1 $2" in "--ro-bind "*/.git) out+=(--bind); shift; continue;; esac`,
    { writing: failed.protected },
  ],
  [
    'a .env that is not masked',
    `[ "$1 $2" != "--ro-bind /dev/null" ] || { shift 3; continue; }
  [ "$1" != - ] || { shift 2; continue; }`,
    { secrets: failed.secretFile },
  ],
  [
    'the processes of the host',
    `[ "$1" != --unshare-all ] || { out+=(${apart} --unshare-net); shift; continue; }
  [ "$1" != --die-with-parent ] || { shift; continue; }
  [ "$1" != --proc ] || { out+=(--ro-bind /proc /proc); shift 2; continue; }`,
    { processes: failed.survivors },
  ],
  ['no filter of system calls', `[ "$1" != --seccomp ] || { shift 2; continue; }`, { processes: failed.filter }],
  ['no limits', `case "$1" in "-c 0,"*) out+=(""); shift; continue;; esac`, { limits: failed.fileSize }],
  [
    'no limit of memory',
    `case "$1" in "-c 0,"*) out+=("$(sed "s/-d [0-9]*,//" <<<"$1")"); shift; continue;; esac`,
    { limits: failed.memory },
  ],
  [
    'no limit of processes',
    `case "$1" in "-c 0,"*) out+=("$(sed "s/-u [0-9]*,//" <<<"$1")"); shift; continue;; esac`,
    { limits: failed.forks },
  ],
]

describe.skipIf(process.platform !== 'linux')('a jail with a hole', () => {
  test.each(holes)('%s', async (_hole, change, guards) => {
    const { sandbox, run } = await roomWith(changing(change))
    const seal = await sandbox.prove(never)
    expect(Object.fromEntries(seal.guards.filter(({ holds }) => !holds).map(({ name, why }) => [name, why]))).toEqual(
      guards,
    )
    const names = Object.keys(guards).join(', ')
    expect(seal).toMatchObject({ state: 'off', reason: sandboxWords.off.guards(names), fix: sandboxWords.fixes.guards })
    await expect(run('true')).rejects.toMatchObject({ failure: { code: 'unavailable' } })
  })

  test('the same in front of it, unchanged: everything holds', async () => {
    const { sandbox } = await roomWith(changing(':'))
    expect((await sandbox.prove(never)).state).toBe('holds')
  })
})

describe.skipIf(process.platform !== 'linux')('no jail', () => {
  test('bubblewrap is not installed, and then it is', async () => {
    const first = await openRoom()
    const program = join(first.base, 'later')
    const { sandbox } = await openRoom({ bubblewrapAt: [program] })
    const { off, fixes } = sandboxWords
    expect(await sandbox.prove(never)).toMatchObject({
      state: 'off',
      jail: null,
      reason: off.missing,
      fix: fixes.missing,
    })
    await writeFile(program, '#!/bin/bash\nexec /usr/bin/bwrap "$@"\n')
    await chmod(program, 0o755)
    expect((await sandbox.prove(never)).state).toBe('holds')
  })

  test('bubblewrap is too old', async () => {
    const { sandbox } = await roomWith('echo "bwrap: Unknown option --disable-userns" >&2; exit 1')
    expect(await sandbox.prove(never)).toMatchObject({
      state: 'off',
      jail: 'bubblewrap',
      reason: sandboxWords.off.broken,
      fix: sandboxWords.fixes.old,
    })
  })

  test('bubblewrap stops working after everything held: the command is refused, and the seal is another one', async () => {
    const first = await openRoom()
    const program = join(first.base, 'bwrap')
    await writeFile(program, '#!/bin/bash\nexec /usr/bin/bwrap "$@"\n')
    await chmod(program, 0o755)
    const { sandbox, run, events } = await openRoom({ bubblewrapAt: [program] })
    expect((await run('echo ran')).output).toBe('ran\n')
    await writeFile(program, '#!/bin/bash\necho "bwrap: setting up uid map: Permission denied" >&2; exit 1\n')
    const told = new Promise((resolve) => events.on('seal.changed', resolve))
    await expect(run('echo ran')).rejects.toMatchObject({
      failure: { code: 'unavailable', message: expect.stringContaining(sandboxWords.off.namespaces) },
    })
    expect(await told).toMatchObject({ state: 'off', reason: sandboxWords.off.namespaces })
    await expect(run('echo ran')).rejects.toMatchObject({ failure: { code: 'unavailable' } })
    expect(sandbox.seal()).toMatchObject({ state: 'off' })
  })

  test('in a container that refuses namespaces, which our own jail is', async () => {
    const built = await buildProgram(join(import.meta.dirname, 'prove.ts'))
    try {
      const { run } = await openRoom({ path: `${dirname(process.execPath)}:/usr/bin:/bin` })
      const { output } = await run(`node ${built.program}`, { mounts: [dirname(built.program)] })
      expect(JSON.parse(output)).toMatchObject({
        state: 'off',
        jail: 'bubblewrap',
        reason: sandboxWords.off.namespaces,
        fix: sandboxWords.fixes.container,
      })
    } finally {
      await built.remove()
    }
  })
})
