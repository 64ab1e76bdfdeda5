// Checks what a person may doubt: the folder, its owner, the room on the disk, the sessions, the server, the model.
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CheckProgress, DataReport } from '../../../shared/data-report.ts'
import { sumUp } from '../../../shared/data-sums.ts'
import { ExpectedFailure, type Failure, toFailure } from '../../../shared/failure.ts'
import type { Check, TrashedSession } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { sandboxWords } from '../../../shared/messages/sandbox.ts'
import { size } from '../../../shared/messages/sizes.ts'
import type { Seal } from '../../../shared/seal.ts'
import type { IndexStatus } from '../../../shared/search.ts'
import { defaultModel } from '../../../shared/settings.ts'
import type { SkillSummary } from '../../../shared/skills.ts'
import type { Doctor, Home, Models, SettingsStore, Surroundings } from '../../contracts.ts'
import { folderSize } from './folder-size.ts'

export interface DoctorDependencies {
  home: Home
  settings: SettingsStore
  models: Models
  surroundings: Surroundings
  /** Everything in the folder of sessions. Throws when it cannot be read, and `cancelled`. */
  inspectSessions(inspection: {
    signal: AbortSignal
    onProgress(progress: CheckProgress): void
  }): Promise<Pick<DataReport, 'sessions' | 'others' | 'sameButCase'>>
  listTrash(): Promise<TrashedSession[]>
  /** Tries every guard of the sandbox. Never throws. */
  proveGuards(signal: AbortSignal): Promise<Seal>
  /** Whether the server at this address is sent a token. */
  usesToken(host: string): Promise<boolean>
  indexStatus(): Promise<IndexStatus>
  /** Without those of a session's folder. */
  listSkills(signal: AbortSignal): Promise<SkillSummary[]>
  /** The process that has the folder open and is not this one, if any. */
  otherOwner(): Promise<number | null>
}

const words = messages.terminal.checks
/** Below this many free bytes the person is warned: a model's answer is small, its weights are not. */
const lowSpace = 500_000_000
/** Progress is told at most this often. Milliseconds. */
const tellEvery = 80

export function createDoctor(dependencies: DoctorDependencies): Doctor {
  const { home, settings, models, surroundings, inspectSessions, listTrash, proveGuards, otherOwner } = dependencies

  async function checkHome(): Promise<Check> {
    const found = await stat(home.path).catch(() => null)
    if (!found) return ok(words.home, words.notMadeYet(home.path))
    if (!found.isDirectory()) return failed(words.home, messages.failures.folderUnusable(home.path))
    try {
      await access(home.path, constants.W_OK | constants.X_OK)
    } catch (thrown) {
      return failed(words.home, messages.failures.readOnlyFolder(home.path), String(thrown))
    }
    return ok(words.home, words.homeOk(home.path))
  }

  async function checkOwner(): Promise<Check> {
    const pid = await otherOwner()
    return ok(words.owner, pid === null ? words.ownerFree : words.ownerBusy(pid))
  }

  async function lookAtDisk(): Promise<DataReport['disk']> {
    try {
      const disk = await statfs(await existingFolder(home.path))
      const free = disk.bavail * disk.bsize
      return { free, isLow: free < lowSpace }
    } catch {
      return null
    }
  }

  function checkSpace(disk: DataReport['disk']): Check {
    if (!disk) return { name: words.space, status: 'warn', detail: words.spaceUnknown, fix: null }
    if (!disk.isLow) return ok(words.space, words.spaceOk(size(disk.free)))
    return { name: words.space, status: 'warn', detail: words.spaceLow(size(disk.free)), fix: words.spaceFix }
  }

  function checkSettings(): Check {
    const told = settings.notices.map((notice) => notice.message).join(' ')
    if (told === '') return ok(words.settings, words.settingsOk)
    return { name: words.settings, status: 'warn', detail: told, fix: null }
  }

  async function lookAtTrash(): Promise<DataReport['trash']> {
    try {
      const trash = await listTrash()
      return { count: trash.length, bytes: trash.reduce((sum, { bytes }) => sum + bytes, 0), failure: null }
    } catch (thrown) {
      return { count: 0, bytes: 0, failure: toFailure(thrown, messages.failures.internal).message }
    }
  }

  /** The failure when the folder of sessions cannot be read. */
  async function lookAtData(
    disk: DataReport['disk'],
    signal: AbortSignal,
    onProgress: (progress: CheckProgress) => void,
  ): Promise<DataReport | Failure> {
    try {
      const inspected = await inspectSessions({ signal, onProgress: seldom(onProgress) })
      const blobs = await folderSize(join(home.path, 'blobs'), signal)
      const checkpoints = await folderSize(join(home.path, 'checkpoints'), signal)
      return { ...inspected, trash: await lookAtTrash(), blobs, ...(checkpoints.count > 0 && { checkpoints }), disk }
    } catch (thrown) {
      return toFailure(thrown, messages.failures.internal)
    }
  }

  function checkSessions(data: DataReport): Check {
    const { count, bytes, damaged, skippedBytes, missingBlobs } = sumUp(data)
    const said = [
      words.sessionsCount(count, size(bytes)),
      damaged === 0 ? words.sessionsOk : words.sessionsBad(damaged, skippedBytes),
      ...(missingBlobs === 0 ? [] : [words.missingBlobs(missingBlobs)]),
      data.trash.failure ?? words.trash(data.trash.count, size(data.trash.bytes)),
      ...(data.disk ? [words.spaceOk(size(data.disk.free))] : []),
    ]
    const isFine = damaged === 0 && data.trash.failure === null
    return {
      name: words.sessions,
      status: isFine ? 'ok' : 'warn',
      detail: said.join('; '),
      fix: damaged === 0 ? null : words.sessionsFix,
    }
  }

  async function checkServer(signal: AbortSignal): Promise<Check[]> {
    const state = await models.refresh(signal)
    const wished = settings.current().model ?? defaultModel
    if (state.status !== 'ready') {
      return [
        {
          name: words.server,
          status: 'fail',
          detail: state.failure?.message ?? state.host,
          // Whatever else is wrong, something runs there, and a second one would not help.
          fix: state.failure?.message === messages.failures.ollamaNotRunning(state.host) ? words.serverFix : null,
        },
        { name: words.model, status: 'warn', detail: words.modelUnknown, fix: null },
      ]
    }
    const server = ok(
      words.server,
      words.serverOk(state.host, state.version ?? '?', await dependencies.usesToken(state.host)),
    )
    // Ollama adds `:latest` to a name without a tag.
    const installed = state.models.some(({ name }) => name === wished || name === `${wished}:latest`)
    if (installed) return [server, ok(words.model, words.modelOk(wished))]
    return [
      server,
      { name: words.model, status: 'warn', detail: words.modelMissing(wished), fix: words.modelFix(wished) },
    ]
  }

  /** What was switched on and is not offered is a surprise; what is refused and was never on is none. */
  async function checkSkills(signal: AbortSignal): Promise<Check> {
    try {
      const skills = await dependencies.listSkills(signal)
      const count = (state: SkillSummary['state']) => skills.filter((skill) => skill.state === state).length
      const detail = words.skillsOk(count('on'), skills.length, count('refused'))
      const waiting = skills.filter(({ isEnabled, state }) => isEnabled && (state === 'changed' || state === 'refused'))
      if (waiting.length === 0) return ok(words.skills, detail)
      const names = waiting.map(({ name }) => name)
      return {
        name: words.skills,
        status: 'warn',
        detail: `${detail}; ${words.skillsWaiting(names)}`,
        fix: words.skillsFix,
      }
    } catch (thrown) {
      const { message } = toFailure(thrown, messages.failures.internal)
      return { name: words.skills, status: 'warn', detail: message, fix: null }
    }
  }

  /** Without one nothing is lost: the files are read. */
  async function checkIndex(): Promise<Check> {
    // Only the owner of the folder keeps it up.
    if (home.readOnly) return ok(words.index, words.indexUnasked)
    const { state, reason, files, of, bytes } = await dependencies.indexStatus()
    const detail = words.indexOk(files, of, size(bytes))
    if (state === 'off') return { name: words.index, status: 'warn', detail: reason ?? detail, fix: words.indexFix }
    return ok(words.index, state === 'ready' ? detail : words.indexMaking(files, of))
  }

  return {
    async check(signal, onProgress = () => {}) {
      const disk = await lookAtDisk()
      // The server may be slow to answer, and does not wait for the disk.
      const [data, server, seal] = await Promise.all([
        lookAtData(disk, signal, onProgress),
        checkServer(signal),
        proveGuards(signal),
      ])
      if (signal.aborted) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
      const isRead = 'sessions' in data
      const versions = Object.entries(process.versions)
        .filter(([name]) => ['node', 'electron', 'chrome'].includes(name))
        .map(([name, version]) => `${name} ${version}`)
      return {
        checks: [
          await checkHome(),
          await checkOwner(),
          checkSpace(disk),
          checkSettings(),
          isRead ? checkSessions(data) : failed(words.sessions, data.message),
          await checkIndex(),
          await checkSkills(signal),
          ...server,
          ...checkGuards(seal),
          ok(words.versions, [`carrel ${surroundings.appVersion}`, ...versions].join(', ')),
        ],
        data: isRead ? data : null,
      }
    },
  }
}

/** Where there is no jail nothing is in danger: commands are off. A guard that was tried and let something through has failed. */
function checkGuards(seal: Seal): Check[] {
  const wasTried = seal.guards.some(({ holds }) => holds)
  return seal.guards.map(({ name, holds, why }) => {
    const title = sandboxWords.doctor.name(sandboxWords.guards[name])
    if (holds) return ok(title, sandboxWords.held[name])
    return {
      name: title,
      status: wasTried ? 'fail' : 'warn',
      detail: why ?? sandboxWords.doctor.unknown,
      fix: seal.fix,
    }
  })
}

/** The first, the last, and in between no more than one can read. */
function seldom(onProgress: (progress: CheckProgress) => void): (progress: CheckProgress) => void {
  let told = Number.NEGATIVE_INFINITY
  return (progress) => {
    const now = performance.now()
    if (now - told < tellEvery && progress.files < progress.of) return
    told = now
    onProgress(progress)
  }
}

/** The folder itself, or the nearest one above it that is there: both lie on the disk that will be written to. */
async function existingFolder(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere || dirname(path) === path ? path : await existingFolder(dirname(path))
}

function failed(name: string, detail: string, fix: string | null = null): Check {
  return { name, status: 'fail', detail, fix }
}

function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, fix: null }
}
