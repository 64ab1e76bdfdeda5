// use_skill: what a skill says, as far as there is room for it, and which files it has.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { skillUseWords as words } from '../../../shared/messages/skill-use.ts'
import { calledName } from '../../../shared/skill-names.ts'
import type { OfferedSkill, SkillContent, SkillFile } from '../../../shared/skills.ts'
import { skillTool } from '../../../shared/tool.ts'
import { nearestNames } from './text/nearest.ts'
import { type Tool, type ToolContext, tool } from './tool.ts'

/** So many files are told of. */
const listedFiles = 100
/** Longest list of names in the tool's own words, as JSON: with more, the parameter is a plain text. UTF-16 code units. */
const namesRoom = 2_000
/** Shares of the room for what stands around a text that is cut. */
const filesShare = 1 / 4
const outlineShare = 1 / 4
const outlined = 40
const headingLength = 80
const meantSkills = 5

/** With the names of exactly these skills. */
export function skillReader(offered: readonly OfferedSkill[]): Tool {
  const names = [...new Set(offered.map(({ name }) => calledName(name)))]
  const [first, ...others] = names
  const isShort = first !== undefined && JSON.stringify(names).length <= namesRoom
  const name = isShort ? z.enum([first, ...others]) : z.string().min(1).max(200)
  return tool({
    name: skillTool,
    description: words.description,
    effect: 'read',
    parameters: z.object({ name: name.describe(isShort ? words.name : words.nameOrWord) }),
    async run({ name: wanted }, context) {
      const skill = offered.find((one) => calledName(one.name) === wanted) ?? likest(offered, wanted)
      if (!skill) throw new ExpectedFailure('not-found', unknown(offered, wanted))
      const found = { name: skill.name, hash: skill.hash, event: 'chosen' as const, path: null }
      if (context.skills?.isShown(skill)) {
        const detail = { files: [], skill: { ...found, isWhole: false } }
        return { content: words.already(calledName(skill.name)), detail }
      }
      const content = await read(skill, context)
      const whole = framed(content, content.body, [filesOf(content, context, listedFiles)])
      const isWhole = whole.length <= context.characters
      const said = isWhole ? whole : await beginning(content, context)
      return { content: said, detail: { files: [], skill: { ...found, isWhole } } }
    },
  })
}

async function read(skill: OfferedSkill, { skills, signal }: ToolContext): Promise<SkillContent> {
  const gone = new ExpectedFailure('not-found', words.gone(calledName(skill.name)))
  if (!skills) throw gone
  try {
    return await skills.read(skill, signal)
  } catch (thrown) {
    if (thrown instanceof ExpectedFailure && thrown.failure.code === 'not-found') throw gone
    throw thrown
  }
}

/** Nothing in the body can end the frame early. */
function framed({ name, folder }: OfferedSkill, body: string, after: readonly string[]): string {
  const within = body.trim().replaceAll('</skill', '<\u200b/skill')
  return [words.begins(calledName(name), folder), within, words.ends, ...after.filter((line) => line !== '')].join('\n')
}

const isSkillFile = ({ path }: SkillFile) => /^skill\.md$/i.test(path)

function filesOf({ folder, files }: SkillContent, { canRun }: ToolContext, most: number, room = Infinity): string {
  const all = files.filter((file) => !isSkillFile(file))
  if (all.length === 0) return ''
  let left = room
  const shown = all.slice(0, most).filter(({ path }) => {
    left -= path.length + ' (script), '.length
    return left >= 0
  })
  const names = shown.map(({ path, isScript }) => (isScript ? words.script(path) : path))
  const hasScripts = all.some(({ isScript }) => isScript)
  return [
    words.files(folder, names, all.length - shown.length),
    ...(hasScripts ? [canRun ? words.runnable : words.notRunnable] : []),
  ].join(' ')
}

/** The first lines, the headings of what follows, and how to read on. */
async function beginning(content: SkillContent, context: ToolContext): Promise<string> {
  const { characters } = context
  const lines = content.body.trim().split('\n')
  const path = `${content.folder}/${content.files.find(isSkillFile)?.path ?? 'SKILL.md'}`
  const before = await linesBefore(path, lines[0] ?? '', context)
  const files = filesOf(content, context, listedFiles, characters * filesShare)
  const tailOf = (head: number) => [
    words.begun(head, lines.length, path, before + head + 1),
    ...outlineOf(lines, head, before, characters * outlineShare),
    files,
  ]
  let head = 0
  let length = framed(content, '', tailOf(lines.length)).length + characters * outlineShare
  for (const line of lines) {
    length += line.length + 1
    if (length > characters) break
    head += 1
  }
  return framed(content, lines.slice(0, head).join('\n'), tailOf(head))
}

/** How many lines of the file stand before this one, the first of the body; without the front matter's end, none. */
async function linesBefore(path: string, first: string, { files }: ToolContext): Promise<number> {
  const found = await files.read(path).catch(() => null)
  if (found?.kind !== 'file') return 0
  const all = found.bytes.toString('utf8').replace(/\r\n?/g, '\n').split('\n')
  const fence = all.findIndex((line, at) => at > 0 && line.trimEnd() === '---')
  const at = all.findIndex((line, index) => index > fence && line.trim() !== '')
  return fence < 0 || at < 0 || first === '' ? 0 : at
}

/** Headings outside of code, by the line of the file at which read_file finds them. */
function outlineOf(lines: readonly string[], from: number, before: number, room: number): string[] {
  let isCode = false
  let left = room
  const headings = lines.flatMap((line, at) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode
    if (isCode || at < from || !/^#{1,4}\s/.test(line)) return []
    const shown = words.heading(before + at + 1, line.slice(0, headingLength))
    left -= shown.length + 1
    return left >= 0 ? [shown] : []
  })
  return headings.length === 0 ? [] : [words.outline, ...headings.slice(0, outlined)]
}

function likest(offered: readonly OfferedSkill[], wanted: string): OfferedSkill | undefined {
  const bare = wanted.trim().replace(/^\//, '').toLowerCase()
  return offered.find(({ name }) => calledName(name).toLowerCase() === bare)
}

function unknown(offered: readonly OfferedSkill[], wanted: string): string {
  const fits = [...near(offered, wanted), ...about(offered, wanted)]
  const meant = [...new Set(fits)].slice(0, meantSkills)
  const lines = meant.map(({ name, description }) => `- ${calledName(name)}: ${calledName(description).slice(0, 200)}`)
  const names = offered.slice(0, listedFiles).map(({ name }) => calledName(name))
  return [
    words.unknown(wanted.slice(0, 100)),
    lines.length > 0 ? words.meant(lines) : words.names(names, offered.length - names.length),
  ].join(' ')
}

function near(offered: readonly OfferedSkill[], wanted: string): OfferedSkill[] {
  const names = nearestNames(
    offered.map(({ name }) => name),
    wanted,
  )
  return names.flatMap((name) => offered.find((one) => one.name === name) ?? [])
}

/** Those whose name or description has the words. */
function about(offered: readonly OfferedSkill[], wanted: string): OfferedSkill[] {
  const looked = wanted.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []
  if (looked.length === 0) return []
  const has = ({ name, description }: OfferedSkill) => {
    const text = `${name} ${description}`.toLowerCase()
    return looked.filter((word) => text.includes(word)).length
  }
  return offered
    .map((skill) => ({ skill, found: has(skill) }))
    .filter(({ found }) => found > 0)
    .sort((one, other) => other.found - one.found)
    .map(({ skill }) => skill)
}
