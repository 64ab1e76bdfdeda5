// read_file: a text file or a part of it, a picture for a model that can see, the names in a folder.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { skillUseWords } from '../../../shared/messages/skill-use.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import { decode } from './text/encoding.ts'
import { isPdf, kindOf, pictureMime } from './text/file-kind.ts'
import { nearestNames } from './text/nearest.ts'
import { linesOf } from './text/unified-diff.ts'
import { type Tool, type ToolContext, type ToolResult, tool } from './tool.ts'
import type { FoundFile } from './workspace/reading.ts'

/** Largest picture a model is sent, in bytes. */
const pictureLimit = 10 * 1_024 * 1_024
/** Lines when the model does not say how many. */
const usualLines = 2_000

export const readFile = tool({
  name: 'read_file',
  description: toolWords.descriptions.read_file,
  effect: 'read',
  parameters: z.object({
    path: z.string().min(1).describe(toolWords.parameters.path),
    offset: z.int().min(1).optional().describe(toolWords.parameters.offset),
    limit: z.int().min(1).optional().describe(toolWords.parameters.limit),
  }),
  async run({ path, offset = 1, limit = usualLines }, context) {
    const found = await orNear(path, context)
    if (found.kind === 'folder') {
      const count = found.names.length + found.more
      return { content: folderWords(found), detail: { files: [], found: { what: 'names', count } } }
    }
    const { bytes } = found
    const mime = pictureMime(bytes)
    if (mime !== null) return picture(found.path, mime, bytes, context)
    const decoded = isPdf(bytes) ? null : decode(bytes)
    if (!decoded) {
      throw new ExpectedFailure('invalid-input', toolWords.binary(found.path, kindOf(bytes), bytes.byteLength))
    }
    // Line ends are shown as one kind: a model cannot see which there are, and edit_file keeps the file's own.
    const shown = part(found.path, decoded.text.replaceAll('\r\n', '\n'), offset, limit)
    return found.ofSkill ? ofSkill(shown, found.ofSkill) : shown
  },
})

/** The same where there is no workspace, and only files of skills can be read. */
export const readSkillFile: Tool = {
  ...readFile,
  description: skillUseWords.readDescription,
  parameters: readFile.parameters.extend({ path: z.string().min(1).describe(skillUseWords.path) }),
}

function ofSkill(shown: ToolResult, { skill, path }: NonNullable<FoundFile['ofSkill']>): ToolResult {
  const { name, hash } = skill
  const files = shown.detail?.files ?? []
  return { ...shown, detail: { ...shown.detail, files, skill: { name, hash, event: 'read', path, isWhole: false } } }
}

/**
 * Without numbers before the lines: a small model copies them into the text it wants to replace. Where a line stands,
 * search_files tells.
 */
function part(path: string, text: string, offset: number, limit: number): ToolResult {
  const all = linesOf(text)
  const seen = (count: number) => ({ files: [], found: { what: 'lines' as const, count, of: all } })
  if (all === 0) return { content: toolWords.emptyFile(path), detail: seen(0) }
  if (offset > all) throw new ExpectedFailure('invalid-input', toolWords.pastEnd(path, all))
  const to = Math.min(all, offset + limit - 1)
  const isWhole = offset === 1 && to === all
  const shown = isWhole
    ? text
    : `${text
        .split('\n')
        .slice(offset - 1, to)
        .join('\n')}\n`
  return {
    content: isWhole ? text : `${shown}${toolWords.readOn(offset, to, all)}`,
    cut: (omitted, headLines) =>
      headLines > 0 ? toolWords.omittedRead(omitted, offset + headLines) : toolWords.omittedLine(omitted),
    detail: seen(to - offset + 1),
  }
}

function picture(path: string, mime: string, bytes: Uint8Array, { seesImages }: ToolContext): ToolResult {
  if (!seesImages) {
    throw new ExpectedFailure('invalid-input', toolWords.pictureUnseen(path, mime, bytes.byteLength))
  }
  if (bytes.byteLength > pictureLimit) {
    throw new ExpectedFailure('limit', toolWords.pictureTooLarge(path, bytes.byteLength, pictureLimit))
  }
  return { content: toolWords.picture(path, mime, bytes.byteLength), image: { mime, bytes } }
}

function folderWords({ path, names, more }: { path: string; names: readonly string[]; more: number }): string {
  return names.length === 0 ? toolWords.isEmptyFolder(path) : toolWords.isFolderWith(path, names, more)
}

/** A file that is not there is told with the names beside it that are like it. */
async function orNear(path: string, { files }: ToolContext) {
  try {
    return await files.read(path)
  } catch (thrown) {
    if (!(thrown instanceof ExpectedFailure) || thrown.failure.code !== 'not-found') throw thrown
    const near = await nearTo(path, files).catch(() => [])
    if (near.length === 0) throw thrown
    throw new ExpectedFailure('not-found', toolWords.notFoundNear(path.slice(0, 200), near))
  }
}

async function nearTo(path: string, files: ToolContext['files']): Promise<string[]> {
  const slash = path.lastIndexOf('/')
  const folder = await files.read(slash < 0 ? '.' : path.slice(0, slash) || '/')
  if (folder.kind === 'file') return []
  const wanted = path.slice(slash + 1)
  const start = folder.path === '.' ? '' : `${folder.path}/`
  return nearestNames(folder.names, wanted).map((name) => start + name)
}
