// What a write has changed, as a unified diff and two counts.
import { createTwoFilesPatch } from 'diff'
import type { TouchedFile } from '../../../../shared/tool.ts'

/** Longest diff that is kept for a card, in code units. */
const diffLimit = 200_000
/** A comparison beyond this blocks the process for longer than a person waits. */
const timeoutMs = 300

/** The texts are those of the file, before (null: there was none, or no text) and after. */
export function touched(
  path: string,
  change: TouchedFile['change'],
  before: string | null,
  after: string,
): TouchedFile {
  const patch = createTwoFilesPatch(
    before === null ? '/dev/null' : path,
    path,
    before ?? '',
    after,
    undefined,
    undefined,
    {
      context: 3,
      timeout: timeoutMs,
    },
  )
  if (patch === undefined) return { path, change, added: linesOf(after), removed: linesOf(before ?? ''), diff: null }
  // The head of a patch is a line of its own and two names; what follows counts.
  const body = patch.slice(patch.indexOf('\n@@') + 1).split('\n')
  const changed = patch.includes('\n@@') ? body : []
  return {
    path,
    change,
    added: changed.filter((line) => line.startsWith('+')).length,
    removed: changed.filter((line) => line.startsWith('-')).length,
    diff: patch.length > diffLimit ? null : patch,
  }
}

/** Lines as a person counts them: a newline at the end does not begin another one. */
export function linesOf(text: string): number {
  if (text === '') return 0
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
