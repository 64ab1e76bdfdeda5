// A policy on a real data folder, with a clock of its own, and questions to ask it.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppEvents, PolicyQuestion } from '../../electron/contracts.ts'
import { createEventBus } from '../../electron/kernel/event-bus.ts'
import { openHome } from '../../electron/services/home/home.ts'
import { createPolicy } from '../../electron/services/policy/policy.ts'
import type { Notice } from '../../shared/ipc.ts'
import type { Seal } from '../../shared/seal.ts'
import { temporaryFolder } from '../support/temp.ts'

export const holds: Seal = {
  state: 'holds',
  jail: 'bubblewrap',
  guards: [{ name: 'network', holds: true, why: null }],
  reason: null,
  fix: null,
  triedAt: '2026-11-28T08:00:00.000Z',
}
export const off: Seal = {
  ...holds,
  state: 'off',
  jail: null,
  guards: [],
  reason: 'There is no bubblewrap.',
  fix: 'Install it.',
}
export const unproven: Seal = { ...holds, state: 'unproven', guards: [], triedAt: null }

export async function policyRoom() {
  const base = await temporaryFolder()
  const folder = join(base, 'project')
  const other = join(base, 'other')
  await mkdir(folder)
  await mkdir(other)
  let made = 0
  const logged: string[] = []
  const surroundings = {
    now: () => new Date(Date.UTC(2026, 10, 28, 8, 0, made)),
    newId: () => `id${String(++made).padStart(4, '0')}`,
    environment: {},
    appVersion: '0.0.0',
    log: (line: string) => void logged.push(line),
  }

  async function open(as: 'owner' | 'reader' = 'owner') {
    const home = await openHome(join(base, 'home'), as, surroundings)
    const events = createEventBus<AppEvents>(() => undefined)
    const told = { rules: 0, notices: [] as Notice[] }
    events.on('rules.changed', () => {
      told.rules += 1
    })
    events.on('app.notice', (notice) => told.notices.push(notice))
    return { home, events, told, policy: createPolicy({ home, events, surroundings }) }
  }

  const ask = (question: Partial<PolicyQuestion>): PolicyQuestion => ({
    tool: 'read_file',
    effect: 'read',
    arguments: {},
    folder,
    sessionId: 'one',
    mode: 'workspace',
    allowed: [],
    doubts: [],
    seal: holds,
    ...question,
  })
  return {
    base,
    folder,
    other,
    logged,
    open,
    ask,
    read: (more: Partial<PolicyQuestion> = {}) => ask({ arguments: { path: 'a.txt' }, ...more }),
    write: (more: Partial<PolicyQuestion> = {}) =>
      ask({ tool: 'write_file', effect: 'write', arguments: { path: 'a.txt', content: 'x' }, ...more }),
    run: (command: string, more: Partial<PolicyQuestion> = {}) =>
      ask({ tool: 'run_command', effect: 'execute', arguments: { command }, ...more }),
    visit: (url: string, more: Partial<PolicyQuestion> = {}) =>
      ask({ tool: 'fetch_url', effect: 'network', arguments: { url }, ...more }),
    commit: (more: Partial<PolicyQuestion> = {}) =>
      ask({ tool: 'git_commit', effect: 'write', arguments: { message: 'm', paths: 'a.txt' }, ...more }),
  }
}
