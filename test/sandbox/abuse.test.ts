// Ways out of the jail, tried by a user without rights. Each is tried without the jail as well, where it must work: so it can fail.
import { spawn } from 'node:child_process'
import { chmod, chown, copyFile, rename, symlink, unlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processesNamed } from '../../electron/services/sandbox/process-watch.ts'
import { judgedCalls, numberOn, type Processor, refusedCalls } from '../../electron/services/sandbox/syscalls.ts'
import { createToolboxes } from '../../electron/services/tools/toolboxes.ts'
import { buildProgram } from '../support/program.ts'
import { waitFor } from '../support/wait.ts'
import { abuseTable } from './abuse-table.ts'
import { isRoot, openSharedRoom, type Room, someone } from './room.ts'

const errors: Record<string, string> = {
  'Read-only file system': 'EROFS',
  'Device or resource busy': 'EBUSY',
  'Invalid cross-device link': 'EXDEV',
  'No such file or directory': 'ENOENT',
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'No permissions to create new namespace': 'EPERM',
  'Connection refused': 'ECONNREFUSED',
  'Network is unreachable': 'ENETUNREACH',
  'Cannot assign requested address': 'EADDRNOTAVAIL',
  'Address family not supported': 'EAFNOSUPPORT',
  'No space left on device': 'ENOSPC',
  'Inappropriate ioctl for device': 'ENOTTY',
  'Resource temporarily unavailable': 'EAGAIN',
}

/** What happened, in a word: the word it was to say, or the error it met. */
function word(output: string): string {
  const met = Object.entries(errors).find(([sentence]) => output.includes(sentence))
  return met?.[1] ?? output.trim()
}

describe.skipIf(process.platform !== 'linux')('commands', () => {
  let room: Room
  beforeAll(async () => {
    room = await openSharedRoom()
    await room.put('outside/file', 'secret of outside\n')
    await room.put('home/.ssh/id_ed25519', 'secret of home\n')
    await room.put('workspace/.git/hooks/pre-commit', 'true\n')
    await room.put('workspace/.git/config', '[core]\n')
    await room.put('workspace/.env', 'TOKEN=secret of env\n')
    const seal = await room.sandbox.prove(new AbortController().signal)
    expect(seal.guards.filter(({ holds }) => !holds)).toEqual([])
  })
  afterAll(() => room.close())

  const row = abuseTable('The sandbox, tried')
  /** The same command in both ways, in a word each. */
  const both = async (command: string) => ({
    jailed: word((await room.run(command)).output),
    control: word((await room.outside(command)).output),
  })
  const perl = (program: string) => `exec perl -e '${program}'`

  // A: out of the workspace.
  row('A1', 'write outside', { jailed: 'ENOENT', control: 'written' }, async () => {
    return await both(`echo x >>${room.base}/outside/file && echo written`)
  })
  /** What a user without rights may not open anyway is mounted read-only all the same: root would have to. */
  const openedIn = (file: string, folder: string) =>
    `{ : >>${file}; } 2>/dev/null && echo -n opened || echo -n refused; sed -n 's|^[^ ]* ${folder} [^ ]* \\(r[ow]\\),.*| \\1|p' /proc/mounts | tail -n 1`
  row('A1', 'write into /usr, opened only', { jailed: 'refused ro', control: 'refused' }, async () => {
    return await both(openedIn('/usr/bin/env', '/usr'))
  })
  row('A2', 'read ~/.ssh', { jailed: 'ENOENT', control: 'secret of home' }, async () => {
    return await both(`cat ${room.home}/.ssh/id_ed25519`)
  })
  row('A7', 'hard link to a file outside', { jailed: 'ENOENT', control: 'linked' }, async () => {
    return await both(`ln ${room.base}/outside/file linked && rm linked && echo linked`)
  })
  row('A7', 'hard link to a file of the system', { jailed: 'EXDEV', control: 'EPERM' }, async () => {
    return await both('ln /usr/bin/env linked && echo linked')
  })
  row('A9', '/proc/PID/environ of the host', { jailed: 'ENOENT', control: 'there' }, async () => {
    const child = spawn('sleep', ['60'], { env: { MARK: 'there' }, ...someone })
    try {
      return await both(`tr '\\0' '\\n' </proc/${child.pid}/environ | sed -n s/MARK=//p`)
    } finally {
      child.kill('SIGKILL')
    }
  })
  row('A10', '/proc/sys/kernel/core_pattern, opened only', { jailed: 'refused ro', control: 'refused' }, async () => {
    return await both(openedIn('/proc/sys/kernel/core_pattern', '/proc/sys'))
  })
  row('A11', 'write .git/hooks', { jailed: 'EROFS', control: 'written' }, async () => {
    return await both('echo x >>.git/hooks/post-commit && echo written')
  })
  row('A11', 'write .git/config', { jailed: 'EROFS', control: 'written' }, async () => {
    return await both('echo "[x]" >>.git/config && echo written')
  })
  row('A12', 'move .git away', { jailed: 'EBUSY', control: 'moved' }, async () => {
    return await both('mv .git gone && mv gone .git && echo moved')
  })
  row('A12', 'move the folder of a nested .git away', { jailed: 'nested/.git', control: '' }, async () => {
    await room.put('workspace/nested/.git/config')
    const { appeared } = await room.run('mv nested away && mkdir -p nested/.git/hooks')
    const quiet = await room.run('ls nested away')
    return { jailed: appeared.filter((path) => path.startsWith('nested')).join(), control: quiet.appeared.join() }
  })
  row('A13', 'a hook in a new repository', { jailed: 'new/.git', control: '' }, async () => {
    const { appeared } = await room.run('mkdir -p new/.git/hooks && echo true >new/.git/hooks/pre-commit')
    return { jailed: appeared.join(), control: (await room.run('ls new/.git')).appeared.join() }
  })
  row('A13', 'a new .envrc, .mcp.json, bare repository', { jailed: '.envrc,.mcp.json,bare', control: '' }, async () => {
    const { appeared } = await room.run('touch .envrc .mcp.json && mkdir -p bare/objects bare/refs && touch bare/HEAD')
    return { jailed: appeared.toSorted().join(), control: (await room.run('true')).appeared.join() }
  })
  row('A14', 'write the data folder', { jailed: 'ENOENT', control: 'written' }, async () => {
    return await both(`echo x >${room.dataFolder}/settings.json && echo written`)
  })
  row('A16', 'the home or / as workspace', { jailed: 'unavailable,unavailable', control: 'ran' }, async () => {
    const tools = createToolboxes({
      home: { path: room.dataFolder },
      surroundings: { now: () => new Date(), environment: {} },
      personHome: room.home,
      platform: process.platform,
      sandbox: { start: noCommand, startWithout: noCommand, find: () => null },
      web: { fetch: () => Promise.reject(new Error('No page is read here.')) },
      search: { query: () => Promise.reject(new Error('Nothing is searched here.')) },
    })
    const strict = await openSharedRoom({
      refusedWorkspace: async (path) => (await tools.toolboxFor(path, [], null)).refused,
    })
    const codeOf = async (workspace: string) =>
      await strict.run('echo ran', { workspace }).then(
        ({ output }) => output.trim(),
        (thrown) => thrown.failure.code,
      )
    try {
      return { jailed: `${await codeOf(room.home)},${await codeOf('/')}`, control: await codeOf(room.workspace) }
    } finally {
      await strict.close()
    }
  })
  row('A17', 'another case: .GIT', { jailed: 'EROFS', control: 'written' }, async () => {
    await room.put('workspace/sub/.GIT/config')
    return await both('echo x >sub/.GIT/config && echo written')
  })
  row(
    'B22',
    'a protected name that is a link to outside',
    { jailed: 'ENOENT', control: 'secret of outside' },
    async () => {
      await symlink(join(room.base, 'outside', 'file'), join(room.workspace, 'CLAUDE.md'))
      try {
        // Without our look at it: what bubblewrap mounts when it is told to protect this name.
        const naive = `bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --dir ${room.base}/outside --bind ${room.workspace} ${room.workspace} --ro-bind ${room.workspace}/CLAUDE.md /seen cat /seen`
        return {
          jailed: word((await room.run('cat CLAUDE.md')).output),
          control: (await room.outside(naive)).output.trim().split('\n')[0],
        }
      } finally {
        await unlink(join(room.workspace, 'CLAUDE.md'))
      }
    },
  )
  row('B25', 'the workspace is a link now', { jailed: 'unavailable', control: 'secret of outside' }, async () => {
    const real = join(room.base, 'moved')
    await rename(room.workspace, real)
    await symlink(join(room.base, 'outside'), room.workspace)
    try {
      return {
        jailed: await room.run('cat file').then(
          ({ output }) => output,
          (thrown) => thrown.failure.code,
        ),
        control: (await room.outside(`cat ${room.workspace}/file`)).output.split('\n')[0],
      }
    } finally {
      await unlink(room.workspace)
      await rename(real, room.workspace)
    }
  })

  // C: processes.
  const double = (mark: string) =>
    `(setsid bash -c 'trap "" TERM HUP; exec -a ${mark} sleep 60' >/dev/null 2>&1 </dev/null &) ; sleep 0.1`
  const survivors = async (mark: string) => {
    const pids = await processesNamed(mark)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    return pids.length
  }
  row('C26', 'setsid and double fork, after the end', { jailed: 0, control: 1 }, async () => {
    await room.run(double('mark-c26-jailed'))
    await room.outside(double('mark-c26-control'))
    return { jailed: await survivors('mark-c26-jailed'), control: await survivors('mark-c26-control') }
  })
  row('C27', 'the same at the time limit, TERM ignored', { jailed: 'wall 0', control: 1 }, async () => {
    const { why } = await room.run(`trap "" TERM; ${double('mark-c27-jailed')}; sleep 60`, { wallMs: 400 })
    await room.outside(double('mark-c27-control'))
    return { jailed: `${why} ${await survivors('mark-c27-jailed')}`, control: await survivors('mark-c27-control') }
  })
  row('C28', 'Carrel is killed', { jailed: 0, control: 1 }, async () => {
    const built = await buildProgram(join(import.meta.dirname, 'crash.ts'))
    try {
      const child = spawn(process.execPath, [built.program, room.workspace, room.base], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.on('data', (piece) => {
        said += String(piece)
      })
      await waitFor('both to run', () => said.includes('jailed') && said.includes('control'))
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      await waitFor('the jailed one to end', async () => (await processesNamed('mark-c28-jailed')).length === 0)
      return { jailed: await survivors('mark-c28-jailed'), control: await survivors('mark-c28-control') }
    } finally {
      await built.remove()
    }
  })
  row('C29', 'unshare -Ur', { jailed: 'EPERM', control: 'shared no more' }, async () => {
    return await both('unshare -Ur echo shared no more')
  })
  row('C29', 'a mount in a namespace of its own', { jailed: 'EPERM', control: 'mounted' }, async () => {
    return await both('unshare -Urm mount -t tmpfs none /mnt && echo mounted')
  })
  const call = (name: string, args: string) => {
    const numbers = { ...refusedCalls, ...judgedCalls }[name]
    const number = numbers && numberOn(process.arch as Processor, numbers)
    return perl(`my $buffer = "\\0" x 256; print syscall(${number}, ${args}) >= 0 ? "done" : "$!"`)
  }
  row('C30', 'ptrace', { jailed: 'EPERM', control: 'done' }, async () => await both(call('ptrace', '0, 0, 0, 0')))
  test.each(
    Object.keys(refusedCalls).filter((name) => numberOn(process.arch as Processor, refusedCalls[name] ?? [0, 0])),
  )('C30 %s is refused', async (name) => {
    // With no argument that could do anything.
    expect(word((await room.run(call(name, '-1, -1, -1, -1, -1'))).output)).toBe('EPERM')
  })
  row(
    'C30',
    'clone3, with which namespaces could be hidden',
    { jailed: 'Function not implemented', control: 'Invalid argument' },
    async () => {
      return await both(call('clone3', '0, 0'))
    },
  )
  row(
    'C31',
    'a setuid program of root',
    { jailed: isRoot ? 'user' : 'not root', control: isRoot ? 'root' : 'not root' },
    async () => {
      // Only root can make one.
      if (!isRoot) return { jailed: 'not root', control: 'not root' }
      const program = join(room.workspace, 'id-of-root')
      await copyFile('/usr/bin/id', program)
      await chown(program, 0, 0)
      await chmod(program, 0o4755)
      const who = (output: string) => (output.trim() === '0' ? 'root' : 'user')
      const command = './id-of-root -u'
      const seen = { jailed: who((await room.run(command)).output), control: who((await room.outside(command)).output) }
      await unlink(program)
      return seen
    },
  )
  row('C32', 'a unix socket of the host in the workspace', { jailed: 'EAFNOSUPPORT', control: 'hello' }, async () => {
    const path = join(room.workspace, 'socket')
    const server = createServer((socket) => socket.end('hello'))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    await chmod(path, 0o777)
    try {
      return await both(
        perl(
          `use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, pack_sockaddr_un("${path}")) or print("$!"), exit; print <S>`,
        ),
      )
    } finally {
      server.close()
    }
  })
  row(
    'C32',
    'a datagram from a pair to a socket in the workspace',
    { jailed: 'EAFNOSUPPORT', control: 'sent' },
    async () => {
      return await both(perl('use Socket; socketpair(A, B, AF_UNIX, SOCK_DGRAM, 0) and print("sent") or print("$!")'))
    },
  )
  row('C32', 'docker.sock, D-Bus and the like', { jailed: '', control: '/run' }, async () => {
    return await both('for path in /run /var/run/docker.sock; do [ ! -e $path ] || { echo $path; break; }; done')
  })
  row('C33', 'TIOCSTI', { jailed: 'EPERM', control: 'ENOTTY' }, async () => {
    return await both(perl('my $sign = "x"; ioctl(STDIN, 0x5412, $sign) or print("$!")'))
  })
  row('C34', 'inherited descriptors', { jailed: '0 1 2', control: 'one more' }, async () => {
    const command = 'ls /proc/$$/fd; :'
    const words = (text: string) => text.trim().split('\n')
    // Outside there are those of whoever started the tests, too.
    const control = words((await room.outside(`exec 9</dev/null; ${command}`)).output)
    return {
      jailed: words((await room.run(command)).output).join(' '),
      control: control.includes('9') ? 'one more' : control.join(' '),
    }
  })
  row('C34', 'descriptors of others in the jail that lead outside', { jailed: 0, control: 1 }, async () => {
    const command = `ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c " ${room.workspace}$"`
    const held = `exec 9<${room.workspace}; ls -l /proc/$$/fd | grep -c " ${room.workspace}$"`
    return { jailed: Number((await room.run(command)).output), control: Number((await room.outside(held)).output) }
  })
  row('C35', 'at, cron, systemd-run', { jailed: '', control: '/var' }, async () => {
    return await both('for path in /var /run/systemd /run/user; do [ ! -e $path ] || { echo $path; break; }; done')
  })
  row('C36', 'another bubblewrap inside', { jailed: 'EPERM', control: 'inside' }, async () => {
    return await both('bwrap --ro-bind / / echo inside')
  })

  // E: secrets.
  const withEnvironment = async <Value>(variables: Record<string, string>, work: () => Promise<Value>) => {
    Object.assign(process.env, variables)
    try {
      return await work()
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name]
    }
  }
  row('E50', 'a variable of Carrel', { jailed: '', control: 'MARK=there' }, async () => {
    return await withEnvironment({ MARK: 'there' }, async () => await both('env | grep ^MARK= || :'))
  })
  row('E51', 'the environment of every process it sees', { jailed: 0, control: 'some' }, async () => {
    const command = 'cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c ^MARK='
    return await withEnvironment({ MARK: 'there' }, async () => ({
      jailed: Number((await room.run(command)).output),
      control: Number((await room.outside(command)).output) > 0 ? 'some' : 'none',
    }))
  })
  row(
    'E53',
    '.env of the workspace',
    { jailed: 'EACCES', control: 'TOKEN=secret of env' },
    async () => await both('cat .env'),
  )
  row(
    'E53',
    '.env moved, linked, or read as somebody else',
    { jailed: 'EBUSY EXDEV', control: 'moved linked' },
    async () => {
      const move = 'mv .env other && mv other .env && echo moved'
      const link = 'ln .env other && rm other && echo linked'
      const tried = async (run: (command: string) => Promise<{ output: string }>) =>
        `${word((await run(move)).output)} ${word((await run(link)).output)}`
      return { jailed: await tried(room.run), control: await tried(room.outside) }
    },
  )
  row('E53', 'a folder of keys, in a folder of tools', { jailed: 'ENOENT', control: 'secret of aws' }, async () => {
    await room.put('workspace/.claude/.aws/credentials', 'secret of aws')
    return await both('cat .claude/.aws/credentials')
  })
  row('E54', 'a core dump', { jailed: '0 0', control: 'not tried' }, async () => {
    // What a shell outside may dump is this machine's choice.
    const dumps = '{ bash -c "kill -SEGV \\$\\$"; } 2>/dev/null; ls core* 2>/dev/null | wc -l'
    const { output } = await room.run(`echo -n "$(ulimit -Hc) "; ${dumps}`)
    return {
      jailed: output
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^.*fault.*$/, ''),
      control: 'not tried',
    }
  })
  row('E55', 'X11, Wayland and their sockets', { jailed: '', control: 'DISPLAY=:0 /tmp' }, async () => {
    const socket = join(room.base, 'X0')
    await writeFile(socket, '')
    const command = `env | grep -E "^(DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)=" | tr "\\n" " "; [ ! -e ${socket} ] || echo /tmp`
    return await withEnvironment({ DISPLAY: ':0' }, async () => await both(command))
  })
  row(
    'E56',
    'BASH_ENV, LD_LIBRARY_PATH, NODE_OPTIONS, GIT_DIR',
    { jailed: '', control: 'sourced\nthere' },
    async () => {
      await room.put('workspace/sourced.sh', 'echo sourced')
      const variables = {
        BASH_ENV: join(room.workspace, 'sourced.sh'),
        NODE_OPTIONS: '--no-warnings',
        GIT_DIR: '/nowhere',
        LD_LIBRARY_PATH: '/nowhere',
      }
      return await withEnvironment(
        variables,
        async () => await both('[ -z "$NODE_OPTIONS$GIT_DIR$LD_LIBRARY_PATH" ] || echo there'),
      )
    },
  )

  // F: the network.
  row('F57', 'a server on this computer', { jailed: 'ECONNREFUSED', control: 'hello' }, async () => {
    return await withServer('127.0.0.1', async (port) => await both(`cat </dev/tcp/127.0.0.1/${port}`))
  })
  row('F58', 'DNS: a datagram to this computer', { jailed: 0, control: 1 }, async () => {
    const { createSocket } = await import('node:dgram')
    const socket = createSocket('udp4')
    const got: string[] = []
    socket.on('message', (message) => got.push(message.toString().trim()))
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const { port } = socket.address()
    await room.run(`echo jailed >/dev/udp/127.0.0.1/${port}`)
    await room.outside(`echo control >/dev/udp/127.0.0.1/${port}`)
    await waitFor('the datagram of the control', () => got.includes('control'))
    socket.close()
    const count = (from: string) => got.filter((each) => each === from).length
    return { jailed: count('jailed'), control: count('control') }
  })
  row('F59', 'raw sockets', { jailed: 'EAFNOSUPPORT', control: 'EPERM' }, async () => {
    return await both(perl('socket(S, 17, 3, 0) and print("open") or print("$!")'))
  })
  row('F59', 'a way to anywhere', { jailed: 'lo 0', control: 'not tried' }, async () => {
    const command =
      'tail -n +3 /proc/net/dev | cut -d: -f1 | xargs echo -n; echo " $(tail -n +2 /proc/net/route | wc -l)"'
    // What this machine is connected to is its own business.
    return { jailed: (await room.run(command)).output.trim(), control: 'not tried' }
  })
  row('F60', 'IPv6 on this computer', { jailed: 'ECONNREFUSED', control: 'hello' }, async () => {
    return await withServer('::1', async (port) => await both(`cat </dev/tcp/::1/${port}`))
  })
  row('F61', 'an abstract unix socket', { jailed: 'EAFNOSUPPORT', control: 'hello' }, async () => {
    const address = `pack("S", AF_UNIX) . "\\0carrel-test-${process.pid}"`
    const server = spawn(
      'perl',
      [
        '-e',
        `use Socket; $| = 1; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, ${address}); listen(S, 1); print "ready"; accept(C, S); print C "hello"`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    try {
      await new Promise((resolve) => server.stdout.once('data', resolve))
      return await both(
        perl(
          `use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, ${address}) or print("$!"), exit; print <S>`,
        ),
      )
    } finally {
      server.kill('SIGKILL')
    }
  })
  row('F61', 'vsock', { jailed: 'EAFNOSUPPORT', control: 'not tried' }, async () => ({
    jailed: word((await room.run(perl('socket(S, 40, 1, 0) and print("open") or print("$!")'))).output),
    control: 'not tried',
  }))
  row('F62', 'a proxy that the command names itself', { jailed: 'ECONNREFUSED', control: 'hello' }, async () => {
    return await withServer(
      '127.0.0.1',
      async (port) =>
        await both(`export http_proxy=http://127.0.0.1:${port}; cat </dev/tcp/\${http_proxy:7:9}/\${http_proxy##*:}`),
    )
  })
})

async function withServer<Value>(host: string, work: (port: number) => Promise<Value>): Promise<Value> {
  const server = createServer((socket) => socket.end('hello'))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  try {
    return await work(typeof address === 'object' && address ? address.port : 0)
  } finally {
    server.close()
  }
}

async function noCommand(): Promise<never> {
  throw new Error('No command is run here.')
}
