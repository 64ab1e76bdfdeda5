// What is said of one call, in one line: verb, object, outcome, time. The window's cards and the terminal say the same.
import type { CallFacts } from '../call-facts.ts'
import type { CommandFound, LookFound, RefusalReason, TouchedFile } from '../tool.ts'

const count = (number: number) => number.toLocaleString('en')
const counted = (number: number, one: string, many: string) => `${count(number)} ${number === 1 ? one : many}`

/** While it goes on, when it is done, and when it has not done it. */
const verbs: Readonly<Record<string, readonly [going: string, done: string, not: string]>> = {
  read_file: ['Reading', 'Read', 'Read'],
  write_file: ['Writing', 'Wrote', 'Write'],
  edit_file: ['Editing', 'Edited', 'Edit'],
  search_files: ['Searching for', 'Searched for', 'Search for'],
  search_sessions: ['Looking back for', 'Looked back for', 'Look back for'],
  run_command: ['Running', 'Ran', 'Run'],
  use_skill: ['Reading skill', 'Read skill', 'Read skill'],
  check_command: ['Looking at', 'Looked at', 'Look at'],
}
const otherVerbs = ['Calling', 'Called', 'Call'] as const

const refusals: Readonly<Record<RefusalReason, string>> = {
  outside: 'refused: outside the folder',
  protected: 'refused: protected',
  secret: 'refused: may hold secrets',
  link: 'refused: a link',
  'hard-link': 'refused: has a second name',
  special: 'refused: not a file',
  changed: 'refused: changed meanwhile',
  workspace: 'refused: the folder has moved',
  'not-in-log': 'not in the log: nothing was run',
}

const notRun: Readonly<Record<string, string>> = {
  'too-many': 'not run: too many at once',
  repeated: 'not run: the same again',
  'not-allowed': 'not allowed',
}

const commandEnds = {
  background: 'goes on in the background',
  stopped: 'stopped',
  wall: 'took too long',
  cpu: 'used too much processor time',
  output: 'wrote too much',
  memory: 'used too much memory',
  growth: 'made the folder grow too fast',
} as const

const failed: Readonly<Record<string, string>> = {
  'not-found': 'not found',
  'invalid-input': 'not done',
  limit: 'too large',
  'no-space': 'no room on the disk',
  denied: 'no access',
}

const sum = (files: readonly TouchedFile[], what: 'added' | 'removed') =>
  files.reduce((all, file) => all + file[what], 0)

export const callWords = {
  verb(name: string, { state, detail }: Pick<CallFacts, 'state' | 'detail'>): string {
    const [going, done, not] = Object.hasOwn(verbs, name) ? (verbs[name] ?? otherVerbs) : otherVerbs
    if (state === 'running') return going
    if (state !== 'done') return not
    return name === 'write_file' && detail?.files[0]?.change === 'created' ? 'Created' : done
  },
  noName: 'a tool without a name',
  query: (query: string) => `“${query}”`,
  inPath: (path: string) => ` in ${path}`,

  /** Empty when there is nothing to say. */
  outcome(name: string, { state, detail, failure, isShortened }: CallFacts): string {
    switch (state) {
      case 'waiting':
        return 'waits'
      case 'running':
        return ''
      case 'stopped':
        return 'stopped'
      case 'not-run':
        return notRun[failure?.reason ?? ''] ?? 'not run'
      case 'unknown':
        return 'interrupted; it may have happened'
      case 'refused':
        return refusals[failure?.reason as RefusalReason] ?? 'refused'
      case 'failed':
        if (failure?.reason === 'unreadable') return 'could not be understood'
        if (failure?.reason === 'unknown-tool') return 'no such tool'
        return failed[failure?.code ?? ''] ?? 'failed'
      case 'done': {
        if (detail && detail.files.length > 0) return ''
        if (name === 'write_file') return 'no change'
        if (detail?.command) return callWords.command(detail.command)
        const found = detail?.found ? callWords.found(detail.found) : ''
        return isShortened ? [found, 'shortened'].filter(Boolean).join(', ') : found
      }
      default:
        return state satisfies never
    }
  },
  command({ exit, why, withoutSandbox }: CommandFound): string {
    const ended = why !== 'exited' ? commandEnds[why] : exit === null ? 'ended by a signal' : `exit ${exit}`
    return withoutSandbox ? `${ended}, without sandbox` : ended
  },
  found({ what, count: number, of, more }: LookFound): string {
    switch (what) {
      case 'lines':
        return of !== undefined && of > number
          ? `${count(number)} of ${counted(of, 'line', 'lines')}`
          : counted(number, 'line', 'lines')
      case 'names':
        return `${counted(number, 'name', 'names')}${more ? ' or more' : ''}`
      case 'matches':
        if (number === 0) return 'nothing found'
        return `${counted(number, 'hit', 'hits')}${of === undefined ? '' : ` in ${counted(of, 'file', 'files')}`}${more ? ', or more' : ''}`
      default:
        return what satisfies never
    }
  },
  added: (files: readonly TouchedFile[]) => `+${count(sum(files, 'added'))}`,
  removed: (files: readonly TouchedFile[]) => `−${count(sum(files, 'removed'))}`,

  list: 'What was done',
  arguments: 'Arguments',
  noArguments: 'It was called without arguments.',
  unreadable: 'The model’s arguments were no JSON object, so there are none to show.',
  copyArguments: 'Copy the arguments',
  textBegins: '“',
  textEnds: '”',
  output: 'Output',
  outputNow: 'Output so far',
  outputPart: 'Output, as much as the model was shown',
  noOutput: 'No output yet.',
  neverOutput: 'There is no result: Carrel ended before it was written.',
  emptyOutput: 'The output is empty.',
  copyOutput: 'Copy the output',
  copyDiff: 'Copy the change',
  showAll: (size: string) => `Show all of it (${size})`,
  showMore: (shown: number, all: number) => `Show more (${count(shown)} of ${count(all)} characters so far)`,
  loading: 'Reading…',
  changes: { created: 'created', replaced: 'replaced', edited: 'edited' },
  noDiff: 'No comparison is kept: it would be too long, or the file holds no text.',
  diffOf: (path: string) => `Change of ${path}`,
  allLines: (lines: number) => `Show all ${count(lines)} lines`,
  gap: '⋯',
} as const
