// Sentences of the terminal front.
import { exactBytes } from './sizes.ts'

export const terminal = {
  unknownCommand: (command: string) => `There is no command “${command}”. carrel --help lists them.`,
  missingCommand: 'Say what to do. carrel --help lists the commands.',
  missingPrompt: 'Say what to ask: carrel run "…", or carrel run - to read it from standard input.',
  missingArgument: (name: string) => `${name} is missing.`,
  badOption: (words: string) => `${words} carrel --help lists the options.`,
  strangeOptions: (command: string, options: readonly string[]) => {
    const named = options.map((option) => `--${option}`).join(' and ')
    return command === ''
      ? `carrel without a command does not take ${named}. carrel help lists what it takes.`
      : `carrel ${command} does not take ${named}. carrel help ${command} lists what it takes.`
  },
  surplusWord: (command: string, word: string) =>
    `carrel ${command} does nothing with “${word}”. carrel help ${command} says what it takes; words with spaces in them stand in quotes.`,
  emptyOption: (option: string) => `--${option} needs a value; what stands there is empty.`,
  optionValue: (option: string, allowed: string) => `--${option} takes one of ${allowed}.`,
  optionTakes: (option: string, what: string) => `--${option} takes ${what}.`,
  optionNumber: (option: string, least: number, most: number, isWhole: boolean) =>
    `--${option} takes a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, or default.`,
  outputLost: (code: string | undefined) =>
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'There is no room left where standard output goes: not all of it was written.'
      : `Standard output could not be written to (${code ?? 'unknown error'}): not all of it is there.`,
  folderGone: 'The folder you stand in has gone. Go to another one and try again.',
  callBegins: (verb: string, what: string) => `→ ${verb} ${what}`,
  callEnded: (isDone: boolean, verb: string, what: string, said: string) =>
    `${isDone ? '✓' : '✗'} ${verb} ${what}${said === '' ? '' : `: ${said}`}`,
  changed: (added: string, removed: string) => `${added} ${removed}`,
  moreOfDiff: (lines: number, path: string) => `… ${lines} more lines of ${path}`,
  modelWaiting: (model: string) => `Waiting for the model: ${model} is answering another session first.`,
  serverRetry: 'Ollama could not answer just now. Asking again.',
  length: 'The answer reached its longest length and ends here.',
  stopped: 'Stopped. What had arrived is kept.',
  fileIsThere: (path: string) => `${path} is there already. Nothing was written; choose another name.`,
  noSessions: 'No sessions yet.',
  trashEmptyTakesNone: 'carrel trash empty removes everything in the trash and takes no ID. Nothing was removed.',
  trashEmpty: 'The trash is empty.',
  untitled: 'Untitled',
  you: 'You',
  skipped: (bytes: number) => (bytes === 1 ? '1 damaged byte was skipped' : `${bytes} damaged bytes were skipped`),
  leftOut: (count: number) =>
    count === 1
      ? '1 result is not shown, because the call it belongs to could not be read'
      : `${count} results are not shown, because the calls they belong to could not be read`,
  version: (number: number, of: number) => `version ${number} of ${of}`,
  hiddenFromModel: 'not shown to the model',
  attached: (line: string) => `attached: ${line}`,
  after: (entryId: string) => `after ${entryId}`,
  nothingToRepair: (kept: number) => `Nothing is damaged: all ${kept} records can be read. No copy was made.`,
  repaired: (kept: number, skipped: number) =>
    `${kept} records are in the copy; ${skipped === 1 ? '1 damaged place is' : `${skipped} damaged places are`} not. The file is as it was.`,
  loaded: 'loaded',
  data: {
    damaged: 'Damaged',
    newer: 'Made by a newer Carrel; can be read, not written',
    others: 'Also in the folder of sessions',
    archived: 'archived',
    skipped: (bytes: number, lines: number) =>
      `${exactBytes(bytes)} skipped${lines > 0 ? ` in ${lines} ${lines === 1 ? 'line' : 'lines'}` : ''}`,
    missingBlobs: (count: number) =>
      count === 1 ? 'the large part of 1 entry is missing' : `the large parts of ${count} entries are missing`,
    empty: 'the file is empty',
    nothingLeft: 'no record of it can be read',
    at: (offset: number, length: number, message: string) => `at byte ${offset}, ${exactBytes(length)}: ${message}`,
    more: (count: number) => `and ${count} more`,
    lastGood: (when: string | null, offset: number, words: string) =>
      `last good line: ${[when, `byte ${offset}`].filter(Boolean).join(', ')}${words === '' ? '' : `: “${words}”`}`,
    shadowed: (id: string) => `${id} lies both live and archived; the live file counts`,
    beingWritten: (id: string) => `${id} was being written to while it was read`,
    copies: {
      repaired: (id: string) => `${id} is a repaired copy`,
      conflict: (id: string) => `${id} was kept when a session of its id was archived twice`,
    },
    sameButCase: (ids: readonly string[]) => `${ids.join(' and ')} differ in nothing but upper and lower case`,
    kinds: {
      draft: 'an unfinished answer without its session',
      other: 'no session',
    },
    other: (name: string, kind: string, size: string) => `${name}  ${kind}, ${size}`,
  },
  noTools: 'Without --tools FILE no tool is known, so that every name is unknown.',
  badAnswerLine: (number: number) =>
    `Line ${number} of standard input was skipped: it is no JSON object with a text “raw” (and “id” and “done_reason”).`,
  toolsUnreadable: (path: string) =>
    `${path} cannot be read. --tools takes a file with a JSON array of function tools.`,
  toolsNoArray: (path: string) => `${path} is no JSON array of function tools.`,
  toolsBadEntry: (path: string, number: number) => `Tool ${number} in ${path} has no name.`,
  checks: {
    home: 'data folder',
    owner: 'owner',
    space: 'free space',
    sessions: 'sessions',
    settings: 'settings',
    server: 'Ollama',
    model: 'model',
    versions: 'versions',
    homeOk: (path: string) => `${path} can be written to`,
    notMadeYet: (path: string) => `${path} does not exist yet; it is made when the first session begins`,
    ownerFree: 'nobody else has this folder open',
    ownerBusy: (pid: number) => `process ${pid} has this folder open`,
    spaceOk: (free: string) => `${free} free`,
    spaceLow: (free: string) => `only ${free} free`,
    spaceFix: 'Make room on this disk.',
    spaceUnknown: 'this disk does not say how much room it has',
    sessionsCount: (count: number, size: string) => `${count} ${count === 1 ? 'session' : 'sessions'}, ${size}`,
    sessionsOk: 'every line readable',
    sessionsBad: (damaged: number, bytes: number) => `${damaged} damaged, ${exactBytes(bytes)} had to be skipped`,
    missingBlobs: (count: number) =>
      count === 1 ? 'the large part of 1 entry is missing' : `the large parts of ${count} entries are missing`,
    sessionsFix: 'The files are kept as they are; carrel sessions repair ID makes a copy of what can be read.',
    index: 'search index',
    indexOk: (files: number, of: number, bytes: string) => `${files} of ${of} sessions in it, ${bytes}`,
    indexMaking: (files: number, of: number) => `being made: ${files} of ${of} sessions`,
    indexUnasked: 'looked at by whoever has the folder open, when something is searched for',
    indexFix: 'carrel index rebuild',
    trash: (count: number, size: string) => (count === 0 ? 'trash empty' : `${count} in the trash, ${size}`),
    settingsOk: 'readable',
    skills: 'skills',
    skillsOk: (on: number, of: number, refused: number) =>
      `${on} of ${of} on${refused === 0 ? '' : `, ${refused} refused`}`,
    skillsWaiting: (names: readonly string[]) => `switched on, but not offered as they are now: ${names.join(', ')}`,
    skillsFix: 'carrel skills list says why; carrel skills enable NAME says yes to what is there now.',
    serverOk: (host: string, version: string, withToken: boolean) =>
      `Ollama ${version} at ${host}${withToken ? ', with a token' : ''}`,
    serverFix: 'ollama serve',
    modelOk: (model: string) => `${model} is installed`,
    modelMissing: (model: string) => `${model} is not installed`,
    modelFix: (model: string) => `ollama pull ${model}`,
    modelUnknown: 'not known: the server has not said which models it has',
  },
} as const
