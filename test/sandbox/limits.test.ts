// Ways to use more of the machine than a command may (group D), each with the same command where the limit is wider.
import { chmod, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest'
import type { CommandEnd } from '../../electron/contracts.ts'
import type { Limits } from '../../electron/services/sandbox/jail.ts'
import { abuseTable } from './abuse-table.ts'
import { openSharedRoom, type Room } from './room.ts'

const mebibyte = 1 << 20

describe.skipIf(process.platform !== 'linux')('limits', () => {
  let room: Room
  beforeAll(async () => {
    room = await openSharedRoom()
    const seal = await room.sandbox.prove(new AbortController().signal)
    expect(seal.guards.filter(({ holds }) => !holds)).toEqual([])
  })
  beforeEach(async () => {
    for (const name of await readdir(room.workspace)) await rm(join(room.workspace, name), { recursive: true })
  })
  afterAll(() => room.close())
  const row = abuseTable('Limits of a command, tried')

  async function run(command: string, limits: Partial<Limits>): Promise<CommandEnd> {
    room.limits = limits
    try {
      return await room.run(command)
    } finally {
      room.limits = {}
    }
  }
  const lastLine = ({ output }: CommandEnd) => output.trim().split('\n').at(-1) ?? ''

  row('D38', 'many processes', { jailed: 'refused', control: 'all' }, async () => {
    const command = `awk 'BEGIN { for (i = 0; i < 60; i++) printf "" | ("exec cat #" i); print "all" }' 2>/dev/null || echo refused`
    return {
      jailed: lastLine(await run(command, { processes: 32 })),
      control: lastLine(await run(command, { processes: 200 })),
    }
  })
  row('D39', 'a flood of output', { jailed: 'output, cut', control: 'exited, whole' }, async () => {
    const seen = async (count: number) => {
      const { why, output } = await run(`yes abcdefg | head -c ${count}`, { outputBytes: mebibyte })
      return `${why}, ${output.length === Math.min(count, mebibyte) && count <= mebibyte ? 'whole' : output.length <= mebibyte ? 'cut' : 'too much'}`
    }
    return { jailed: await seen(100 * mebibyte), control: await seen(mebibyte) }
  })
  row('D40', 'memory of one process', { jailed: 'refused', control: '200000000' }, async () => {
    const command = 'perl -e \'my $x = "x" x 200_000_000; print length($x)\' 2>/dev/null || echo refused'
    return {
      jailed: lastLine(await run(command, { dataBytes: 64 * mebibyte })),
      control: lastLine(await run(command, {})),
    }
  })
  row('D40', 'memory of all together', { jailed: 'memory', control: 'exited' }, async () => {
    const command =
      'for i in 1 2 3; do perl -e \'my $x = "x" x 60_000_000; select(undef, undef, undef, 1.5)\' & done; wait'
    return {
      jailed: (await run(command, { memoryBytes: 100 * mebibyte })).why,
      control: (await run(command, {})).why,
    }
  })
  row('D41', 'one big file', { jailed: '1048576 153', control: '5000000 0' }, async () => {
    const seen = async (fileBytes: number) => {
      const { exit } = await run('rm -f big; exec head -c 5000000 /dev/zero >big', { fileBytes })
      return `${(await stat(join(room.workspace, 'big'))).size} ${exit}`
    }
    return { jailed: await seen(mebibyte), control: await seen(8 * mebibyte) }
  })
  row('D42', 'many files that are large together', { jailed: 'growth', control: 'exited' }, async () => {
    const command = 'for i in {1..24}; do head -c 2000000 /dev/zero >f$i; sync f$i; sleep 0.05; done'
    return {
      jailed: (await run(command, { growthBytes: 8 * mebibyte })).why,
      control: (await run(command, {})).why,
    }
  })
  row('D42', 'files without a name', { jailed: 'growth', control: 'exited' }, async () => {
    const command = 'for i in {11..16}; do eval "exec $i>big"; rm big; fallocate -l 4M /dev/fd/$i; done; sleep 1.5'
    return {
      jailed: (await run(command, { growthBytes: 8 * mebibyte })).why,
      control: (await run(command, {})).why,
    }
  })
  row('D43', 'filling /tmp and /dev/shm', { jailed: 'full full', control: 'made' }, async () => {
    const make = (path: string) => `fallocate -l 300M ${path} 2>/dev/null && echo made || echo full`
    const tmp = lastLine(await run(make('/tmp/big'), {}))
    const shm = lastLine(await run(make('/dev/shm/big'), {}))
    return { jailed: `${tmp} ${shm}`, control: lastLine(await run(make('big'), {})) }
  })
  row('D43', 'filling /, /dev and the like', { jailed: '', control: 'made' }, async () => {
    const make = (paths: string) =>
      `for path in ${paths}; do fallocate -l 1M $path/big 2>/dev/null && echo made; done; :`
    return {
      jailed: (await run(make('/ /dev /etc /run /proc /sys /home'), {})).output,
      control: lastLine(await run(make('.'), {})),
    }
  })
  row('D44', 'a busy loop', { jailed: 'cpu SIGXCPU', control: 'wall SIGKILL' }, async () => {
    const seen = ({ why, signal }: CommandEnd) => `${why} ${signal}`
    return {
      jailed: seen(await run('while :; do :; done', { cpuSeconds: 1 })),
      control: seen(await run('while :; do :; done', { wallMs: 300 })),
    }
  })
  row('D45', 'a child that holds the output', { jailed: 'done', control: 'held' }, async () => {
    // Without a jail whoever waits for the end of the output waits for the child; here for the second of timeout.
    const control = await room.outside("timeout 1 bash -c '(sleep 3 & echo done) | cat'; [ $? = 124 ] && echo held")
    return {
      jailed: lastLine(await run('sleep 30 & echo done', {})),
      control: control.output.trim().split('\n').at(-1),
    }
  })
  row('D46', 'a million empty files', { jailed: 'growth', control: 'exited' }, async () => {
    const make = (count: number) => `for ((i = 0; i < ${count}; i++)); do : >f$i; done`
    return {
      jailed: (await run(make(1_000_000), { growthFiles: 3_000 })).why,
      control: (await run(make(2_000), { growthFiles: 3_000 })).why,
    }
  })
  row('D48', '50 at the same time', { jailed: 'at most 2', control: '2 together' }, async () => {
    let running = 0
    let most = 0
    const one = async () => {
      const command = await room.sandbox.start(room.request('sleep 0.02'), new AbortController().signal)
      running += 1
      most = Math.max(most, running)
      await command.ended.finally(() => {
        running -= 1
      })
    }
    await Promise.all(Array.from({ length: 50 }, one))
    return { jailed: most <= 2 ? 'at most 2' : most, control: most === 2 ? '2 together' : most }
  })
  row('D49', 'bytes that are no text, escape sequences', { jailed: 'clean', control: 'dirty' }, async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be looked for
    const dirt = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
    const command = 'head -c 20000 /dev/urandom; printf "\\xff\\xfe\\x1b]0;title\\x07\\x1b[2Jrest\\r"'
    const { output } = await run(command, {})
    const seen = (text: string) => (dirt.test(text) || Buffer.from(text).toString() !== text ? 'dirty' : 'clean')
    return { jailed: seen(output), control: seen((await room.outside(command)).output) }
  })
  row('D', 'a workspace that is read-only', { jailed: 'refused', control: 'written' }, async () => {
    const command = '{ echo x >file; } 2>/dev/null && echo written || echo refused'
    const readOnly = await room.run(command, { writable: false })
    await chmod(room.workspace, 0o755)
    return { jailed: lastLine(readOnly), control: lastLine(await room.run(command)) }
  })
})
