// A person's own skills, made and changed: from a template, in place, and what Carrel can mend by itself.
import { chmod, mkdir, readdir, realpath, rename } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords as words } from '../../../../shared/messages/skill-install.ts'
import type { SkillDetails, SkillSummary } from '../../../../shared/skills.ts'
import { replaceFile } from '../../../replace-file.ts'
import { syncFolder } from '../../../sync-disk.ts'
import { skillEntry } from '../find-folders.ts'
import { judgeText } from '../judge.ts'
import { largestSkillFile } from '../skill-file.ts'
import { skillTextIn } from '../skill-folder.ts'
import type { InstallDependencies } from './dependencies.ts'
import { type ExchangeDependencies, exchange, siblingNamed } from './exchange.ts'
import { folderAt } from './folder-at.ts'
import { folderNameOf } from './folder-name.ts'
import { withFrontMatterAnew, yamlText } from './front-matter.ts'

export interface EditingDependencies extends ExchangeDependencies {
  dependencies: InstallDependencies
  skillIn(folder: string): Promise<SkillSummary>
  ownFolder(details: SkillDetails): Promise<string>
}

const never = new AbortController().signal
const fileMode = 0o644

export function createEditing(given: EditingDependencies) {
  const { root, lock, staging, skillIn, ownFolder, dependencies } = given
  const { library } = dependencies

  async function create(name: string, description: string): Promise<SkillDetails> {
    await lock.requireWritable()
    const title = name.replaceAll('-', ' ').replace(/^./u, (first) => first.toUpperCase())
    const text = words.template(name, title, yamlText(description.replace(/\s+/g, ' ').trim()))
    const isName = folderNameOf(name) === name && judgeText(text, name).problems.length === 0
    if (!isName) throw new ExpectedFailure('invalid-input', words.badName(name))
    if ((await siblingNamed(root, name)) !== null) throw new ExpectedFailure('denied', words.thereAlready(name))
    const staged = await staging.make()
    try {
      const folder = staged.skill(name)
      await mkdir(folder, { recursive: true, mode: 0o755 })
      await replaceFile(join(folder, 'SKILL.md'), text, join(staged.path, 'text.new'))
      await chmod(join(folder, 'SKILL.md'), fileMode)
      await syncFolder(folder)
      await exchange(staged, { name, replaces: null, keepsOld: false, entry: null }, given)
    } catch (thrown) {
      await staging.remove(staged)
      throw thrown
    }
    const skill = await skillIn(join(root, name))
    // What lay here once and was switched on says nothing of this one.
    if (skill.isEnabled) await library.agree(skill.key, { on: false, hash: skill.hash })
    return await library.details(skill.key, never)
  }

  /** Of a folder as it is now. */
  async function hashOf(folder: string): Promise<string | null> {
    return (await folderAt(await realpath(folder), never))?.hash ?? null
  }

  async function save(key: string, text: string, before: string): Promise<SkillDetails> {
    if (Buffer.byteLength(text) > largestSkillFile) {
      throw new ExpectedFailure('invalid-input', words.tooLong(largestSkillFile))
    }
    const details = await library.details(key, never)
    const folder = await ownFolder(details)
    const entry = skillEntry(await readdir(folder, { withFileTypes: true }))
    if (!entry?.isFile()) throw new ExpectedFailure('denied', words.notOurs(join(folder, entry?.name ?? 'SKILL.md')))
    if ((await hashOf(folder)) !== before) throw new ExpectedFailure('denied', words.changedMeanwhile)
    const staged = await staging.make()
    try {
      // Made elsewhere: a crash leaves nothing in the skill's folder.
      await replaceFile(join(folder, entry.name), text, join(staged.path, 'text.new'))
      await chmod(join(folder, entry.name), fileMode)
      await syncFolder(folder)
    } finally {
      await staging.remove(staged)
    }
    const saved = await skillIn(details.skill.folder)
    // The person has written it: what was switched on stays so, as what it is now.
    if (details.skill.state === 'on' && saved.status !== 'invalid') {
      await library.agree(saved.key, { on: true, hash: saved.hash })
    }
    return await library.details(saved.key, never)
  }

  async function mend(key: string, fix: 'rename-folder' | 'rewrite-frontmatter'): Promise<SkillDetails> {
    const details = await library.details(key, never)
    const folder = await ownFolder(details)
    const problems = details.skill.problems.filter((problem) => problem.fix === fix)
    if (problems.length === 0) throw new ExpectedFailure('invalid-input', words.nothingToMend)
    if (fix === 'rename-folder') return await renameFolder(details, folder)
    const text = await skillTextIn(await realpath(folder), folder)
    if (text === null) throw new ExpectedFailure('invalid-input', words.nothingToMend)
    return await save(key, withFrontMatterAnew(text, basename(folder)), details.skill.hash)
  }

  /** What was switched on stays so: not a byte of it is another one. */
  async function renameFolder({ skill }: SkillDetails, folder: string): Promise<SkillDetails> {
    await lock.requireWritable()
    const name = folderNameOf(skill.name)
    if (name === null || name !== skill.name) throw new ExpectedFailure('invalid-input', words.badName(skill.name))
    const sibling = await siblingNamed(dirname(folder), name)
    if (sibling !== null && sibling !== basename(folder)) {
      throw new ExpectedFailure('denied', words.thereAlready(name))
    }
    const to = join(dirname(folder), name)
    const entry = await lock.of(relative(root, folder))
    // First where it came from: an entry that nothing belongs to does no harm.
    if (entry) await lock.set({ [relative(root, to)]: entry })
    await rename(folder, to)
    await syncFolder(dirname(folder))
    if (entry) await lock.set({ [relative(root, folder)]: null })
    const renamed = await skillIn(to)
    if (skill.state === 'on') await library.agree(renamed.key, { on: true, hash: renamed.hash })
    return await library.details(renamed.key, never)
  }

  return { create, save, mend }
}
