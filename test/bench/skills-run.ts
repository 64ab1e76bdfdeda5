// Measures the first look at five hundred skills of three files each, against finding, reading and hashing the same files at
// once, and parsing the YAML.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { createLibrary } from '../../electron/services/skills/skill-library.ts'
import type { Pair } from './figure.ts'

const [folder = '', runs] = process.argv.slice(2)
const personHome = join(folder, 'skills-home')
const root = join(personHome, '.claude/skills')
const skills = 500
const warmUps = 2
const anHourAgo = new Date(Date.now() - 3_600_000)

for (let index = 0; index < skills; index += 1) {
  const name = `skill-${String(index).padStart(3, '0')}`
  const description = `Tidies the papers on desk ${index}, by date and by subject. Use when a desk is full.`
  const line = 'Put away what is not needed today; what is needed lies on top.\n'
  await write(`${name}/SKILL.md`, `---\nname: ${name}\ndescription: ${description}\n---\n# ${name}\n${line.repeat(60)}`)
  await write(`${name}/scripts/tidy.sh`, `#!/bin/sh\n${'echo "$1"\n'.repeat(50)}`)
  await write(`${name}/LICENSE.txt`, line.repeat(50))
}

async function write(path: string, content: string): Promise<void> {
  const at = join(root, path)
  await mkdir(join(at, '..'), { recursive: true })
  await writeFile(at, content)
  await utimes(at, anHourAgo, anHourAgo)
}

async function own(): Promise<void> {
  // A library of its own each time, as after a start: nothing of an earlier look is known.
  const library = createLibrary({
    places: { dataFolder: join(folder, 'skills-data'), personHome, builtIn: null },
    agreed: { load: async () => new Map(), set: async () => undefined },
    trust: { answerFor: async () => null },
    sources: async () => ({}),
  })
  const found = await library.library(null, new AbortController().signal)
  const sound = found.skills.filter(({ status, files }) => status === 'valid' && files === 3)
  if (sound.length !== skills) throw new Error(`${sound.length} skills were found`)
}

async function bare(): Promise<void> {
  const hash = createHash('sha256')
  const parsed: unknown[] = []
  let files = 0
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = readFileSync(join(entry.parentPath, entry.name))
    hash.update(bytes)
    if (entry.name === 'SKILL.md') parsed.push(load(bytes.toString().split('\n---\n', 1)[0]?.slice(4) ?? ''))
    files += 1
  }
  hash.digest()
  if (files !== skills * 3 || parsed.length !== skills) throw new Error(`${files} files were read`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const pairs: Pair[] = []
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  const pair = { own: await timed(own), baseline: await timed(bare) }
  if (run >= warmUps) pairs.push(pair)
}
process.stdout.write(JSON.stringify(pairs))
