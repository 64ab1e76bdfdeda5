// `carrel skills …`: what is seen, what is said of it, and which ones are on.
import { resolve } from 'node:path'
import type { Answer } from '../../../shared/failure.ts'
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { skillTerminalWords as words } from '../../../shared/messages/skills-terminal.ts'
import type { SkillDetails, SkillLibrary, SkillSummary } from '../../../shared/skills.ts'
import { type CommandContext, exitCodes, fail, jsonLine } from '../front.ts'
import { inspectSkill, installSkill, listRemoved, removeSkill, restoreSkill, updateSkill } from './skill-install.ts'
import { detailsPage, judgedPage, libraryPage, turnedPage } from './skill-pages.ts'
import { toldDetails, toldJudged, toldRoot, toldSkill } from './skill-shapes.ts'

const subcommands: Record<string, (context: CommandContext, rest: readonly string[]) => Promise<number>> = {
  list,
  show: showOne,
  validate,
  enable: (context, rest) =>
    withSkill(
      context,
      rest,
      ({ state }) => state !== 'on',
      async (one) => await turn(one, true),
    ),
  disable: (context, rest) =>
    withSkill(
      context,
      rest,
      ({ isEnabled }) => isEnabled,
      async (one) => await turn(one, false),
    ),
  inspect: inspectSkill,
  install: installSkill,
  update: (context, rest) =>
    withSkill(context, rest, isInstalled, ({ bridge, skill }) => updateSkill(context, bridge, skill)),
  remove: (context, rest) =>
    withSkill(context, rest, isOurs, ({ bridge, skill }) => removeSkill(context, bridge, skill)),
  restore: restoreSkill,
  trash: listRemoved,
}

export async function skillsCommand(context: CommandContext): Promise<number> {
  const [name = 'list', ...rest] = context.arguments
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (subcommand) return await subcommand(context, rest)
  return usage(context, messages.terminal.unknownCommand(`skills ${name}`))
}

/** The folder a person stands in, or the one they name: its skills are seen as a session of it would see them. */
const isOurs = ({ isOurs: ours }: SkillSummary) => ours
const isInstalled = ({ source }: SkillSummary) => source !== null

async function libraryOf(context: CommandContext, bridge: Bridge): Promise<Answer<SkillLibrary>> {
  const { workspace } = context.options
  const folder = typeof workspace === 'string' ? resolve(context.folder, workspace) : context.folder
  return await bridge.call('terminal.skillLibrary', { folder }, context.signal)
}

async function list(context: CommandContext, rest: readonly string[]): Promise<number> {
  if (rest.length > 0) return usage(context, messages.terminal.unknownCommand(`skills list ${rest.join(' ')}`))
  return await context.withBridge('reader', async (bridge) => {
    const answer = await libraryOf(context, bridge)
    if (!answer.ok) return fail(context, answer.failure)
    const { roots, skills } = answer.value
    const told = { roots: roots.map(toldRoot), skills: skills.map(toldSkill) }
    context.write(context.json ? jsonLine('skills list', told) : libraryPage(answer.value))
    return exitCodes.done
  })
}

interface Chosen {
  context: CommandContext
  bridge: Bridge
  library: SkillLibrary
  skill: SkillSummary
}

/** One skill by its name, its key or its folder. Of several of a name one has to be named otherwise; `isMeant` leaves some out. */
async function withSkill(
  context: CommandContext,
  [name, ...rest]: readonly string[],
  isMeant: (skill: SkillSummary) => boolean,
  work: (chosen: Chosen) => Promise<number>,
): Promise<number> {
  if (name === undefined || rest.length > 0) return usage(context, messages.terminal.missingArgument('NAME'))
  return await context.withBridge('owner', async (bridge) => {
    const answer = await libraryOf(context, bridge)
    if (!answer.ok) return fail(context, answer.failure)
    const found = nameds(context, answer.value.skills, name)
    const meant = found.length > 1 ? found.filter(isMeant) : found
    const [skill, ...others] = meant.length > 0 ? meant : found
    if (!skill) return fail(context, { code: 'not-found', message: words.noSkill(name) })
    if (others.length > 0) return usage(context, words.severalSkills(name, [skill, ...others]))
    return await work({ context, bridge, library: answer.value, skill })
  })
}

function nameds({ folder }: CommandContext, skills: readonly SkillSummary[], name: string): SkillSummary[] {
  const path = name.includes('/') || name.includes('\\') ? resolve(folder, name) : null
  return skills.filter((skill) => skill.key === name || skill.name === name || skill.folder === path)
}

async function showOne(context: CommandContext, [name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || rest.length > 0) return usage(context, messages.terminal.missingArgument('NAME'))
  return await context.withBridge('reader', async (bridge) => {
    const answer = await libraryOf(context, bridge)
    if (!answer.ok) return fail(context, answer.failure)
    const found = nameds(context, answer.value.skills, name)
    if (found.length === 0) return fail(context, { code: 'not-found', message: words.noSkill(name) })
    const details: SkillDetails[] = []
    for (const { key } of found) {
      const one = await bridge.call('skills.details', { key }, context.signal)
      if (!one.ok) return fail(context, one.failure)
      details.push(one.value)
    }
    const roots = answer.value.roots.filter(({ path }) => found.some(({ root }) => root === path))
    const told = { roots: roots.map(toldRoot), skills: details.map(toldDetails) }
    context.write(context.json ? jsonLine('skills show', told) : details.map(detailsPage).join('\n'))
    return exitCodes.done
  })
}

async function validate(context: CommandContext, [path, ...rest]: readonly string[]): Promise<number> {
  if (path === undefined || rest.length > 0) return usage(context, messages.terminal.missingArgument('PATH'))
  return await context.withBridge('reader', async (bridge) => {
    const given = { path: resolve(context.folder, path) }
    const answer = await bridge.call('terminal.validateSkills', given, context.signal)
    if (!answer.ok) return fail(context, answer.failure)
    const { skills } = answer.value
    context.write(
      context.json ? jsonLine('skills validate', { skills: skills.map(toldJudged) }) : skills.map(judgedPage).join(''),
    )
    return skills.some(({ judgement }) => judgement.status === 'invalid') ? exitCodes.failed : exitCodes.done
  })
}

/** Yes to what is there now: where it lies and what is in it is said, since a person may not have looked. */
async function turn({ context, bridge, skill: { key, hash } }: Chosen, on: boolean): Promise<number> {
  const answer = await bridge.call('skills.setEnabled', { key, on, hash }, context.signal)
  if (!answer.ok) return fail(context, answer.failure)
  const skill = answer.value
  if (context.json) context.write(jsonLine('skills enable', { skill: toldSkill(skill) }))
  else context.write(`${turnedPage(skill)}`)
  return exitCodes.done
}

function usage(context: CommandContext, message: string): number {
  return fail(context, { code: 'invalid-input', message })
}
