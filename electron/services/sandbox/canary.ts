// Proves the guards by trying them: the same probe runs in the jail and, as a control, without one, where it must come through.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import type { GuardName } from '../../../shared/seal.ts'
import type { CommandEnd } from '../../contracts.ts'
import type { Limits } from './jail.ts'
import { processesNamed } from './process-watch.ts'
import type { User } from './who-runs.ts'

/** Runs a command in the jail, with limits that it meets quickly. */
export type TryCommand = (command: string, workspace: string, limits: Partial<Limits>) => Promise<CommandEnd>

interface Room {
  workspace: string
  outside: string
  token: string
  /** What is read from a file outside, from .env, and from the environment. */
  secrets: { file: string; dotEnv: string; variable: string }
}

/** What a probe came through with. */
interface Seen {
  words: ReadonlySet<string>
  output: string
  wroteOutside: boolean
  wroteProtected: boolean
  bigBytes: number
  survivors: number[]
}

const { failed, controls } = sandboxWords
const variable = 'CARREL_CANARY'
/** How long a process of the control may take to begin, on a machine with much to do. */
const survivorsMs = 5_000
const smallLimits = { fileBytes: 64 << 10, dataBytes: 32 << 20, processes: 16, wallMs: 30_000 }

/** Why each guard does not hold, or null. Throws when the jail cannot be started at all. */
export async function tryGuards(tried: TryCommand, user: User | null): Promise<Record<GuardName, string | null>> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'carrel-guards-')))
  const server = await listen()
  const secret = hex()
  process.env[variable] = secret
  const rooms: Room[] = []
  try {
    const jailed = await makeRoom(base, 'jailed', secret, user)
    const control = await makeRoom(base, 'control', secret, user)
    rooms.push(jailed, control)
    const port = portOf(server)
    const trials = [
      tried(probe(jailed, port), jailed.workspace, {}).then(({ output }) => look(jailed, output)),
      withoutJail(probe(control, port), control, user).then((output) => lookForSurvivors(control, output)),
      tried(limitProbe(jailed), jailed.workspace, smallLimits).then(({ output }) => look(jailed, output)),
      withoutJail(limitProbe(control), control, user).then((output) => look(control, output)),
      tried('while :; do echo more and more; done', jailed.workspace, { outputBytes: 64 << 10, wallMs: 30_000 }),
      tried('while :; do :; done', jailed.workspace, { wallMs: 100 }),
    ] as const
    // One that fails does not leave the others behind.
    await Promise.allSettled(trials)
    const [inside, outside, limitsInside, limitsOutside, flood, endless] = await Promise.all(trials)
    return {
      network:
        said(inside, 'network', failed.network) ??
        said(inside, 'interfaces', failed.interfaces) ??
        unproven(outside.words.has('network'), controls.network),
      writing:
        when(inside.wroteOutside, failed.writing) ??
        when(inside.wroteProtected, failed.protected) ??
        unproven(outside.wroteOutside && outside.wroteProtected, controls.writing),
      reading:
        when(inside.output.includes(jailed.secrets.file), failed.reading) ??
        unproven(outside.output.includes(control.secrets.file), controls.reading),
      secrets:
        when(inside.output.includes(secret), failed.environment) ??
        when(inside.output.includes(jailed.secrets.dotEnv), failed.secretFile) ??
        unproven(
          outside.output.includes(secret) && outside.output.includes(control.secrets.dotEnv),
          controls.environment,
        ),
      processes:
        when(inside.survivors.length > 0, failed.survivors) ??
        said(inside, 'namespaces', failed.privileges) ??
        // Where the system has these lines at all.
        when(process.platform === 'linux' && !inside.words.has('no-new-rights'), failed.privileges) ??
        when(process.platform === 'linux' && !inside.words.has('filtered'), failed.filter) ??
        unproven(outside.survivors.length > 0, controls.survivors),
      limits:
        when(limitsInside.bigBytes > smallLimits.fileBytes, failed.fileSize) ??
        said(limitsInside, 'memory', failed.memory) ??
        said(limitsInside, 'forks', failed.forks) ??
        when(flood.why !== 'output', failed.flood) ??
        when(endless.why !== 'wall', failed.time) ??
        unproven(
          ['memory', 'forks'].every((word) => limitsOutside.words.has(word)),
          controls.fileSize,
        ) ??
        unproven(limitsOutside.bigBytes > smallLimits.fileBytes, controls.fileSize),
    }
  } finally {
    delete process.env[variable]
    server.close()
    // Also when nothing came of it: what goes on outside of the jail keeps the app's own streams open.
    for (const { token } of rooms) for (const pid of await processesNamed(`probe-${token}`)) end(pid)
    await rm(base, { recursive: true, force: true })
  }
}

/** Says the token and a word for everything that came through. Nothing but bash is needed for it. */
function probe({ token, outside }: Room, port: number): string {
  return `t=${token}
(exec 9<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && echo $t network
while read -r name _; do case $name in lo:|*'|'*|Inter*|face*) ;; *) [ -n "$CONTROL" ] || echo $t interfaces;; esac; done 2>/dev/null </proc/net/dev
(echo $t >${quoted(outside)}/written) 2>/dev/null
(echo $t >.git/config) 2>/dev/null
{ read -r line <${quoted(outside)}/secret && echo "$line"; } 2>/dev/null
{ read -r line <.env && echo "$line"; } 2>/dev/null
echo "$${variable}"
for f in /proc/1/environ /proc/$PPID/environ /proc/self/environ; do
  while IFS= read -r -d '' line; do case $line in ${variable}=*) echo "$line";; esac; done <$f
done 2>/dev/null
while read -r key value; do case $key$value in
  NoNewPrivs:1) new=1;; CapEff:0000000000000000) caps=1;; Seccomp:2) echo $t filtered;;
esac; done 2>/dev/null </proc/self/status
[ -z "$new$caps" ] || [ "$new$caps" != 11 ] || echo $t no-new-rights
unshare -Ur true 2>/dev/null && echo $t namespaces
(setsid bash -c "exec -a probe-$t sleep 20" >/dev/null 2>&1 </dev/null &) 2>/dev/null
(bash -c "exec -a probe-$t sleep 20" >/dev/null 2>&1 </dev/null &)`
}

function limitProbe({ token }: Room): string {
  return `t=${token}
(head -c 200000 /dev/zero >big) 2>/dev/null
(printf -v text '%*s' 60000000 x; [ \${#text} = 60000000 ] && echo $t memory) 2>/dev/null
awk 'BEGIN { for (i = 0; i < 40; i++) printf "" | ("exec cat #" i); print "'$t' forks" }' 2>/dev/null`
}

async function look(room: Room, output: string): Promise<Seen> {
  const words = output
    .split('\n')
    .flatMap((line) => (line.startsWith(`${room.token} `) ? line.split(' ').slice(1) : []))
  const textOf = async (path: string) => await readFile(path, 'utf8').catch(() => '')
  return {
    words: new Set(words),
    output,
    wroteOutside: (await textOf(join(room.outside, 'written'))).includes(room.token),
    wroteProtected: (await textOf(join(room.workspace, '.git', 'config'))).includes(room.token),
    bigBytes: await stat(join(room.workspace, 'big')).then(
      ({ size }) => size,
      () => 0,
    ),
    survivors: await processesNamed(`probe-${room.token}`),
  }
}

/** What the control leaves behind may only be on its way to the name it is known by when the control has ended. */
async function lookForSurvivors(room: Room, output: string): Promise<Seen> {
  const until = performance.now() + survivorsMs
  for (;;) {
    const seen = await look(room, output)
    if (seen.survivors.length > 0 || performance.now() > until) return seen
    await pause(20)
  }
}

async function makeRoom(base: string, name: string, secret: string, user: User | null): Promise<Room> {
  const [workspace, outside] = [join(base, name, 'folder'), join(base, name, 'outside')]
  const room = { workspace, outside, token: hex(), secrets: { file: hex(), dotEnv: hex(), variable: secret } }
  await mkdir(join(workspace, '.git'), { recursive: true })
  await mkdir(outside)
  const files = [
    [join(workspace, '.git', 'config'), ''],
    [join(workspace, '.env'), room.secrets.dotEnv],
    [join(outside, 'secret'), room.secrets.file],
    [join(outside, 'written'), ''],
  ] as const
  for (const [path, text] of files) await writeFile(path, text === '' ? '' : `${text}\n`)
  if (user) {
    const owned = [base, join(base, name), workspace, outside, join(workspace, '.git'), ...files.map(([path]) => path)]
    for (const path of owned) await chown(path, user.uid, user.gid)
  }
  return room
}

/** The same as the same user, and with our environment. */
async function withoutJail(command: string, room: Room, user: User | null): Promise<string> {
  const child = spawn('/bin/bash', ['-c', command], {
    cwd: room.workspace,
    env: { ...process.env, CONTROL: 'yes' },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(user ?? {}),
  })
  let output = ''
  child.stdout.on('data', (piece) => {
    output += String(piece)
  })
  return await new Promise((resolve) => {
    child.once('error', () => resolve(output))
    child.once('close', () => resolve(output))
  })
}

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function said({ words }: Seen, word: string, sentence: string): string | null {
  return when(words.has(word), sentence)
}

function when(isSo: boolean, sentence: string): string | null {
  return isSo ? sentence : null
}

function unproven(couldBe: boolean, what: string): string | null {
  return couldBe ? null : failed.unproven(what)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function hex(): string {
  return randomBytes(12).toString('hex')
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}
