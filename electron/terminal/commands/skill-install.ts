// `carrel skills inspect|install|update|remove|restore`: what a source would bring is shown first, and nothing happens without a yes.
import { isAbsolute, resolve } from 'node:path'
import type { Answer } from '../../../shared/failure.ts'
import type { Bridge } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { skillTerminalWords as words } from '../../../shared/messages/skills-terminal.ts'
import { meansRepository } from '../../../shared/skill-source.ts'
import type { SkillInspection, SkillSummary } from '../../../shared/skills.ts'
import { type CommandContext, cancelled, exitCodes, fail, jsonLine, printable, show } from '../front.ts'
import { inspectionPage, installedPage, removedRow } from './skill-pages.ts'
import { toldInspection, toldSkill } from './skill-shapes.ts'

type Inspected = Answer<{ inspection: SkillInspection | null }>

/** Shows what would come, and keeps nothing of it. 1 when it could not be installed. */
export async function inspectSkill(context: CommandContext, rest: readonly string[]): Promise<number> {
  return await withSource(context, rest, async (bridge, source) => {
    const answer: Inspected = await bridge.call('terminal.inspectSkill', { source }, context.signal)
    const inspection = await inspectionOf(context, answer)
    if (typeof inspection === 'number') return inspection
    if (inspection.id !== null) await bridge.call('skills.discard', { id: inspection.id })
    tell(context, inspection, null)
    return inspection.id === null ? exitCodes.failed : exitCodes.done
  })
}

export async function installSkill(context: CommandContext, rest: readonly string[]): Promise<number> {
  return await withSource(context, rest, async (bridge, source) => {
    const unasked = whyNotAsked(context)
    if (unasked !== null) return unasked
    return await takeIn(context, bridge, await bridge.call('terminal.inspectSkill', { source }, context.signal))
  })
}

/** From where it came. */
export async function updateSkill(context: CommandContext, bridge: Bridge, { key }: SkillSummary): Promise<number> {
  const unasked = whyNotAsked(context)
  if (unasked !== null) return unasked
  return await takeIn(context, bridge, await bridge.call('terminal.inspectSkillUpdate', { key }, context.signal))
}

/** Into the trash, out of which it can be taken again: that needs no question. */
export async function removeSkill(context: CommandContext, bridge: Bridge, skill: SkillSummary): Promise<number> {
  const answer = await bridge.call('skills.remove', { key: skill.key }, context.signal)
  if (!answer.ok) return fail(context, answer.failure)
  const { trashId } = answer.value
  if (context.json)
    context.write(jsonLine('skills remove', { removed: { name: skill.name, folder: skill.folder }, trashId }))
  else context.write(`${words.removed(printable(skill.name), trashId)}\n`)
  return exitCodes.done
}

export async function restoreSkill(context: CommandContext, [trashId, ...rest]: readonly string[]): Promise<number> {
  if (trashId === undefined || rest.length > 0) return usage(context, messages.terminal.missingArgument('ID'))
  return await context.withBridge('owner', async (bridge) => {
    const answer = await bridge.call('skills.takeBack', { trashId }, context.signal)
    if (!answer.ok) return fail(context, answer.failure)
    if (context.json) context.write(jsonLine('skills restore', { skill: toldSkill(answer.value) }))
    else context.write(installedPage(answer.value, words.restored(printable(answer.value.name))))
    return exitCodes.done
  })
}

/** Those that were removed: their ids bring them back. */
export async function listRemoved(context: CommandContext, rest: readonly string[]): Promise<number> {
  if (rest.length > 0) return usage(context, messages.terminal.unknownCommand(`skills trash ${rest.join(' ')}`))
  return await context.withBridge('reader', async (bridge) =>
    show(context, 'skills trash', await bridge.call('skills.trash', {}, context.signal), ({ skills }) =>
      skills.length === 0 ? `${messages.terminal.trashEmpty}\n` : skills.map(removedRow).join(''),
    ),
  )
}

async function withSource(
  context: CommandContext,
  [source, ...rest]: readonly string[],
  work: (bridge: Bridge, source: string) => Promise<number>,
): Promise<number> {
  if (source === undefined || rest.length > 0) return usage(context, messages.terminal.missingArgument('SOURCE'))
  // Whoever owns the data folder may stand in another folder.
  const whole = meansRepository(source) || isAbsolute(source) ? source : resolve(context.folder, source)
  return await context.withBridge('owner', async (bridge) => await work(bridge, whole))
}

/** Before anything is fetched: where nobody can be asked, a yes has to be said at once. */
function whyNotAsked(context: CommandContext): number | null {
  return context.options.yes === true || context.ask !== null ? null : usage(context, words.sayYes)
}

async function inspectionOf(context: CommandContext, answer: Inspected): Promise<SkillInspection | number> {
  if (!answer.ok) return fail(context, answer.failure)
  return answer.value.inspection ?? cancelled(context)
}

async function takeIn(context: CommandContext, bridge: Bridge, answer: Inspected): Promise<number> {
  const inspection = await inspectionOf(context, answer)
  if (typeof inspection === 'number') return inspection
  const { id, replaces } = inspection
  if (id === null) {
    tell(context, inspection, null)
    return exitCodes.failed
  }
  if (replaces?.isSame) {
    await bridge.call('skills.discard', { id })
    tell(context, inspection, null)
    if (!context.json) context.write(`${words.same}\n`)
    return exitCodes.done
  }
  if (!context.json) context.write(inspectionPage(inspection))
  const isAgreed = await agrees(context, inspection)
  if (!isAgreed) {
    await bridge.call('skills.discard', { id })
    if (context.signal.aborted) return cancelled(context)
    return fail(context, { code: 'denied', message: words.notInstalled })
  }
  const overwriteEdits = isAgreed === 'edits-too'
  const installed = await bridge.call('skills.install', { id, overwriteEdits })
  if (!installed.ok) {
    await bridge.call('skills.discard', { id })
    return fail(context, installed.failure)
  }
  if (context.json) tell(context, inspection, installed.value)
  else context.write(installedPage(installed.value, words.installed(printable(installed.value.name))))
  return exitCodes.done
}

/** What a person has changed by hand is not replaced by a yes that was said before it was known. */
async function agrees(context: CommandContext, { replaces }: SkillInspection): Promise<false | 'yes' | 'edits-too'> {
  const { yes, 'replace-edits': replacesEdits } = context.options
  const isEdited = replaces?.isEdited === true
  if (yes === true) return replacesEdits === true ? 'edits-too' : 'yes'
  const question = isEdited ? words.askEdited : replaces ? words.askReplace : words.askInstall
  const said = (await context.ask?.(question)) ?? ''
  if (!words.isYes(said)) return false
  return isEdited ? 'edits-too' : 'yes'
}

function tell(context: CommandContext, inspection: SkillInspection, skill: SkillSummary | null): void {
  const told = toldInspection(inspection)
  const document = skill ? { ...told, installed: toldSkill(skill) } : told
  context.write(context.json ? jsonLine('skills install', document) : inspectionPage(inspection))
}

function usage(context: CommandContext, message: string): number {
  return fail(context, { code: 'invalid-input', message })
}
