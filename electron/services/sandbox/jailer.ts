// Starts commands in the jail of this system; read when the first one is to be started, or the guards are to be tried.
import { access } from 'node:fs/promises'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import type { Seal, VisibleFolder } from '../../../shared/seal.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { CommandEnd, CommandRequest, RunningCommand } from '../../contracts.ts'
import { chooseBubblewrap } from './bubblewrap.ts'
import { tryGuards } from './canary.ts'
import { Moved, type OpenCell, openCell } from './cell.ts'
import { createGrowthWatch } from './growth-watch.ts'
import type { JailChoice, Limits } from './jail.ts'
import { atOnce, limitsFor, mostCommandBytes, mostWaiting } from './limits.ts'
import type { PersonsPlaces } from './paths.ts'
import { cancelled, createPlaces } from './places.ts'
import { createRegister } from './register.ts'
import { type Ended, type Running, runPlanned } from './running.ts'
import { broken, off, sealOf } from './sealing.ts'
import { chooseSeatbelt } from './seatbelt.ts'
import { appearedBetween } from './stock.ts'
import { findToolchains, judgeFolder } from './visible-folders.ts'
import { canReach, ownUser, type User, userFor } from './who-runs.ts'

export interface JailerDeps extends PersonsPlaces {
  platform: NodeJS.Platform
  /** As process.arch has it. */
  processor: string
  /** PATH as the person has it. */
  personsPath: string | undefined
  visibleFolders(): Settings['visibleFolders']
  /** Why a folder can be no workspace, in a sentence. */
  refusedWorkspace(path: string): Promise<string | null>
  now(): Date
  /** In place of the usual ones, for tests of a jail that is not there or too old. */
  bubblewrapAt?: readonly string[]
  /** In place of the usual ones, for tests of what a limit does. */
  limits?(): Partial<Limits>
}

export interface Jailer {
  prove(signal: AbortSignal): Promise<Seal>
  start(request: CommandRequest, signal: AbortSignal): Promise<RunningCommand>
  find(sessionId: string, handle: string): RunningCommand | null
  backgroundOf(sessionId: string): readonly { handle: string; command: string; since: string }[]
  visibleFolders(): Promise<readonly VisibleFolder[]>
  judgeFolder(path: string): Promise<{ folder: string } | { refused: string }>
  close(): Promise<void>
}

interface Launched {
  running: Running
  ended: Promise<CommandEnd>
}

export async function openJailer(deps: JailerDeps): Promise<Jailer> {
  let chosen = await chooseJail(deps)
  const places = createPlaces(atOnce, mostWaiting)
  const register = createRegister(deps.now)
  const toolchains = remembered(
    () => findToolchains(deps.personsPath, deps.visibleFolders(), deps),
    () => deps.visibleFolders(),
  )

  async function start(request: CommandRequest, signal: AbortSignal): Promise<RunningCommand> {
    refuseUnfit(request)
    const giveBack = request.background ? register.admit() : await places.take(signal)
    try {
      const limits = limitsFor(request, deps.limits?.())
      const { running, ended } = await launch(request, limits, allowedUser(request.workspace), signal)
      ended.then(giveBack, giveBack)
      return register.enter(request, running, ended)
    } catch (thrown) {
      giveBack()
      throw thrown
    }
  }

  /** As whom a command runs in this folder, if it may at all. */
  async function allowedUser(workspace: string): Promise<User | null> {
    const [refused, user] = await Promise.all([deps.refusedWorkspace(workspace), userFor(workspace)])
    if (refused !== null) throw new ExpectedFailure('unavailable', refused)
    return user
  }

  /** Resolves when the command itself has begun. */
  async function launch(
    request: CommandRequest,
    limits: Limits,
    allowed: Promise<User | null>,
    signal: AbortSignal,
  ): Promise<Launched> {
    // All at once: each is a few trips to the disk.
    const [settled, known, opened] = await Promise.allSettled([allowed, toolchains(), openedCell(request)])
    if (opened.status === 'rejected') throw settled.status === 'rejected' ? settled.reason : opened.reason
    const open = opened.value
    try {
      if (settled.status === 'rejected') throw settled.reason
      if (known.status === 'rejected') throw known.reason
      if (!('jail' in chosen)) throw broken(chosen)
      const [user, tools] = [settled.value, known.value]
      const shown = tools.folders.filter(({ hidden }) => !hidden).map(({ path }) => path)
      const [visible, hasOutgrown] = await Promise.all([
        reachable([...shown, ...(request.mounts ?? [])], user),
        request.writable ? createGrowthWatch(open.workspace.at, limits) : async () => false,
      ])
      if (signal.aborted) throw cancelled()
      const plan = chosen.jail.plan({
        ...open,
        command: request.command,
        writable: request.writable,
        visible,
        path: tools.path.join(':'),
        variables: tools.variables,
        limits,
        uid: user?.uid ?? process.getuid?.() ?? 0,
      })
      const running = runPlanned(plan, limits, user, hasOutgrown)
      const stop = () => running.kill('stopped')
      signal.addEventListener('abort', stop, { once: true })
      const failed = await running.ready
      if (failed || request.background) signal.removeEventListener('abort', stop)
      if (failed) throw await explained(failed)
      const ended = running.ended.then(async ({ started: _, ...end }): Promise<CommandEnd> => {
        signal.removeEventListener('abort', stop)
        return { ...end, appeared: request.writable ? await appearedIn(open) : [] }
      })
      const close = () => open.close()
      ended.then(close, close)
      return { running, ended }
    } catch (thrown) {
      await open.close()
      throw thrown
    }
  }

  async function explained(failed: Ended): Promise<ExpectedFailure> {
    if (failed.why === 'stopped') return cancelled()
    if (!('jail' in chosen)) return broken(chosen)
    const { start } = sandboxWords
    if (failed.why === 'wall') return broken({ reason: start.slow, fix: start.changedFix })
    // The prelude ends without a word when something is not what was opened; bubblewrap says that it is not there.
    if (failed.output.trim() === '' || /Can't (find source path|create|mkdir)/.test(failed.output))
      return broken({ reason: start.changed, fix: start.changedFix })
    const { reason, fix } = await chosen.jail.explain(failed.output)
    return broken({ reason, fix }, failed.output)
  }

  return {
    start,
    find: register.find,
    backgroundOf: register.backgroundOf,
    visibleFolders: async () => (await findToolchains(deps.personsPath, deps.visibleFolders(), deps)).folders,
    judgeFolder: (path) => judgeFolder(path, deps),
    close: register.close,
    async prove(signal) {
      const triedAt = deps.now().toISOString()
      // It may have been installed meanwhile.
      chosen = await chooseJail(deps)
      if (!('jail' in chosen)) return off(null, chosen, triedAt)
      const { jail } = chosen
      const user = ownUser() === null ? nobody : null
      try {
        const tried = await tryGuards(async (command, workspace, limits) => {
          const request: CommandRequest = { command, workspace, writable: true, sessionId: '' }
          const { ended } = await launch(request, { ...limitsFor(request), ...limits }, Promise.resolve(user), signal)
          return await ended
        }, user)
        return sealOf(jail, tried, triedAt)
      } catch (thrown) {
        return off(jail, thrown, triedAt)
      }
    },
  }
}

/** Root tries the guards as this user, who owns nothing. */
const nobody: User = { uid: 65_534, gid: 65_534 }

async function chooseJail({ platform, processor, bubblewrapAt }: JailerDeps): Promise<JailChoice> {
  if (platform === 'linux') return await chooseBubblewrap(processor, bubblewrapAt)
  if (platform === 'darwin') return await chooseSeatbelt()
  const { off, fixes } = sandboxWords
  if (platform === 'win32') return { reason: off.windows, fix: fixes.windows }
  return { reason: off.system, fix: fixes.system }
}

function refuseUnfit({ command }: CommandRequest): void {
  if (command.includes('\0')) throw new ExpectedFailure('invalid-input', sandboxWords.start.nul)
  if (Buffer.byteLength(command) > mostCommandBytes) {
    throw new ExpectedFailure('invalid-input', sandboxWords.start.tooLong)
  }
}

/** Tried twice: what lies in a folder may change under one's hands. */
async function openedCell(request: CommandRequest): Promise<OpenCell> {
  const options = { workspace: request.workspace, gitWritable: request.gitWritable === true }
  return await openCell(options)
    .catch((thrown) => {
      if (thrown instanceof Moved) return openCell(options)
      throw thrown
    })
    .catch((thrown) => {
      const { gone, goneFix } = sandboxWords.start
      throw thrown instanceof Moved ? broken({ reason: gone, fix: goneFix }) : thrown
    })
}

/** bubblewrap gives up when it cannot get to one of them. */
async function reachable(paths: readonly string[], user: User | null): Promise<string[]> {
  const can = async (path: string) => (user ? await canReach(path, user) : await access(path).then(yes, no))
  const answers = await Promise.all(paths.map(can))
  return paths.filter((_, index) => answers[index])
}

async function appearedIn(open: OpenCell): Promise<string[]> {
  return appearedBetween(open.before, await open.stock())
}

/** What was found counts for as long as nobody can have installed anything, and the key is the same. */
function remembered<Value>(find: () => Promise<Value>, key: () => unknown): () => Promise<Value> {
  let known: { value: Promise<Value>; key: unknown; until: number } | null = null
  return () => {
    const now = performance.now()
    if (known === null || known.key !== key() || now > known.until) {
      known = { value: find(), key: key(), until: now + rememberedMs }
    }
    return known.value
  }
}

const rememberedMs = 2_000
const yes = () => true
const no = () => false
