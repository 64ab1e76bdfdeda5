// A sandbox in a room of its own: a home, a data folder and a workspace of somebody who is not root.
import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AppEvents, CommandEnd, CommandRequest, Sandbox } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import type { Limits } from '../../electron/services/sandbox/jail.ts'
import { createSandbox, type SandboxDeps } from '../../electron/services/sandbox/sandbox.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'
import { sharedFolder } from '../support/temp.ts'

export const nobody = 65_534
export const isRoot = process.getuid?.() === 0
/** As whom commands run, in the jail and outside of it: what root may do proves nothing. */
export const someone = isRoot ? { uid: nobody, gid: nobody } : {}

export interface Room {
  base: string
  workspace: string
  home: string
  dataFolder: string
  sandbox: Sandbox
  events: ReturnType<typeof createEventBus<AppEvents>>
  settings: Settings
  /** Counts for every command that is started from then on. */
  limits: Partial<Limits>
  /** From the room's base, for the owner of the workspace. */
  put(path: string, text?: string): Promise<string>
  folder(path: string): Promise<string>
  request(command: string, more?: Partial<CommandRequest>): CommandRequest
  run(command: string, more?: Partial<CommandRequest>): Promise<CommandEnd>
  /** The same without a jail, as the same user. */
  outside(command: string, environment?: NodeJS.ProcessEnv): Promise<{ exit: number | null; output: string }>
  close(): Promise<void>
}

type Changes = Partial<Pick<SandboxDeps, 'platform' | 'processor' | 'refusedWorkspace' | 'bubblewrapAt'>> & {
  path?: string
}

/** Ends with the test. */
export async function openRoom(changes: Changes = {}): Promise<Room> {
  const room = await openSharedRoom(changes)
  onTestFinished(() => room.close())
  return room
}

export async function openSharedRoom(changes: Changes = {}): Promise<Room> {
  const { path = '/usr/local/bin:/usr/bin:/bin', ...rest } = changes
  const temporary = await sharedFolder()
  const base = await realpath(temporary.path)
  await chmod(base, 0o755)
  const own = async (path: string) => {
    if (isRoot) await chown(path, nobody, nobody)
    return path
  }
  async function folder(name: string): Promise<string> {
    const way = join(base, name)
    if (way === base) return way
    await folder(dirname(name))
    await mkdir(way).then(
      () => own(way),
      () => undefined,
    )
    return way
  }
  const workspace = await folder('workspace')
  const home = await folder('home')
  const dataFolder = await folder('data')
  const events = createEventBus<AppEvents>((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`)
  })
  const room: Pick<Room, 'settings' | 'limits'> = { settings: { ...defaultSettings }, limits: {} }
  const sandbox = createSandbox({
    settings: { current: () => room.settings },
    events,
    surroundings: { now: () => new Date(), environment: { PATH: path }, log: () => undefined },
    personHome: home,
    dataFolder,
    platform: process.platform,
    processor: process.arch,
    refusedWorkspace: async () => null,
    limits: () => room.limits,
    ...rest,
  })
  const request = (command: string, more: Partial<CommandRequest> = {}): CommandRequest => ({
    command,
    workspace,
    writable: true,
    sessionId: 'session',
    ...more,
  })
  return Object.assign(room, {
    base,
    workspace,
    home,
    dataFolder,
    sandbox,
    events,
    folder,
    async put(name: string, text = '') {
      await folder(dirname(name))
      await writeFile(join(base, name), text)
      return await own(join(base, name))
    },
    request,
    async run(command: string, more: Partial<CommandRequest> = {}) {
      const running = await sandbox.start(request(command, more), new AbortController().signal)
      return await running.ended
    },
    async outside(command: string, environment: NodeJS.ProcessEnv = process.env) {
      const child = spawn('/bin/bash', ['-c', command], {
        cwd: workspace,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...someone,
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (piece) => {
          output += String(piece)
        })
      }
      const exit = await new Promise<number | null>((resolve) => child.once('close', resolve))
      return { exit, output }
    },
    async close() {
      await sandbox.close()
      await temporary.remove()
    },
  })
}
