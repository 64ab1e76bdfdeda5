// A session whose model runs commands in a folder of somebody without rights, for tests of the real border.
import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Seal } from '../../shared/seal.ts'
import type { Scenario } from '../support/fake-ollama.ts'
import { header, message, toBytes } from '../support/session-lines.ts'
import { expect, projectRoot } from './carrel.ts'

const nobody = 65_534

/** As root, commands run as the owner of their folder, who is never root. */
export async function commandFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'carrel-commands-')))
  if (process.getuid?.() === 0) await chown(folder, nobody, nobody)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** For root, whose commands run as somebody else: that one can read what lies in Carrel's own folder of skills, as a person can theirs. */
export async function lendToCommands(home: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  await chmod(home, 0o711)
  await lend(join(home, 'skills'))
}

/** For root: everything in the folder belongs to whom commands run as. */
export async function lend(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const below = await readdir(folder, { recursive: true })
  await Promise.all([folder, ...below.map((name) => join(folder, name))].map((path) => chown(path, nobody, nobody)))
}

export async function seedSession(home: string, id: string, title: string, workspace?: string): Promise<void> {
  await mkdir(join(home, 'sessions'), { recursive: true })
  const lines = [
    { ...header, id, ...(workspace !== undefined && { workspace }) },
    message('q', null, { content: title }),
    message('a', 'q', { role: 'assistant', content: 'What about it?', stop: 'stop', model: 'gemma4:e4b' }),
    { type: 'title', id: 't', ts: '2026-11-22T08:00:02.000Z', title, by: 'user' },
  ]
  await writeFile(join(home, 'sessions', `${id}.jsonl`), toBytes(...lines))
}

/** The model asks for this command to a question that holds `contains`, and says “Done.” when it has been answered. */
export function commandTurns(contains: string, command: string): Scenario['turns'] {
  return [
    {
      match: { toolResultFor: 'run_command' },
      steps: [{ content: 'Done.' }, { done: 'stop' }],
    },
    {
      match: { contains },
      steps: [{ tool_calls: [{ name: 'run_command', arguments: { command } }] }, { done: 'stop' }],
    },
  ]
}

/** Waits until every guard was tried and holds; on a machine with much to do it is tried once more. Fails with what does not. */
export async function sealHolds(page: Page): Promise<void> {
  const open = async () =>
    await page.evaluate(async () => {
      const { carrelWire } = globalThis as unknown as {
        carrelWire: { call(id: string, channel: string, input: unknown): Promise<{ value: Seal }> }
      }
      const { value } = await carrelWire.call(`seal ${Math.random()}`, 'sandbox.prove', {})
      return value.guards.filter(({ holds }) => !holds).map(({ name, why }) => `${name}: ${why}`)
    })
  await expect.poll(open, { timeout: 45_000, intervals: [500] }).toEqual([])
}

/** As a person does it: when the button is armed. */
export async function allow(page: Page, button: 'Allow once' | 'Allow for this session' | 'Allow in this folder') {
  const card = page.getByRole('alertdialog')
  const one = card.getByRole('button', { name: button })
  await expect(one).not.toHaveAttribute('aria-disabled', 'true')
  await one.click()
  await expect(card).toHaveCount(0)
}

/** `carrel …` in a terminal of the same person, while the window is open. */
export async function carrelCommand(home: string, ...words: string[]): Promise<void> {
  const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
  const child = spawn(process.execPath, [program, '--home', home, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
}
