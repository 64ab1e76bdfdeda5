// A sandbox in a room of its own: a home, a data folder and a workspace of somebody who is not root.
import { chmod, chown, mkdir, realpath, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AppEvents, CommandEnd, CommandRequest, Sandbox } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { createSandbox, type SandboxDeps } from '../../electron/services/sandbox/sandbox.ts'
import { defaultSettings, type Settings } from '../../shared/settings.ts'
import { temporaryFolder } from '../support/temp.ts'

export const nobody = 65_534
export const isRoot = process.getuid?.() === 0

export interface Room {
  base: string
  workspace: string
  home: string
  sandbox: Sandbox
  events: ReturnType<typeof createEventBus<AppEvents>>
  /** In the workspace, for its owner. */
  put(path: string, text?: string): Promise<string>
  /** Makes folders, for the owner of the workspace. */
  folder(path: string): Promise<string>
  request(command: string, more?: Partial<CommandRequest>): CommandRequest
  run(command: string, more?: Partial<CommandRequest>): Promise<CommandEnd>
  settings: Settings
}

export async function openRoom(
  changes: Partial<Pick<SandboxDeps, 'limits' | 'platform' | 'processor' | 'refusedWorkspace'>> & {
    path?: string
  } = {},
): Promise<Room> {
  const base = await realpath(await temporaryFolder())
  await chmod(base, 0o755)
  const [workspace, home, dataFolder] = ['workspace', 'home', 'data'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ]
  const own = async (path: string) => {
    if (isRoot) await chown(path, nobody, nobody)
    return path
  }
  for (const path of [workspace, home, dataFolder]) await own(await mkdir(path).then(() => path))
  const events = createEventBus<AppEvents>((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`)
  })
  const settings: Settings = { ...defaultSettings }
  const { path = process.env['PATH'] ?? '', ...rest } = changes
  const sandbox = createSandbox({
    settings: { current: () => settings },
    events,
    surroundings: { now: () => new Date(), environment: { PATH: path }, log: (line) => void line },
    personHome: home,
    dataFolder,
    platform: process.platform,
    processor: process.arch,
    refusedWorkspace: async () => null,
    ...rest,
  })
  onTestFinished(() => sandbox.close())
  async function folder(name: string): Promise<string> {
    const way = join(workspace, name)
    if (way === workspace) return way
    await folder(dirname(name))
    await mkdir(way).then(
      () => own(way),
      () => undefined,
    )
    return way
  }
  const request = (command: string, more: Partial<CommandRequest> = {}): CommandRequest => ({
    command,
    workspace,
    writable: true,
    sessionId: 'session',
    ...more,
  })
  return {
    base,
    workspace,
    home,
    sandbox,
    events,
    settings,
    folder,
    async put(name, text = '') {
      await folder(dirname(name))
      await writeFile(join(workspace, name), text)
      return await own(join(workspace, name))
    },
    request,
    async run(command, more = {}) {
      const running = await sandbox.start(request(command, more), new AbortController().signal)
      return await running.ended
    },
  }
}

/** The home of whoever runs the tests: nothing of it may be seen. */
export const realHome = homedir()
