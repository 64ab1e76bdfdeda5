// A path as a model writes it, to the names that lead there from the workspace's root. Words only: nothing is opened here.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { toolWords } from '../../../../shared/messages/tools.ts'
import { AccessRefused } from './refusal.ts'

/** The kernel's own limits on Linux, in bytes; other systems have none that are larger. */
const pathLimit = 4_096
const nameLimit = 255

/**
 * The names below the root; empty for the root itself. Relative paths start at the root; an absolute one must lie below
 * one of `roots` (the workspace as the person named it and as it really is). Throws when the words lead outside.
 */
export function namesOf(given: string, roots: readonly string[], platform: NodeJS.Platform): string[] {
  if (given.includes('\0')) throw new ExpectedFailure('invalid-input', toolWords.nulInPath)
  if (Buffer.byteLength(given) > pathLimit) throw new ExpectedFailure('invalid-input', toolWords.pathTooLong)
  const outside = new AccessRefused('outside', toolWords.outside(shownPath(given)))
  // The person's home, as a shell has it: never a folder of this name.
  if (/^~[^/\\]*([/\\]|$)/.test(given.trim())) throw outside
  const relative = isAbsolute(given, platform) ? belowRoot(given, roots, platform) : given
  if (relative === null) throw outside
  const names: string[] = []
  for (const name of partsOf(relative, platform)) {
    if (name === '..') {
      if (names.pop() === undefined) throw outside
    } else {
      names.push(name)
    }
  }
  for (const name of names) {
    if (Buffer.byteLength(name) > nameLimit) throw new ExpectedFailure('invalid-input', toolWords.pathTooLong)
    if (platform === 'win32' && !isNameOnWindows(name)) {
      throw new ExpectedFailure('invalid-input', toolWords.badName(shownPath(name)))
    }
  }
  return names
}

/** A path in a sentence: one line, and no longer than one reads. */
export function shownPath(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold them, and a sentence must not
  const line = path.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?')
  return line.length > 200 ? `${line.slice(0, 200)}...` : line
}

function isAbsolute(path: string, platform: NodeJS.Platform): boolean {
  return path.startsWith('/') || (platform === 'win32' && (path.startsWith('\\') || /^[a-z]:/i.test(path)))
}

function belowRoot(path: string, roots: readonly string[], platform: NodeJS.Platform): string | null {
  const same = platform === 'win32' ? (name: string) => name.toLowerCase() : (name: string) => name
  const parts = partsOf(path, platform)
  for (const root of roots) {
    // Compared name by name: `/srv/ws-evil` begins with the letters of `/srv/ws` and is not in it.
    const rootParts = partsOf(root, platform)
    if (rootParts.every((name, index) => same(name) === same(parts[index] ?? ''))) {
      return parts.slice(rootParts.length).join('/')
    }
  }
  return null
}

function partsOf(path: string, platform: NodeJS.Platform): string[] {
  return path.split(platform === 'win32' ? /[\\/]/ : '/').filter((name) => name !== '' && name !== '.')
}

/** No stream of a file (`a:b`), no device (`NUL`, `COM1.txt`), nothing that Windows would take for another name. */
function isNameOnWindows(name: string): boolean {
  return !/[:*?"<>|]|[. ]$/.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)
}
