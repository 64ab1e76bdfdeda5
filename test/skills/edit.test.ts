// A person's own skills: from a template, changed in place, and mended.
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withFrontMatterAnew, yamlText } from '../../electron/services/skills/install/front-matter.ts'
import { judgeText } from '../../electron/services/skills/judge.ts'
import { temporaryFolder } from '../support/temp.ts'
import { failureOf, type InstallRoom, installRoom, skillText, treeOf, writeTree } from './install-room.ts'

let base: string
let room: InstallRoom
beforeEach(async () => {
  base = await temporaryFolder()
  room = await installRoom(base)
})
afterEach(() => room.close())

test('a new one is valid, off, and says of itself what was asked for', async () => {
  const { skill, text } = await room.installing.create('my-notes', 'Notes: "short" ones, # and all.\nUse it often.')
  expect(skill).toMatchObject({ name: 'my-notes', state: 'off', problems: [], status: 'valid', source: null })
  expect(skill.description).toBe('Notes: "short" ones, # and all. Use it often.')
  expect(text).toContain('# My notes')
  expect(await treeOf(join(room.skills, 'my-notes'))).toEqual({ 'SKILL.md': `644 ${text}` })
  expect(await readdir(join(room.skills, '.staging'))).toEqual([])
  expect((await failureOf(room.installing.create('my-notes', 'Again.')))?.code).toBe('denied')
})

test.each(['My-Notes', 'a--b', '-a', 'a b', '../evil', 'con', 'a/b', 'a.', 'x'.repeat(65)])(
  'no name: %s',
  async (name) => {
    expect((await failureOf(room.installing.create(name, 'Something.')))?.code).toBe('invalid-input')
    expect(await readdir(room.skills).catch(() => [])).toEqual([])
  },
)

test('saved as a whole, and only what was shown: an enabled one stays on as what the person wrote', async () => {
  const { skill } = await room.installing.create('mine', 'Something.')
  await room.library.agree(skill.key, { on: true, hash: skill.hash })
  const saved = await room.installing.save(skill.key, skillText('mine', 'Anew.\n'), skill.hash)
  expect(saved.skill).toMatchObject({ state: 'on' })
  expect(saved.text).toBe(skillText('mine', 'Anew.\n'))
  expect(saved.skill.hash).not.toBe(skill.hash)
  expect((await failureOf(room.installing.save(skill.key, 'x', skill.hash)))?.code).toBe('denied')
  expect(await readFile(join(room.skills, 'mine/SKILL.md'), 'utf8')).toBe(skillText('mine', 'Anew.\n'))
  expect(await readdir(join(room.skills, 'mine'))).toEqual(['SKILL.md'])
})

test('what was off, or has changed by other hands, is not switched on by saving it', async () => {
  const { skill } = await room.installing.create('mine', 'Something.')
  expect((await room.installing.save(skill.key, skillText('mine'), skill.hash)).skill.state).toBe('off')
  const now = await room.named('mine')
  await room.library.agree(now.key, { on: true, hash: now.hash })
  await writeFile(join(room.skills, 'mine/run.sh'), 'evil')
  const changed = await room.named('mine')
  expect(changed.state).toBe('changed')
  const saved = await room.installing.save(changed.key, skillText('mine', 'More.\n'), changed.hash)
  expect(saved.skill.state).toBe('changed')
})

test('one that is broken by saving it is refused and shown so, and its text is kept', async () => {
  const { skill } = await room.installing.create('mine', 'Something.')
  const { skill: broken, text } = await room.installing.save(skill.key, 'no front matter', skill.hash)
  expect(broken.state).toBe('refused')
  expect(text).toBe('no front matter')
})

test('nothing is saved, mended or removed where another program lives, nor through a link', async () => {
  await writeTree(join(room.personHome, '.agents/skills/theirs'), { 'SKILL.md': skillText('other') })
  const theirs = await room.named('other')
  const linked = await writeTree(join(base, 'elsewhere/linked'), { 'SKILL.md': skillText('linked') })
  await mkdir(room.skills, { recursive: true })
  await symlink(linked, join(room.skills, 'linked'))
  const link = await room.named('linked')
  const before = [await treeOf(room.personHome), await treeOf(linked)]
  for (const skill of [theirs, link]) {
    expect((await failureOf(room.installing.save(skill.key, skillText('x'), skill.hash)))?.code).toBe('denied')
    expect((await failureOf(room.installing.mend(skill.key, 'rename-folder')))?.code).toBe('denied')
    expect((await failureOf(room.installing.remove(skill.key)))?.code).toBe('denied')
  }
  expect([await treeOf(room.personHome), await treeOf(linked)]).toEqual(before)
})

test('a folder gets the name of its skill; what was on stays on, and where it came from stays known', async () => {
  const path = await writeTree(join(base, 'notes'), { 'SKILL.md': skillText('notes') })
  await room.install({ kind: 'path', path })
  await rename(join(room.skills, 'notes'), join(room.skills, 'other'))
  const moved = await room.named('notes')
  expect(moved.problems.map(({ code }) => code)).toEqual(['name-folder-mismatch'])
  await room.library.agree(moved.key, { on: true, hash: moved.hash })
  const { skill } = await room.installing.mend(moved.key, 'rename-folder')
  expect(skill).toMatchObject({ state: 'on', problems: [], folder: join(room.skills, 'notes') })
  expect((await failureOf(room.installing.mend(skill.key, 'rename-folder')))?.code).toBe('invalid-input')
})

test('a folder is not renamed over another one', async () => {
  await writeTree(room.skills, { 'other/SKILL.md': skillText('notes'), 'Notes/SKILL.md': skillText('else') })
  const skill = (await room.all()).find(({ folder }) => folder.endsWith('other'))
  expect((await failureOf(room.installing.mend(skill?.key ?? '', 'rename-folder')))?.code).toBe('denied')
  expect((await readdir(room.skills)).sort()).toEqual(['Notes', 'other'])
})

test('front matter written anew: what was read of it stays, with other fields, and the body to the last sign', async () => {
  const body = '\n# Body\n\n---\n\ntail  \n'
  const text = `---\nname: notes\ndescription: Use it: always #1 for notes\nmodel: opus\nallowed-tools: Bash, Read\nmetadata:\n  author: me\n---\n${body}`
  await writeTree(join(room.skills, 'notes'), { 'SKILL.md': text })
  const before = await room.named('notes')
  expect(before.problems.map(({ fix }) => fix)).toContain('rewrite-frontmatter')
  const { skill, text: mended } = await room.installing.mend(before.key, 'rewrite-frontmatter')
  expect(skill.problems.map(({ code }) => code)).toEqual(['unknown-field'])
  expect(skill.description).toBe('Use it: always #1 for notes')
  expect(mended).toContain('model: opus\n')
  expect(mended).toContain('allowed-tools: Bash Read\n')
  expect(mended).toContain('  author: me\n')
  expect(mended?.endsWith(`---\n${body}`)).toBe(true)
})

test('any text is written so that it is read again as the same', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }), (given) => {
      const clean = judgeText(`---\nname: a\ndescription: ${JSON.stringify(given)}\n---\nx`, 'a').description
      if (clean === '') return
      const judged = judgeText(`---\nname: a\ndescription: ${yamlText(clean)}\n---\nx`, 'a')
      expect(judged.description).toBe(clean)
      expect(judged.problems).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('whatever is mended, nothing that Carrel could mend is left, and the body is the same', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'name: a',
      'description: x: y',
      'description: [a, b',
      'description: "a" b',
      'other: [',
      'allowed-tools: A, B',
      'metadata:\n\tk: v',
      'name: a\nname: b',
      '- x',
      '# c',
    ),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ' ')),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.string({ maxLength: 30 }), (lines, tail) => {
      const body = tail.replace(/[\r\0\ufeff]/g, '')
      const text = `---\ndescription: Something\n${lines.join('\n')}\n---\n${body}`
      if (judgeText(text, 'a').status === 'invalid') return
      const mended = withFrontMatterAnew(text, 'a')
      const judged = judgeText(mended, 'a')
      expect(judged.status).not.toBe('invalid')
      expect(judged.problems.filter(({ fix }) => fix === 'rewrite-frontmatter')).toEqual([])
      expect(judged.description).toBe(judgeText(text, 'a').description)
    }),
    { numRuns: 500 },
  )
})
