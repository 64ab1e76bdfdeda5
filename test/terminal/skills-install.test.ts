// `carrel skills inspect|install|update|remove|restore`, as processes: shown first, asked where somebody can be asked.
import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bootCarrel } from '../support/carrel.ts'
import { rawZip } from '../support/raw-zip.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminal, runTerminal, terminalProgram } from '../support/terminal.ts'

let room: string
let home: string

beforeAll(buildTerminal)
beforeEach(async () => {
  room = await temporaryFolder()
  home = join(room, 'carrel')
  await put('work/greet/SKILL.md', text('greet', 'Say hello.'))
  await put('work/greet/scripts/hello.sh', '#!/bin/sh\necho hello\n')
})

const words = (...given: string[]) => ['--home', home, '--host', 'http://127.0.0.1:9', 'skills', ...given]
const carrel = (...given: string[]) =>
  runTerminal({ arguments: words(...given), cwd: join(room, 'work'), environment: { HOME: join(room, 'person') } })
const text = (name: string, body: string) => `---\nname: ${name}\ndescription: What ${name} is for.\n---\n\n${body}\n`

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(room, path)), { recursive: true })
  await writeFile(join(room, path), content)
}

const installed = async (path = 'greet/SKILL.md') =>
  await readFile(join(home, 'skills', path), 'utf8').catch(() => null)
const skillNamed = async (name: string) =>
  Object((await carrel('list', '--json')).json()).skills.find((one: { name: string }) => one.name === name)

describe('inspect', () => {
  test('shows what would come, and keeps nothing of it', async () => {
    const { code, out } = await carrel('inspect', 'greet')
    expect(code).toBe(0)
    expect(out).toMatch(/^greet {2}valid\nWhat greet is for\.\n/)
    expect(out).toContain('2 files, 1 script')
    expect(out).toMatch(/scripts\/hello\.sh {2}script\n/)
    const { skill, files, totals, problems } = Object((await carrel('inspect', './greet', '--json')).json())
    expect(skill).toMatchObject({ name: 'greet', folder: 'greet', status: 'valid', source: join(room, 'work/greet') })
    expect(files).toContainEqual(expect.objectContaining({ path: 'scripts/hello.sh', bytes: 21, executable: false }))
    expect({ totals, problems }).toEqual({ totals: { files: 2, bytes: expect.any(Number), scripts: 1 }, problems: [] })
    expect(await installed()).toBeNull()
    expect((await readdir(home, { recursive: true })).filter((name) => name.includes('SKILL.md'))).toEqual([])
  })

  test('what cannot be installed is 1, with every reason; what is no source is 2', async () => {
    await put('work/broken/SKILL.md', 'no front matter')
    const broken = await carrel('inspect', 'broken', '--json')
    expect(broken.code).toBe(1)
    expect(broken.json()).toMatchObject({ installable: false, problems: [{ code: 'no-frontmatter' }] })
    for (const source of ['nowhere', 'http://example.org/x.git', 'https://me:secret@example.org/x', 'ext::sh -c x']) {
      expect([source, (await carrel('inspect', source)).code]).toEqual([source, 2])
    }
    expect((await carrel('inspect')).code).toBe(2)
  })
})

describe('install', () => {
  test('with --yes: it lies in the data folder, switched off, and says from where', async () => {
    const { code, out, error } = await carrel('install', 'greet', '--yes')
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(out).toContain('Installed greet.\n')
    expect(out).toContain('carrel skills enable greet')
    expect(await installed()).toBe(text('greet', 'Say hello.'))
    expect(await skillNamed('greet')).toMatchObject({ state: 'off', source: join(room, 'work/greet'), scope: 'user' })
    expect((await carrel('enable', 'greet')).code).toBe(0)
    // The same once more changes nothing, and needs no yes.
    const again = await carrel('install', 'greet', '--yes', '--json')
    expect(again.code).toBe(0)
    expect(again.json()).toMatchObject({ replaces: { same: true } })
    expect(await skillNamed('greet')).toMatchObject({ state: 'on' })
  })

  test('without a terminal and without --yes it refuses before it looks', async () => {
    const { code, error } = await carrel('install', 'greet')
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining('--yes') })
    expect(await installed()).toBeNull()
  })

  test('a hostile archive is refused as a whole, and nothing of it is anywhere', async () => {
    const skill = { name: 'evil/SKILL.md', content: text('evil', 'x') }
    await put('work/decent.zip', rawZip([skill]))
    await put('work/evil.zip', rawZip([skill, { name: '../../evil', content: 'x' }]))
    const refused = await carrel('install', 'evil.zip', '--yes', '--json')
    expect(refused.code).toBe(1)
    expect(Object(refused.json()).problems).toEqual([
      expect.objectContaining({ code: 'path-outside', message: expect.stringContaining('../../evil') }),
    ])
    const left = await readdir(room, { recursive: true, withFileTypes: true })
    expect(
      left.filter((one) => one.name.includes('evil') || one.parentPath.includes('evil')).map(({ name }) => name),
    ).toEqual(['evil.zip'])
    // Without that entry it is a skill like any other.
    expect((await carrel('install', 'decent.zip', '--yes')).code).toBe(0)
    expect(await installed('evil/SKILL.md')).toBe(text('evil', 'x'))
  })

  test('attached to a window: relative paths are those of the person’s folder, and the window hears of it', async () => {
    const window = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
    expect((await carrel('install', 'greet', '--yes')).code).toBe(0)
    expect(window.pushed('skills.changed').length).toBeGreaterThan(0)
    const seen = await window.bridge.call('skills.library', { sessionId: null })
    expect(seen.ok && seen.value.skills.map(({ name, state }) => `${name} ${state}`)).toEqual(['greet off'])
  })
})

/** util-linux: gives a program a terminal of its own. */
const hasScript = spawnSync('script', ['--version']).status === 0

describe.skipIf(!hasScript)('at a terminal', () => {
  async function atTerminal(said: string, ...given: string[]) {
    const command = [process.execPath, terminalProgram(), ...words(...given)].map((word) => `'${word}'`).join(' ')
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      cwd: join(room, 'work'),
      env: { PATH: process.env['PATH'], HOME: join(room, 'person'), TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (!out.includes('[y/N]') && `${out}${part}`.includes('[y/N]')) child.stdin.write(said)
      out += part
    })
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, out: out.replaceAll('\r', '') }
  }

  test('it is shown, then asked, and a yes installs it', async () => {
    const { code, out } = await atTerminal('y\n', 'install', 'greet')
    expect(code).toBe(0)
    expect(out.indexOf('scripts/hello.sh')).toBeLessThan(out.indexOf('Install it? [y/N]'))
    expect(await installed()).toBe(text('greet', 'Say hello.'))
  })

  test.each([
    ['a no', 'n\n', 4],
    ['an empty line', '\n', 4],
    ['the end of the input', '\u0004', 4],
    ['Ctrl+C', '\u0003', 130],
  ])('%s installs nothing', async (_, said, expected) => {
    const { code } = await atTerminal(said, 'install', 'greet')
    expect(code).toBe(expected)
    expect(await installed()).toBeNull()
    expect((await readdir(home, { recursive: true })).filter((name) => name.includes('SKILL.md'))).toEqual([])
  })
})

describe('update', () => {
  beforeEach(async () => {
    await carrel('install', 'greet', '--yes')
    await carrel('enable', 'greet')
  })

  test('shows what would be another one, and the yes holds for that', async () => {
    await put('work/greet/SKILL.md', text('greet', 'Say good morning.'))
    await put('work/greet/more.md', 'More.\n')
    const { code, out } = await carrel('update', 'greet', '--yes')
    expect(code).toBe(0)
    expect(out).toContain('-Say hello.\n+Say good morning.\n')
    expect(out).toMatch(/new +more\.md\n/)
    expect(await installed()).toContain('Say good morning.')
    expect(await skillNamed('greet')).toMatchObject({ state: 'on' })
    expect((await carrel('update', 'greet', '--yes')).out).toContain('Nothing was changed.')
  })

  test('what was changed by hand stays, until that is said too', async () => {
    await put('carrel/skills/greet/SKILL.md', text('greet', 'My own words.'))
    await put('work/greet/SKILL.md', text('greet', 'Say good morning.'))
    const kept = await carrel('update', 'greet', '--yes')
    expect(kept.code).toBe(4)
    expect(await installed()).toContain('My own words.')
    expect((await carrel('update', 'greet', '--yes', '--replace-edits')).code).toBe(0)
    expect(await installed()).toContain('Say good morning.')
  })

  test('of one whose source is gone, and of one that nobody installed, a sentence', async () => {
    await rm(join(room, 'work/greet'), { recursive: true })
    expect((await carrel('update', 'greet', '--yes')).code).not.toBe(0)
    await put('carrel/skills/own/SKILL.md', text('own', 'x'))
    expect(await carrel('update', 'own', '--yes')).toMatchObject({ code: 1, error: expect.stringContaining('own') })
    expect(await installed()).toContain('Say hello.')
  })
})

describe('remove', () => {
  test('goes into the trash, and comes back', async () => {
    await carrel('install', 'greet', '--yes')
    const removed = await carrel('remove', 'greet', '--json')
    expect(removed.code).toBe(0)
    const { trashId } = Object(removed.json())
    expect(await installed()).toBeNull()
    expect(await skillNamed('greet')).toBeUndefined()
    expect((await carrel('trash')).out).toMatch(new RegExp(`^${trashId} .* greet\\n$`))
    expect(await carrel('restore', trashId)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^greet is back\.\n/),
    })
    expect(await installed()).toBe(text('greet', 'Say hello.'))
    expect((await carrel('restore', trashId)).code).toBe(1)
  })

  test('what belongs to another program is left where it is', async () => {
    await put('person/.claude/skills/theirs/SKILL.md', text('theirs', 'x'))
    await chmod(join(room, 'person/.claude/skills/theirs/SKILL.md'), 0o644)
    expect((await carrel('remove', 'theirs')).code).toBe(4)
    expect(await readFile(join(room, 'person/.claude/skills/theirs/SKILL.md'), 'utf8')).toBe(text('theirs', 'x'))
  })
})
