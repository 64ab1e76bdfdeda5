// What a rule made of a command would cover: these very words, or for a few programs that only look, their looking.
import { isNeverRemembered } from './never-remembered.ts'
import { lineOf, plainWords } from './plain-words.ts'

/** Two commands with the same cover are the same to a rule. */
export interface Cover {
  /** exact: these words · looking: this program with flags and names that let it do nothing but look. */
  kind: 'exact' | 'looking'
  pattern: string
}

export type Reading = 'unruly' | { words: readonly string[]; cover: Cover | null }

/** unruly: no rule can be sure of it. cover null: understood, and never remembered. */
export function readCommand(command: string): Reading {
  const words = plainWords(command)
  if (words === null) return 'unruly'
  if (words[0] === 'git') return { words, cover: gitCover(words) }
  if (isNeverRemembered(words)) return { words, cover: null }
  const looks = words[0] === undefined ? undefined : lookers.get(words[0])
  if (looks?.(words.slice(1))) return { words, cover: { kind: 'looking', pattern: words[0] ?? '' } }
  return { words, cover: { kind: 'exact', pattern: lineOf(words) } }
}

type Looks = (rest: readonly string[]) => boolean

/**
 * Every word is one of these flags, or a name where names are taken. Flags not in the list are not harmless just because they
 * are unknown here: `git log --output=FILE` writes. Programs that show what is in files are not among the lookers:
 * `cat .env` would come past the question that a secret is.
 */
function only(flags: RegExp, takesNames: boolean): Looks {
  return (rest) => rest.every((word) => (word.startsWith('-') || word === '' ? flags.test(word) : takesNames))
}

const none = /^(?!)/

const lookers: ReadonlyMap<string, Looks> = new Map([
  ['ls', only(/^(?:-[aAlhrtRS1FdinpsgGoXU]+|--(?:all|almost-all|recursive|human-readable|color=never))$/, true)],
  ['pwd', only(/^-[PL]$/, false)],
  ['whoami', only(none, false)],
  ['wc', only(/^-[lwcmL]+$/, true)],
])

/** Without names: `git diff /dev/null .env` shows any file, and a path or a revision may be one. */
const gitLookers: ReadonlyMap<string, Looks> = new Map([
  [
    'status',
    only(/^(?:-[sbv]+|-u(?:no|all|normal)?|--(?:short|branch|long|porcelain(?:=v[12])?|ignored|show-stash))$/, false),
  ],
  [
    'log',
    only(
      /^(?:-n?[0-9]{1,6}|--max-count=[0-9]{1,6}|--(?:oneline|stat|shortstat|graph|all|decorate|merges|no-merges|name-only|name-status|first-parent|reverse|abbrev-commit))$/,
      false,
    ),
  ],
  ['diff', only(/^(?:-[wb]|--(?:stat|shortstat|numstat|summary|name-only|name-status|cached|staged))$/, false)],
  ['branch', only(/^(?:-[arv]+|--(?:all|remotes|list|show-current|verbose))$/, false)],
])

/** Commands of git's own that change nothing and start nothing. Any other word may be an alias, and an alias may be a shell. */
const gitReaders = new Set(
  'status log diff show branch tag blame shortlog rev-parse rev-list ls-files ls-tree describe merge-base name-rev count-objects cat-file'.split(
    ' ',
  ),
)

function gitCover(words: readonly string[]): Cover | null {
  const [, command = '', ...rest] = words
  // Whatever stands before the command changes what it means: -c, -C, --exec-path, --git-dir.
  if (!gitReaders.has(command)) return null
  if (gitLookers.get(command)?.(rest)) return { kind: 'looking', pattern: `git ${command}` }
  // -O and -o take a program or write a file in some of them; the others are judged by their names.
  if (rest.some((word) => /^-[A-Za-z]*[OocxeGS]/.test(word) && !word.startsWith('--'))) return null
  if (rest.some((word) => couldMean(word, ['output', 'filters', 'no-index', 'batch', 'contents']))) return null
  // Judged as a program of another name: only its flags are of interest here.
  if (isNeverRemembered(['git', ...rest])) return null
  return { kind: 'exact', pattern: lineOf(words) }
}

function couldMean(word: string, flags: readonly string[]): boolean {
  const name = /^--([A-Za-z][A-Za-z-]*)/.exec(word)?.[1]
  return name !== undefined && flags.some((flag) => flag.startsWith(name) || name.startsWith(flag))
}
