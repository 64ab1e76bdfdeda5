// Whether every name that a source brings leads to a place of its own inside the skill's folder, on every system.
import { foldedPath, isSafePath } from '../../../../shared/data-places.ts'
import type { SkillProblem, SkillProblemCode } from '../../../../shared/skills.ts'
import { problem } from '../problems.ts'
import type { IncomingEntry } from './incoming.ts'
import { limits } from './limits.ts'

/** What is wrong with them, by their names and by what the source says of them; empty when nothing is. */
export function problemsOf(entries: readonly IncomingEntry[]): SkillProblem[] {
  const problems: SkillProblem[] = []
  const places = new Map<string, { path: string; isFile: boolean }>()
  let files = 0
  let bytes = 0
  for (const entry of entries) {
    if (problems.length >= limits.problems) break
    const shown = shownPath(entry.path)
    const wrong = wrongName(entry.path) ?? wrongKinds[entry.kind]
    if (wrong) {
      problems.push(problem(wrong, { path: shown }))
      continue
    }
    if (!claim(places, entry.path, entry.kind === 'file')) {
      problems.push(problem('path-duplicate', { path: shown }))
    }
    if (entry.kind !== 'file') continue
    files += 1
    bytes += entry.bytes
    if (entry.bytes > limits.fileBytes) {
      problems.push(problem('too-large', { path: shown }))
    } else if (isBomb(entry.bytes, entry.packed)) {
      problems.push(problem('archive-ratio', { path: shown }))
    }
  }
  if (files > limits.files) problems.push(problem('too-many-files'))
  if (bytes > limits.bytes) problems.push(problem('too-large'))
  return problems
}

/** Whether so many bytes came out of so few. */
export function isBomb(bytes: number, packed: number | null): boolean {
  return packed !== null && bytes > limits.ratioFrom && bytes > packed * limits.ratio
}

/** As a person may see it: short, and with nothing in it that steers a screen. */
export function shownPath(path: string): string {
  const shown = path.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}

function wrongName(path: string): SkillProblemCode | null {
  const leadsOut =
    path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\\') || path.split('/').includes('..')
  if (leadsOut) return 'path-outside'
  return isSafePath(path) ? null : 'path-unsafe'
}

const wrongKinds: Readonly<Record<IncomingEntry['kind'], SkillProblemCode | null>> = {
  file: null,
  folder: null,
  link: 'link-entry',
  special: 'special-entry',
  unreadable: 'unreadable',
}

/** A place, and every folder on the way to it, may have one spelling, and be a file once or a folder. */
function claim(places: Map<string, { path: string; isFile: boolean }>, path: string, isFile: boolean): boolean {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    if (!claimOne(places, path.slice(0, end), false)) return false
  }
  return claimOne(places, path, isFile)
}

function claimOne(places: Map<string, { path: string; isFile: boolean }>, path: string, isFile: boolean): boolean {
  const key = foldedPath(path)
  const there = places.get(key)
  if (!there) {
    places.set(key, { path, isFile })
    return true
  }
  return there.path === path && !there.isFile && !isFile
}
