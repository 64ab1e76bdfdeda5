// A data folder with a bit of everything, and what tests want to know of one.
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { restoreBackup } from '../../electron/boot.ts'
import { header, type Line, message, toBytes } from '../support/session-lines.ts'

export const blobText = 'a long text '.repeat(20_000)
export const blobHash = createHash('sha256').update(blobText).digest('hex')
const changed = new Date('2026-11-20T09:30:00.000Z')

const spilled: Line = {
  content: 'a long',
  spilled: { content: { blob: `sha256:${blobHash}`, bytes: blobText.length } },
}

const rules = { rules: [{ id: 'r1' }, { id: 'r2' }] }
const trust = { '/somewhere': { trusted: true, at: '2026-11-20T09:30:00.000Z' } }
export const settings = { theme: 'dark', host: 'http://10.0.0.7:11434', commandsWithoutSandbox: true }

/** By its place, with its bytes: what belongs into a backup. */
export const everything: Readonly<Record<string, string | Buffer>> = {
  'sessions/one.jsonl': toBytes(header, message('m1', null), message('m2', 'm1', spilled)),
  'sessions/two.jsonl.archived': toBytes(header, message('n1', null)),
  'sessions/torn.jsonl': `${toBytes(header)}{"type":"mess`,
  [`blobs/${blobHash.slice(0, 2)}/${blobHash}`]: blobText,
  'checkpoints/one/run.stock': '{}',
  'checkpoints/objects/ab/abc': 'bytes',
  'trash/2026-11-20T09-30-00-000Z-three/three.jsonl': toBytes(header, message('o1', null)),
  'trash/2026-11-20T09-30-00-000Z-three/trash.json':
    '{"id":"three","title":"Three","deletedAt":"2026-11-20T09:30:00.000Z"}',
  'skills/notes/SKILL.md': '# Notes ☕',
  'skills/notes/scripts/run.sh': '#!/bin/sh\n',
  'drafts.json': '{"new":"unsent"}',
  'attached.json': '{"new":[{"path":"src","name":"src","kind":"folder"}]}',
  'queue.json': '{}',
  'settings.json': JSON.stringify(settings),
  'settings.broken-2026-11-20T09-30-00-000Z.json': '{',
  'rules.json': JSON.stringify(rules),
  'trust.json': JSON.stringify(trust),
  'models.json': '{}',
  'ledger.jsonl': '{"ts":"2026-11-20T09:30:00.000Z"}\n',
  'ledger-20261120T093000000Z.jsonl': '{}\n',
  'window.json': '{"lastSessionId":"one","folders":["/secret"],"place":null}',
  'skills.lock.json': '{}',
  'skills.json': '{"version":1,"skills":{}}',
}

/** What can be made anew, is on its way to its name, or is somebody else's. */
export const left: Readonly<Record<string, string>> = {
  'cache/search.db': 'index',
  'skills/.staging/one/arriving/SKILL.md': 'not said yes to',
  'cache/chromium/Cookies': 'x',
  'sessions/one.draft.new': 'on its way',
  'sessions/one.adopting': 'on its way',
  'checkpoints/one/run.stock.0011aa.new': 'on its way',
  [`blobs/${blobHash.slice(0, 2)}/${blobHash}.1-2.new`]: 'on its way',
  '.settings.json.0011': 'on its way',
  'notes.txt': 'somebody else’s',
  'photos/holiday.jpg': 'somebody else’s',
}

export async function fill(home: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    await utimes(path, changed, changed)
    if (name.endsWith('.sh')) await chmod(path, 0o755)
  }
}

/** Every file under a folder with its text. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    found[path.slice(folder.length + 1)] = await readFile(path, 'utf8')
  }
  return found
}

export const asText = (files: Readonly<Record<string, string | Buffer>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [name, content.toString()]))

export async function restore(path: string, homePath: string, withRights = false) {
  return await restoreBackup({
    homePath,
    path,
    withRights,
    environment: {},
    signal: new AbortController().signal,
    onProgress: () => undefined,
    log: () => undefined,
  })
}
