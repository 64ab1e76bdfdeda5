// A workspace on a real disk with the checkpoints of its runs, and all that is in it as one can compare it.
import type { Dirent } from 'node:fs'
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AppEvents, Checkpoints } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { createCheckpoints } from '../../electron/services/checkpoints/checkpoints.ts'
import type { StockLimits } from '../../electron/services/checkpoints/stock.ts'
import { compareTexts, textOf } from '../../electron/services/tools/text/compare.ts'
import { temporaryFolder } from '../support/temp.ts'

export const sessionId = 'session-1'

export interface Room {
  base: string
  /** The workspace. */
  root: string
  home: string
  checkpoints: Checkpoints
  logged: string[]
  told: string[]
  /** Another process that begins with the same data folder. */
  restarted(options?: { readOnly?: boolean }): Checkpoints
  /** A run that writes with file tools, one file after the other. */
  writes(runId: string, files: Readonly<Record<string, string>>): Promise<void>
  /** A run of one command. */
  runs(runId: string, command: () => Promise<void> | void): Promise<readonly string[]>
}

export interface RoomOptions {
  limits?: StockLimits
  totalLimit?: number
}

export function roomIn(base: string, options: RoomOptions = {}): Room {
  const [root, home] = [join(base, 'project'), join(base, 'home')]
  const logged: string[] = []
  const told: string[] = []
  let seconds = 0
  const now = () => new Date(Date.UTC(2026, 10, 28, 8, 0, seconds++))
  const open = ({ readOnly = false }: { readOnly?: boolean } = {}) => {
    const events = createEventBus<AppEvents>(() => undefined)
    events.on('changes.changed', ({ sessionId }) => told.push(sessionId))
    const failure = readOnly ? { code: 'denied' as const, message: 'only to look' } : null
    const requireWritable = () => {
      if (failure) throw new Error(failure.message)
    }
    return createCheckpoints({
      home: { path: home, readOnly: failure, requireWritable },
      events,
      surroundings: { now, log: (line) => logged.push(line) },
      texts: { decode: textOf, compare: compareTexts },
      ...options,
    })
  }
  const checkpoints = open()
  const begin = (runId: string) => checkpoints.begin({ sessionId, runId, entryId: `q-${runId}`, workspace: root })
  return {
    base,
    root,
    home,
    checkpoints,
    logged,
    told,
    restarted: open,
    async writes(runId, files) {
      await begin(runId)
      for (const [path, text] of Object.entries(files)) {
        await checkpoints.willWrite(runId, path)
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
        await checkpoints.hasWritten(runId)
      }
      await checkpoints.end(runId)
    },
    async runs(runId, command) {
      await begin(runId)
      const said = await checkpoints.willRun(runId, new AbortController().signal)
      await command()
      await checkpoints.hasRun(runId)
      await checkpoints.end(runId)
      return said
    },
  }
}

export async function room(files: Readonly<Record<string, string>> = {}, options: RoomOptions = {}): Promise<Room> {
  const made = roomIn(await temporaryFolder(), options)
  await mkdir(made.root)
  await mkdir(made.home)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(made.root, path)), { recursive: true })
    await writeFile(join(made.root, path), text)
  }
  return made
}

/** Every place below a folder: what it is, its mode and its bytes. Names as bytes, so that none is lost. */
export async function treeOf(root: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  async function walk(folder: Buffer, shown: string): Promise<void> {
    const entries = (await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) as unknown as Dirent<Buffer>[]
    for (const entry of entries) {
      const path = Buffer.concat([folder, Buffer.from('/'), entry.name])
      const name = `${shown}${entry.name.toString('latin1')}`
      if (entry.isSymbolicLink()) {
        tree[name] = `link to ${(await readlink(path, 'buffer')).toString('latin1')}`
        continue
      }
      const mode = ((await stat(path)).mode & 0o7777).toString(8)
      if (entry.isDirectory()) {
        tree[`${name}/`] = mode
        await walk(path, `${name}/`)
      } else tree[name] = `${mode} ${(await readFile(path)).toString('latin1')}`
    }
  }
  await walk(Buffer.from(root), '')
  return tree
}
