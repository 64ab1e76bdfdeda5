// use_skill by itself: which skill a name means, what comes of a name that is none, and how much is told of files.
import { mkdir, realpath, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ToolSkills } from '../../electron/contracts.ts'
import { readSkillFile } from '../../electron/services/tools/read-file.ts'
import { createTools } from '../../electron/services/tools/tools.ts'
import { skillReader } from '../../electron/services/tools/use-skill.ts'
import { withSkillFiles } from '../../electron/services/tools/workspace/skill-files.ts'
import { ExpectedFailure } from '../../shared/failure.ts'
import { skillUseWords as words } from '../../shared/messages/skill-use.ts'
import type { OfferedSkill, SkillFile } from '../../shared/skills.ts'
import { skillTool } from '../../shared/tool.ts'
import { temporaryFolder } from '../support/temp.ts'

interface Given {
  name: string
  description?: string
  body?: string
  files?: string[]
}

/** Skills on a real disk, read as they lie there. */
async function toolsOf(given: readonly Given[], more: { used?: string[]; shown?: string[]; gone?: string[] } = {}) {
  const root = await realpath(await temporaryFolder())
  const offered = given.map(({ name, description = `About ${name}.` }): OfferedSkill => {
    return { key: 'k', name, description, scope: 'user', folder: join(root, name), hash: 'a'.repeat(64) }
  })
  for (const { name, body = 'Do it so.', files = [] } of given) {
    await mkdir(join(root, name), { recursive: true })
    await writeFile(join(root, name, 'SKILL.md'), `---\nname: ${name}\ndescription: x\n---\n\n${body}\n`)
    for (const path of files) {
      await mkdir(dirname(join(root, name, path)), { recursive: true })
      await writeFile(join(root, name, path), `This is ${path}.`)
    }
  }
  const skills: ToolSkills = {
    offered,
    async read(skill) {
      if (more.gone?.includes(skill.name)) throw new ExpectedFailure('not-found', 'gone')
      const one = given.find(({ name }) => name === skill.name)
      const listed = ['SKILL.md', ...(one?.files ?? [])].map((path): SkillFile => {
        return { path, bytes: 1, isScript: path.endsWith('.sh'), executable: false }
      })
      return { ...skill, body: one?.body ?? 'Do it so.', files: listed }
    },
    isShown: ({ name }) => more.shown?.includes(name) === true,
    used: () => offered.filter(({ name }) => more.used?.includes(name)),
  }
  const workspace = withSkillFiles(null, { skills, platform: process.platform })
  const tools = createTools({ workspace, now: () => new Date(), tools: [readSkillFile, skillReader(offered)], skills })
  return {
    root,
    list: tools.list(),
    run: (name: string, args: Record<string, unknown>, characters = 8_000) =>
      tools.run(name, args, new AbortController().signal, { characters }),
    use: (name: string, characters = 8_000) =>
      tools.run(skillTool, { name }, new AbortController().signal, { characters }),
  }
}

const many = (count: number): Given[] =>
  Array.from({ length: count }, (_, at) => ({ name: `skill-number-${at}`, description: `About the number ${at}.` }))
const parameterOf = ({ parameters }: { parameters: Readonly<Record<string, unknown>> }) =>
  Object(parameters['properties']).name

describe('the names', () => {
  test('are an enum as long as they are not too many, and then a text by which one is found', async () => {
    const few = await toolsOf(many(40))
    expect(parameterOf(few.list[1] ?? { parameters: {} }).enum).toHaveLength(40)
    const lots = await toolsOf([...many(300), { name: 'tide', description: 'Computes when the water is high.' }])
    expect(parameterOf(lots.list[1] ?? { parameters: {} })).toMatchObject({
      type: 'string',
      description: words.nameOrWord,
    })
    expect(parameterOf(lots.list[1] ?? { parameters: {} }).enum).toBeUndefined()
    expect((await lots.use('skill-number-299')).content).toContain('Do it so.')
    const found = await lots.use('high water')
    expect(found).toMatchObject({ isError: true, failure: { code: 'not-found' } })
    expect(found.content).toContain('- tide: Computes when the water is high.')
    // What nothing is like is answered with names, and how many more there are.
    expect((await lots.use('zzz')).content).toMatch(/There are: skill-number-0, .* and 201 more\.$/)
  })

  test.each(['/Skill-Number-1', 'SKILL-NUMBER-1', ' skill-number-1 '])('%j means skill-number-1', async (name) => {
    const lots = await toolsOf(many(300))
    expect((await lots.use(name)).content).toContain('name="skill-number-1"')
  })
})

test('what is shown already, and what is gone, is said in one sentence', async () => {
  const { use } = await toolsOf([{ name: 'one' }, { name: 'two' }], { shown: ['one'], gone: ['two'] })
  expect((await use('one')).content).toBe(words.already('one'))
  expect(await use('two')).toMatchObject({ isError: true, content: words.gone('two') })
})

test('at most 100 files are told, and how many more there are', async () => {
  const files = Array.from({ length: 130 }, (_, at) => `references/${at}.md`)
  const { use } = await toolsOf([{ name: 'one', files }])
  const { content } = await use('one')
  expect(content).toContain('references/99.md and 30 more.')
  expect(content).not.toContain('references/100.md')
})

test.each([400, 700, 1_500, 4_000])('in %i characters there is a beginning, and where to read on', async (room) => {
  const body = Array.from({ length: 400 }, (_, at) => (at % 40 === 0 ? `## Part ${at / 40}` : `Line ${at}.`)).join('\n')
  const { root, use, run } = await toolsOf([{ name: 'one', body, files: ['a.md', 'b.sh'] }])
  const { content, detail } = await use('one', room)
  expect(content.length).toBeLessThanOrEqual(Math.max(room, 400))
  expect(detail?.skill).toMatchObject({ event: 'chosen', isWhole: false })
  const [, path = '', offset = ''] = /path (\S+), offset (\d+)\./.exec(content) ?? []
  expect(path).toBe(join(root, 'one', 'SKILL.md'))
  // What it says to read on with is the first line it does not show.
  const next = (await run('read_file', { path, offset: Number(offset), limit: 1 })).content.split('\n')[0] ?? ''
  const shown = content.slice(0, content.indexOf('</skill>'))
  expect(next).not.toBe('')
  expect(shown.split('\n')).not.toContain(next)
  if (Number(offset) > 6) expect(shown).toContain(body.split('\n')[Number(offset) - 7])
})

test('a folder that was replaced by a link to another place is not read any more', async () => {
  const { root, run } = await toolsOf([{ name: 'one', files: ['a.md'] }])
  const path = join(root, 'one', 'a.md')
  expect((await run('read_file', { path })).content).toBe('This is a.md.')
  await rename(join(root, 'one'), join(root, 'elsewhere'))
  await symlink(join(root, 'elsewhere'), join(root, 'one'))
  const refused = { content: words.moved('one'), failure: { code: 'denied', reason: 'changed' } }
  expect(await run('read_file', { path })).toMatchObject(refused)
})

describe('a file that is named as the skill names it', () => {
  test('is told with its whole path when the skill was used, and is nowhere when it was not', async () => {
    const given = [{ name: 'one', files: ['references/style.md'] }]
    const [used, unused] = [await toolsOf(given, { used: ['one'] }), await toolsOf(given)]
    const path = 'references/style.md'
    const whole = join(used.root, 'one', path)
    expect((await used.run('read_file', { path: `./${path}` })).content).toBe(words.inSkill(`./${path}`, whole))
    for (const other of ['references/none.md', '../one/SKILL.md', '/etc/passwd']) {
      expect((await used.run('read_file', { path: other })).content).toBe(words.onlySkills(other))
    }
    expect((await unused.run('read_file', { path })).content).toBe(words.onlySkills(path))
    expect(await used.run('read_file', { path: whole })).toMatchObject({
      content: 'This is references/style.md.',
      detail: { skill: { name: 'one', event: 'read', path: 'references/style.md' } },
    })
  })
})
