// `carrel skills …`, as processes: what is seen from a folder, what is said of it, and switching.
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bootCarrel } from '../support/carrel.ts'
import { temporaryFolder } from '../support/temp.ts'
import { buildTerminalWithSkills, runTerminal } from '../support/terminal.ts'

let room: string
let home: string
let person: string
let project: string

beforeAll(buildTerminalWithSkills)
beforeEach(async () => {
  room = await temporaryFolder()
  home = join(room, 'carrel')
  person = join(room, 'person')
  project = join(room, 'project')
  await mkdir(person)
  await mkdir(project)
})

const carrel = (...words: string[]) =>
  runTerminal({
    arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'skills', ...words],
    cwd: project,
    environment: { HOME: person },
  })
const text = (name: string, more = '') =>
  `---\nname: ${name}\ndescription: What ${name} is for.\n---\n\n1. Do it.\n${more}`

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(room, path)), { recursive: true })
  await writeFile(join(room, path), content)
}

const problem = z.looseObject({ code: z.string(), message: z.string() })
const skill = z.looseObject({
  name: z.string(),
  folder: z.string(),
  scope: z.string(),
  status: z.enum(['valid', 'warn', 'invalid']),
  enabled: z.boolean(),
  trusted: z.boolean(),
  description: z.string(),
  tokens: z.strictObject({ catalogue: z.number(), loaded: z.number() }),
  problems: z.array(problem),
  shadowedBy: z.string().nullable(),
})
const library = z.strictObject({
  roots: z.array(z.looseObject({ path: z.string(), state: z.string() })),
  skills: z.array(skill),
})
const listed = async (...words: string[]) => library.parse((await carrel('list', '--json', ...words)).json())

describe('list', () => {
  test('shows the bundled ones on, each valid, and where Carrel looks', async () => {
    const { roots, skills } = await listed()
    const builtIn = skills.filter(({ scope }) => scope === 'built-in')
    expect(builtIn.map(({ name }) => name)).toEqual([
      'clean-csv',
      'commit-message',
      'plain-notes',
      'plan-a-task',
      'review-change',
      'summarise-notes',
      'tidy-folder',
      'write-a-skill',
    ])
    for (const one of builtIn) expect(one).toMatchObject({ status: 'valid', problems: [], enabled: true, state: 'on' })
    // They are told in every request of everybody.
    expect(builtIn.map(({ name, description }) => `- ${name}: ${description}\n`).join('').length).toBeLessThan(900)
    expect(roots.map(({ path, state }) => `${path} ${state}`)).toContain(`${join(person, '.claude/skills')} missing`)
    const { out, code } = await carrel()
    expect(code).toBe(0)
    expect(out).toContain('clean-csv        on        comes with Carrel\n    Clean or convert')
    expect(out).toContain('Carrel looks in\n')
  })

  test('shows the shadowed, the refused and those of a folder nobody trusts, each with its reason', async () => {
    await put('person/.claude/skills/clean-csv/SKILL.md', text('clean-csv'))
    await put('carrel/skills/broken/SKILL.md', 'no front matter')
    await put('project/.agents/skills/theirs/SKILL.md', text('theirs'))
    const { skills } = await listed()
    const of = (name: string, scope: string) => skills.find((one) => one.name === name && one.scope === scope)
    expect(of('clean-csv', 'user')).toMatchObject({ enabled: false, state: 'off' })
    expect(of('broken', 'user')).toMatchObject({ status: 'invalid', problems: [{ code: 'no-frontmatter' }] })
    expect(of('theirs', 'project')).toMatchObject({ trusted: false, enabled: false })
    // From another folder it is not seen.
    expect((await listed('--workspace', person)).skills.map(({ name }) => name)).not.toContain('theirs')
    const { out } = await carrel('list')
    expect(out).toMatch(
      /broken +refused +yours\n.*\n {4}! line 1: SKILL.md does not begin with a line of three hyphens/,
    )
    expect(out).toMatch(/theirs +waits for trust +this folder\n/)
    expect(out).toContain(`${join(project, '.agents/skills')}  (this folder: 1 skill; the folder is not trusted)`)
  })

  test('writes out what would steer the terminal', async () => {
    await put(
      'carrel/skills/odd/SKILL.md',
      '---\nname: odd\ndescription: "x\\u001b[2Jy"\nlicense: "a\\u202eb"\n---\n\n\u001b[2J\n',
    )
    for (const words of [['list'], ['show', 'odd']]) {
      const { out } = await carrel(...words)
      expect(out).toContain('odd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there.
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    }
  })
})

describe('show', () => {
  test('tells the whole text, the files and the scripts', async () => {
    const { out, code } = await carrel('show', 'clean-csv')
    expect(code).toBe(0)
    expect(out).toMatch(/^clean-csv {2}on {2}comes with Carrel\n/)
    expect(out).toMatch(/scripts\/clean-csv\.sh {2}script\n/)
    expect(out).toContain('# Clean a CSV file')
    const { skills } = z
      .strictObject({
        roots: z.array(z.looseObject({})),
        skills: z.array(z.looseObject({ files: z.array(z.unknown()) })),
      })
      .parse((await carrel('show', 'clean-csv', '--json')).json())
    expect(skills).toMatchObject([{ name: 'clean-csv', license: 'MIT', text: expect.stringContaining('# Clean') }])
    expect(skills[0]?.files).toContainEqual(expect.objectContaining({ path: 'scripts/clean-csv.sh', isScript: true }))
  })

  test('tells all of one name, and says when there is none', async () => {
    await put('person/.agents/skills/clean-csv/SKILL.md', text('clean-csv'))
    const { skills } = Object((await carrel('show', 'clean-csv', '--json')).json())
    expect(skills.map(({ scope }: { scope: string }) => scope)).toEqual(['user', 'built-in'])
    expect(await carrel('show', 'nobody')).toMatchObject({
      code: 1,
      error: expect.stringContaining('There is no skill'),
    })
    expect(await carrel('show')).toMatchObject({ code: 2 })
  })
})

describe('validate', () => {
  test('one folder or a folder of them, changed in nothing; 1 when one is invalid', async () => {
    await put('project/drafts/good/SKILL.md', text('good'))
    await put('project/drafts/Bad/SKILL.md', text('Bad'))
    const good = await carrel('validate', 'drafts/good', '--json')
    expect(good).toMatchObject({ code: 0 })
    expect(good.json()).toMatchObject({
      skills: [{ folder: join(project, 'drafts/good'), status: 'valid', name: 'good', problems: [] }],
    })
    const both = await carrel('validate', 'drafts', '--json')
    expect(both.code).toBe(0)
    expect(
      Object(both.json())
        .skills.map(({ status }: { status: string }) => status)
        .sort(),
    ).toEqual(['valid', 'warn'])
    await put('project/drafts/worse/SKILL.md', '---js\nprocess.exit(9)\n---\n')
    const worse = await carrel('validate', 'drafts')
    expect(worse.code).toBe(1)
    expect(worse.out).toContain(`invalid  ${join(project, 'drafts/worse')}\n    ! line 1:`)
    expect(await readFile(join(project, 'drafts/worse/SKILL.md'), 'utf8')).toBe('---js\nprocess.exit(9)\n---\n')
    // Nothing was made for it, not even a data folder.
    expect(await carrel('validate', 'nowhere')).toMatchObject({ code: 1 })
    expect(await carrel('validate')).toMatchObject({ code: 2 })
  })
})

describe('enable and disable', () => {
  test('a person’s own skill is off until it is switched on, and off again when it changes', async () => {
    await put('carrel/skills/mine/SKILL.md', text('mine'))
    const stateOf = async (name: string) => (await listed()).skills.find((one) => one.name === name)?.['state']
    expect(await stateOf('mine')).toBe('off')
    const on = await carrel('enable', 'mine')
    expect(on).toMatchObject({ code: 0, error: '' })
    expect(on.out).toMatch(/^mine is on\.\n/)
    expect(on.out).toContain(join(home, 'skills/mine'))
    expect(await stateOf('mine')).toBe('on')
    await put('carrel/skills/mine/SKILL.md', text('mine', 'And more.\n'))
    expect(await stateOf('mine')).toBe('changed')
    expect((await carrel('enable', 'mine', '--json')).json()).toMatchObject({ skill: { name: 'mine', state: 'on' } })
    expect((await carrel('disable', 'mine')).out).toBe('mine is off.\n')
    expect(await stateOf('mine')).toBe('off')
  })

  test('what comes with Carrel is switched off and on', async () => {
    await carrel('disable', 'tidy-folder')
    expect((await listed()).skills.find(({ name }) => name === 'tidy-folder')).toMatchObject({
      enabled: false,
      state: 'off',
    })
    expect((await carrel('enable', 'tidy-folder')).out).toMatch(/^tidy-folder is on\.\n/)
  })

  test('a refused one is not switched on, and one that is not trusted is said not to be offered', async () => {
    await put('carrel/skills/broken/SKILL.md', 'nothing')
    expect(await carrel('enable', 'broken')).toMatchObject({ code: 4 })
    await put('project/.agents/skills/theirs/SKILL.md', text('theirs'))
    const { out, code } = await carrel('enable', 'theirs')
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('its folder is not trusted') })
  })

  test('of several of one name that could be meant none is taken, until one is named by its folder', async () => {
    await put('person/.claude/skills/twin/SKILL.md', text('twin'))
    await put('person/.agents/skills/twin/SKILL.md', text('twin'))
    const both = await carrel('enable', 'twin')
    expect(both.code).toBe(2)
    expect(both.error).toContain(join(person, '.claude/skills/twin'))
    expect(await carrel('enable', join(person, '.claude/skills/twin'))).toMatchObject({ code: 0 })
    const states = (await listed()).skills.filter(({ name }) => name === 'twin').map(({ state }) => state)
    expect(states).toEqual(['off', 'on'])
    // Only one is on, so it is the one that is meant.
    expect(await carrel('disable', 'twin')).toMatchObject({ code: 0 })
  })

  test('attached to a window that has the folder open, it counts there at once', async () => {
    await put('carrel/skills/mine/SKILL.md', text('mine'))
    const window = await bootCarrel({ home, host: 'http://127.0.0.1:9' })
    expect((await carrel('enable', 'mine')).out).toMatch(/^mine is on\.\n/)
    expect(window.pushed('skills.changed').length).toBeGreaterThan(0)
    const seen = await window.bridge.call('skills.library', { sessionId: null })
    expect(seen.ok && seen.value.skills.find(({ name }) => name === 'mine')?.state).toBe('on')
  })
})

test('doctor says how many are on, and names one that was switched on and is another one now', async () => {
  const doctor = async () => {
    const ended = await runTerminal({
      arguments: ['--home', home, '--host', 'http://127.0.0.1:9', 'doctor', '--json'],
      environment: { HOME: person },
    })
    return Object(ended.json()).checks.find(({ name }: { name: string }) => name === 'skills')
  }
  await put('carrel/skills/mine/SKILL.md', text('mine'))
  await put('carrel/skills/broken/SKILL.md', 'nothing')
  await carrel('enable', 'mine')
  expect(await doctor()).toEqual({ name: 'skills', status: 'ok', detail: '9 of 10 on, 1 refused', fix: null })
  await put('carrel/skills/mine/SKILL.md', text('mine', 'Something else.\n'))
  expect(await doctor()).toMatchObject({ status: 'warn', detail: expect.stringMatching(/^8 of 10 on.*: mine$/) })
})

test('links out of a project lead nowhere', async () => {
  await put('elsewhere/secret/SKILL.md', text('secret'))
  await mkdir(join(project, '.agents/skills'), { recursive: true })
  await symlink(join(room, 'elsewhere/secret'), join(project, '.agents/skills/secret'))
  await cp(join(room, 'elsewhere/secret'), join(project, '.agents/skills/open'), { recursive: true })
  expect((await listed()).skills.filter(({ scope }) => scope === 'project').map(({ folder }) => folder)).toEqual([
    join(project, '.agents/skills/open'),
  ])
})

test('what is no command of it is said', async () => {
  expect(await carrel('dance')).toMatchObject({ code: 2, error: expect.stringContaining('skills dance') })
  expect(await carrel('list', 'all')).toMatchObject({ code: 2 })
})
