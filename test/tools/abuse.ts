// Every known way out of a workspace, tried by a user without rights. One JSON line for each: what the guards said, what an unguarded program was given at the same path, and whether what lies outside is as it was.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Checking } from '../../electron/services/tools/workspace/opening.ts'
import type { RefusalReason } from '../../shared/tool.ts'
import { type Room, roomIn } from './room-in.ts'

const [around = '', checking = 'descriptor'] = process.argv.slice(2)
const secret = 'the secret outside'

interface Attempt {
  tool?: 'read_file' | 'write_file' | 'edit_file' | 'search_files'
  path: string
  permitted?: readonly RefusalReason[]
  /** What an unguarded program reads or makes at this path, when that can be shown. */
  control?: (room: Room, path: string) => unknown
}

const read = (room: Room, path: string) => readFileSync(join(room.root, path), 'utf8')
const readAbsolute = (_: Room, path: string) => readFileSync(path, 'utf8')
const create = (made: string) => (room: Room, path: string) => {
  writeFileSync(join(room.root, path), secret)
  const there = existsSync(join(room.around, made))
  execFileSync('rm', [join(room.around, made)])
  return there
}

async function lineUp(name: string): Promise<Room> {
  const folder = join(around, name)
  mkdirSync(join(folder, 'outside'), { recursive: true })
  mkdirSync(join(folder, 'ws-evil'))
  for (const place of ['outside/file.txt', 'ws-evil/file.txt']) writeFileSync(join(folder, place), secret)
  const room = await roomIn(
    folder,
    { 'a.txt': 'harmless', '.git/config': 'harmless', '.env': secret },
    checking as Checking,
  )
  const out = join(folder, 'outside')
  const link = (target: string, at: string) => symlinkSync(target, join(room.root, at))
  link(join(out, 'file.txt'), 'leaf')
  link('../outside/file.txt', 'relative-leaf')
  link(out, 'folder')
  link(join(out, 'new.txt'), 'dangling')
  link(join(out, 'new'), 'dangling-folder')
  link('/proc/self/root', 'root')
  link('/dev/zero', 'zero')
  link('.git', 'git-by-another-name')
  link('.env', 'env-by-another-name')
  link('loop-b', 'loop-a')
  link('loop-a', 'loop-b')
  link('.', 'here')
  linkSync(join(out, 'file.txt'), join(room.root, 'hard'))
  execFileSync('mkfifo', [join(room.root, 'pipe')])
  return room
}

const arguments_ = (tool: string, path: string) =>
  ({
    read_file: { path },
    write_file: { path, content: 'written by a model' },
    edit_file: { path, old_text: 'secret', new_text: 'written by a model' },
    search_files: { path, query: 'secret' },
  })[tool] as Record<string, unknown>

async function attempt(
  room: Room,
  row: string,
  { tool = 'read_file', path, permitted = [], control }: Attempt,
): Promise<void> {
  const unguarded = control?.(room, path)
  const started = performance.now()
  const { isError, failure, content } = await room.run(tool, arguments_(tool, path), { permitted })
  const outside = readdirSync(join(room.around, 'outside')).map((name) =>
    readFileSync(join(room.around, 'outside', name), 'utf8'),
  )
  say(row, {
    isError,
    code: failure?.code,
    reason: failure?.reason,
    unguarded: unguarded === secret || unguarded === true ? 'got out' : unguarded,
    leaked: content.includes(secret),
    outside: outside.length === 1 && outside[0] === secret ? 'as it was' : outside,
    git: existsSync(join(room.root, '.git')) ? readdirSync(join(room.root, '.git')).join() : 'moved away',
    isSlow: performance.now() - started > 5_000,
  })
}

function say(row: string, result: object): void {
  process.stdout.write(`${JSON.stringify({ row, ...result })}\n`)
}

const room = await lineUp('all')
const socket = createServer().listen(join(room.root, 'socket'))
await new Promise((resolve) => socket.once('listening', resolve))
const outsideFile = join(room.around, 'outside', 'file.txt')

const rows: Record<string, Attempt> = {
  'A3 dots': { path: '../outside/file.txt', control: read },
  'A3 dots in the middle': { path: 'a/../../outside/file.txt' },
  'A3 dots, writing': { tool: 'write_file', path: '../outside/file.txt' },
  'A4 absolute': { path: outsideFile, control: readAbsolute },
  'A4 absolute, writing': { tool: 'write_file', path: outsideFile },
  'A4 home': { path: '~/file.txt' },
  'A5 prefix sibling': { path: `${room.root}-evil/file.txt`, control: readAbsolute },
  'A5 prefix sibling by dots': { path: '../ws-evil/file.txt', control: read },
  'A6 NUL': { path: 'a.txt\0.png' },
  'A6 NUL before the way out': { path: '\0/../../outside/file.txt' },
  'A6 over-long': { path: 'a/'.repeat(3_000) },
  'A6 over-long name': { path: 'a'.repeat(300) },
  'A7 hard link': { path: 'hard', control: read },
  'A7 hard link, writing': { tool: 'write_file', path: 'hard' },
  'A7 hard link, editing': { tool: 'edit_file', path: 'hard' },
  'A7 hard link, editing though it may be read': { tool: 'edit_file', path: 'hard', permitted: ['hard-link'] },
  'A8 /proc/self/root': { path: `/proc/self/root${outsideFile}`, control: readAbsolute },
  'A8 a link to /proc/self/root': { path: `root${outsideFile}`, control: read },
  'A8 a link to /proc/self/root, writing': { tool: 'write_file', path: `root${outsideFile}` },
  'A8 /proc/self/environ by link': { path: 'root/proc/self/environ' },
  'A15 pipe': {
    path: 'pipe',
    control: (_, path) => {
      try {
        return execFileSync('timeout', ['0.3', 'cat', join(room.root, path)])
      } catch (thrown) {
        return (thrown as { status?: number }).status === 124 ? 'hangs' : thrown
      }
    },
  },
  'A15 pipe, writing': { tool: 'write_file', path: 'pipe' },
  'A15 device': { path: 'zero' },
  'A15 socket': { path: 'socket' },
  'A11 .git': { tool: 'write_file', path: '.git/hooks/pre-commit' },
  'A11 .git by a link': { tool: 'write_file', path: 'git-by-another-name/hooks' },
  'A11 a folder in .git by a link': { tool: 'write_file', path: 'git-by-another-name/a/b/new.txt' },
  'A11 .git by a link to here': { tool: 'write_file', path: 'here/.git/config' },
  'A17 .GIT': { tool: 'write_file', path: '.GIT/config' },
  'A17 .git and a space': { tool: 'write_file', path: '.git /config' },
  'secret by a link': { path: 'env-by-another-name', control: read },
  'B18 leaf link': { path: 'leaf', control: read },
  'B18 relative leaf link': { path: 'relative-leaf', control: read },
  'B18 leaf link, writing': { tool: 'write_file', path: 'leaf' },
  'B18 leaf link, editing': { tool: 'edit_file', path: 'leaf' },
  'B18 folder link': { path: 'folder/file.txt', control: read },
  'B18 folder link, listing': { path: 'folder' },
  'B18 folder link, editing': { tool: 'edit_file', path: 'folder/file.txt' },
  'B18 folder link, searching': { tool: 'search_files', path: 'folder' },
  'A3 dots, searching': { tool: 'search_files', path: '..' },
  'B20 nothing below a linked folder': {
    tool: 'write_file',
    path: 'folder/new.txt',
    control: create('outside/new.txt'),
  },
  'B20 folders below a linked folder': { tool: 'write_file', path: 'folder/a/b/new.txt' },
  'B21 dangling link': { tool: 'write_file', path: 'dangling', control: create('outside/new.txt') },
  'B21 dangling folder link': { tool: 'write_file', path: 'dangling-folder/x.txt' },
  'B24 loop': { path: 'loop-a' },
  'B24 loop, writing': { tool: 'write_file', path: 'loop-a/x' },
  'B24 many rounds to the way out': { path: `${'here/'.repeat(30)}leaf` },
}
for (const [row, one] of Object.entries(rows)) await attempt(room, row, one)
socket.close()

// B22: what was looked at is swapped before the call.
const swapped = await lineUp('swapped')
await swapped.run('read_file', { path: 'a.txt' })
renameSync(join(swapped.root, 'leaf'), join(swapped.root, 'a.txt'))
await attempt(swapped, 'B22 swapped for a link', { tool: 'edit_file', path: 'a.txt', control: read })

// B23: the file becomes another one while the tool works on it.
const replaced = await lineUp('replaced')
const files = replaced.workspace.forCall({ signal: new AbortController().signal, permitted: [] })
const before = await files.read('a.txt')
writeFileSync(join(replaced.root, 'b.txt'), 'somebody else’s')
renameSync(join(replaced.root, 'b.txt'), join(replaced.root, 'a.txt'))
const refused = await files
  .write('a.txt', Buffer.from('mine'), before.kind === 'file' ? before.bytes : null)
  .then(() => 'written')
  .catch((thrown: { reason?: string }) => thrown.reason)
say('B23 replaced between read and write', {
  refused,
  there: readFileSync(join(replaced.root, 'a.txt'), 'utf8'),
  names: readdirSync(replaced.root).filter((name) => name.startsWith('.carrel')),
})

// B25: the workspace itself becomes a link, or another folder.
for (const way of ['link', 'folder'] as const) {
  const moved = await lineUp(`moved-${way}`)
  renameSync(moved.root, `${moved.root}-before`)
  if (way === 'link') symlinkSync(join(moved.around, 'outside'), moved.root)
  else {
    mkdirSync(moved.root)
    writeFileSync(join(moved.root, 'file.txt'), secret)
  }
  await attempt(moved, `B25 the workspace is a ${way}`, { path: 'file.txt', control: read })
  await attempt(moved, `B25 the workspace is a ${way}, writing`, { tool: 'write_file', path: 'file.txt' })
}
say('user', { uid: process.getuid?.() })
process.exit(0)
