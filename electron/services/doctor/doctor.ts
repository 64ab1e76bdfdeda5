// Checks what a person may doubt: the folder, its owner, the room on the disk, the sessions, the server, the model.
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toFailure } from '../../../shared/failure.ts'
import type { Check } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { defaultModel } from '../../../shared/settings.ts'
import type { Doctor, Home, Models, SettingsStore, Surroundings } from '../../contracts.ts'

export interface DoctorDependencies {
  home: Home
  settings: SettingsStore
  models: Models
  surroundings: Surroundings
  /** Every session file with what had to be skipped in it. */
  inspectSessions(): Promise<{ sessionId: string; damaged: boolean; skippedBytes: number }[]>
  /** The process that has the folder open and is not this one, if any. */
  otherOwner(): Promise<number | null>
}

const words = messages.terminal.checks
/** Below this many free bytes the person is warned: a model's answer is small, its weights are not. */
const lowSpace = 500_000_000

export function createDoctor(dependencies: DoctorDependencies): Doctor {
  const { home, settings, models, surroundings, inspectSessions, otherOwner } = dependencies

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

  async function checkSpace(): Promise<Check> {
    const disk = await statfs(await existingFolder(home.path))
    const free = disk.bavail * disk.bsize
    const said = `${(free / 1e9).toFixed(1)} GB`
    if (free >= lowSpace) return ok(words.space, words.spaceOk(said))
    return { name: words.space, status: 'warn', detail: words.spaceLow(said), fix: words.spaceFix }
  }

  function checkSettings(): Check {
    const told = settings.notices.map((notice) => notice.message).join(' ')
    if (told === '') return ok(words.settings, words.settingsOk)
    return { name: words.settings, status: 'warn', detail: told, fix: null }
  }

  async function checkSessions(): Promise<{ check: Check; skippedBytes: number }> {
    const inspected = await inspectSessions().catch((thrown) => toFailure(thrown, messages.failures.internal))
    if (!Array.isArray(inspected)) return { check: failed(words.sessions, inspected.message), skippedBytes: 0 }
    const bad = inspected.filter((one) => one.damaged || one.skippedBytes > 0)
    const skippedBytes = inspected.reduce((sum, one) => sum + one.skippedBytes, 0)
    if (bad.length === 0) return { check: ok(words.sessions, words.sessionsOk(inspected.length)), skippedBytes }
    const detail = words.sessionsBad(inspected.length, bad.length, skippedBytes)
    return { check: { name: words.sessions, status: 'warn', detail, fix: words.sessionsFix }, skippedBytes }
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
          fix: state.status === 'unreachable' ? words.serverFix : null,
        },
        { name: words.model, status: 'warn', detail: words.modelUnknown, fix: null },
      ]
    }
    const server = ok(words.server, words.serverOk(state.host, state.version ?? '?'))
    // Ollama adds `:latest` to a name without a tag.
    const installed = state.models.some(({ name }) => name === wished || name === `${wished}:latest`)
    if (installed) return [server, ok(words.model, words.modelOk(wished))]
    return [
      server,
      { name: words.model, status: 'warn', detail: words.modelMissing(wished), fix: words.modelFix(wished) },
    ]
  }

  return {
    async check(signal) {
      const { check: sessionCheck, skippedBytes } = await checkSessions()
      const versions = Object.entries(process.versions)
        .filter(([name]) => ['node', 'electron', 'chrome'].includes(name))
        .map(([name, version]) => `${name} ${version}`)
      return {
        checks: [
          await checkHome(),
          await checkOwner(),
          await checkSpace(),
          checkSettings(),
          sessionCheck,
          ...(await checkServer(signal)),
          ok(words.versions, [`carrel ${surroundings.appVersion}`, ...versions].join(', ')),
        ],
        skippedBytes,
      }
    },
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
