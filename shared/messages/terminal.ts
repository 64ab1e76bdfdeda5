// Sentences of the terminal front.
import { exactBytes } from './sizes.ts'

export const terminal = {
  usage: `carrel: a private, local AI agent (terminal)

Usage
  carrel [--session ID|--continue] [--model M] [--workspace DIR] [--mode read-only|workspace|trusted] [--screen-reader]
                                               (a session in this terminal, key by key: /help there lists what it can do; --continue goes on with the
                                               last one. --screen-reader, or CARREL_SCREEN_READER=1, draws nothing and says everything in plain lines)
  carrel run [--model M] [--session ID] [--dialect auto|native|prompted] "PROMPT"   (- reads standard input)
             [--think off|low|medium|high|default] [--temperature 0..2|default] [--top-p 0.01..1|default] [--seed N|default]
                                               (how the session's model answers from here on; default: as the settings and the model itself say)
             [--workspace DIR] [--mode read-only|workspace|trusted] [--allow read,write,execute,network] [--trust-folder] [--skills on|off] [--max-rounds N] [--attach FILE]…
                                               (the folder it works in: this one unless told. What would need your leave is denied unless --allow names it.
                                               A picture goes as it is, a PDF as its text, what lies in the folder by its place)
  carrel sessions list [--archived|--all]
  carrel sessions show ID [--all-branches]
  carrel sessions rename ID TITLE
  carrel sessions retitle ID                   (a title by the model; one you gave stays)
  carrel sessions compact ID [WORDS] [--model M]
                                               (all but the latest summarised for the model; WORDS say what matters of it)
  carrel sessions archive|restore|pin|unpin ID…
  carrel sessions delete [--permanently] ID…   (into Carrel's trash; --permanently skips it)
  carrel sessions fork ID [--at ENTRY]         (a new session with everything up to there)
  carrel sessions replay ID --model M          (its questions asked of another model, tools answered from its log: nothing is run)
  carrel sessions repair ID                    (a copy of what can be read; the file stays as it is)
  carrel sessions export ID [--format md|html|json|jsonl|zip] [--out FILE]
                                               (to read, or as data; jsonl is the file itself, zip with its blobs; FILE must not be there)
  carrel sessions search QUERY [--limit N] [--archived|--all] [--in ID] [--role user|assistant|tool] [--kind message|tool|title]
                                               (words, "phrases", and tool: file: host: model: skill: role: before: after: in: is:)
  carrel index status                          (how far the search index is)
  carrel index rebuild                         (makes it anew; it may be deleted at any moment)
  carrel sessions import PATH… [--from auto|carrel|seed|claude-code|codex|pi]
                                               (logs of other programs, or of another Carrel: files or folders; twice adds nothing)
  carrel logs mount PATH [--from …]            (a folder of such logs, to be read and searched where it is; nothing is copied into your sessions)
  carrel logs list
  carrel logs unmount PATH
  carrel trash list
  carrel trash restore ID…
  carrel trash empty                           (removes what is in the trash for good)
  carrel undo [SESSION] [--list]               (the file changes of the last run back; without SESSION, of the one that changed files last)
  carrel redo [SESSION]                        (and again)
  carrel skills list                           (every skill that is seen from this folder, and where Carrel looks; --workspace DIR for another one)
  carrel skills show NAME                      (its text, its files, and what is wrong with it)
  carrel skills validate PATH                  (a skill's folder, or a folder of them; nothing is changed)
  carrel skills enable|disable NAME            (yes to what is there now, and to nothing it may become)
  carrel skills inspect SOURCE                 (a folder, a .zip or .skill, or an https or ssh address of git, with #ref:folder; nothing is installed)
  carrel skills install SOURCE [--yes]         (the same, shown and then asked; it is off until you enable it)
  carrel skills update NAME [--yes] [--replace-edits]
                                               (from where it came, with what would be another one)
  carrel skills remove NAME                    (into Carrel's trash)
  carrel skills trash                          (those that were removed)
  carrel skills restore ID                     (and back)
  carrel models list                           (what is installed, and what is in memory)
  carrel models show NAME
  carrel models pull NAME                      (gets it, or goes on with it; Ctrl+C pauses, and what has come is kept)
  carrel models remove NAME                    (off the server's disk)
  carrel models unload NAME                    (out of its memory; it stays installed)
  carrel models test NAME                      (asks it a few questions: streaming, tools in both ways, thinking, pictures; 1 when a part failed)
  carrel rules list                            (lasting decisions, and what they matched lately)
  carrel rules revoke ID…
  carrel settings get [KEY]
  carrel settings set KEY VALUE [--yes]        (JSON or a word; what lets commands see or do more is asked about first)
  carrel ledger [--since TIME] [--session ID] [--kind command|host|outside|secret] [--out FILE]
                                               (what happened at the border; FILE gets JSON lines, or CSV when named .csv)
  carrel backup FILE                           (the whole data folder as one zip, also while it is in use)
  carrel restore-backup FILE [--with-rules]    (compared byte by byte, then in the place of the data folder, which is kept beside;
                                                with its rules, trusted folders and server only with --with-rules)
  carrel toolcalls parse [--tools FILE]        (what Carrel makes of a model's text; JSON lines with id, raw and
                                                done_reason on standard input, a JSON array of tools in FILE)
  carrel serve --stdio                         (for editors and scripts: calls, answers and events as JSON lines; docs/serve.md)
  carrel completion bash|zsh|fish              (what completes all of this in a shell)
  carrel help [COMMAND]
  carrel doctor

Everywhere
  --home DIR    data folder (or CARREL_HOME)
  --host URL    Ollama server (or OLLAMA_HOST; default http://127.0.0.1:11434); the token it wants, if it wants one,
                in CARREL_OLLAMA_TOKEN
  --json        machine-readable output
  --no-color    plain text
  --help        the manual; behind a command, its page
  --version     the version

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 model or server unavailable, 4 denied, 5 a limit was reached,
6 damaged data was found, 130 cancelled.
`,
  unknownCommand: (command: string) => `There is no command “${command}”. carrel --help lists them.`,
  missingCommand: 'Say what to do. carrel --help lists the commands.',
  missingPrompt: 'Say what to ask: carrel run "…", or carrel run - to read it from standard input.',
  missingArgument: (name: string) => `${name} is missing.`,
  badOption: (words: string) => `${words} carrel --help lists the options.`,
  emptyOption: (option: string) => `--${option} needs a value; what stands there is empty.`,
  optionValue: (option: string, allowed: string) => `--${option} takes one of ${allowed}.`,
  optionNumber: (option: string, least: number, most: number, isWhole: boolean) =>
    `--${option} takes a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, or default.`,
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
