// The manual of the terminal: one table of commands and options. Help, completion and tests are made of it; loaded when one of them is asked for.

export interface OptionWords {
  /** What stands behind it; null when nothing does. */
  value: string | null
  does: string
  /** All values there are. */
  oneOf?: readonly string[]
  /** What is completed; left out: files. */
  names?: 'session' | 'model'
}

const on = (does: string): OptionWords => ({ value: null, does })
const takes = (value: string, does: string, more: Omit<OptionWords, 'value' | 'does'> = {}): OptionWords => ({
  value,
  does,
  ...more,
})
const oneOf = (values: readonly string[], does: string) => takes(values.join('|'), does, { oneOf: values })

/** Of `carrel` without a command. */
export const leading = ['session', 'continue', 'model', 'workspace', 'mode', 'screen-reader'] as const

export const everywhere = ['home', 'host', 'json', 'no-color', 'help', 'version'] as const

export const optionWords = {
  home: takes('DIR', 'The data folder.'),
  host: takes('URL', 'The Ollama server, for this command alone.'),
  json: on('One JSON document on standard output, or JSON lines (docs/json has the schemas).'),
  'no-color': on('Plain text.'),
  help: on('This help; behind a command, the help of it. Also -h.'),
  version: on('The version.'),
  model: takes('MODEL', 'The model that answers.', { names: 'model' }),
  session: takes('ID', 'The session that goes on, or that is meant.', { names: 'session' }),
  continue: on('Goes on with the last session.'),
  'screen-reader': on('Draws nothing and says everything in plain lines.'),
  think: oneOf(['off', 'low', 'medium', 'high', 'default'], 'How much the model thinks from here on.'),
  temperature: takes('0..2|default', 'How freely it chooses its words from here on.'),
  'top-p': takes('0.01..1|default', 'From how much of the likely words it chooses from here on.'),
  seed: takes('N|default', 'Where its chance begins from here on.'),
  attach: takes('FILE', 'Attaches a file; may stand there up to ten times.'),
  workspace: takes('DIR', 'The folder that is meant; the one you stand in unless told.'),
  mode: oneOf(['read-only', 'workspace', 'trusted'], 'How much may be done unasked.'),
  allow: takes('EFFECTS', 'Of read, write, execute, network, with commas: what may be done without being asked.'),
  dialect: oneOf(['auto', 'native', 'prompted'], 'How calls are written from here on.'),
  'max-rounds': takes('N', 'How many answers with calls the question may have, 1 to 200.'),
  'trust-folder': on("Lets the folder's AGENTS.md and skills in."),
  skills: oneOf(['on', 'off'], 'Whether skills are offered.'),
  archived: on('The archived ones.'),
  all: on('All of them, archived too.'),
  permanently: on('Not into the trash but for good.'),
  'all-branches': on('Every entry, in the order of the file, and not only those of the active path.'),
  at: takes('ENTRY', 'Up to this entry.'),
  list: on('Shows what could be taken back, and takes nothing back.'),
  tools: takes('FILE', 'A JSON array of function tools.'),
  since: takes('TIME', 'From this time on, ISO 8601.'),
  kind: takes('KIND', 'Of search: message, tool or title. Of ledger: command, host, outside or secret.'),
  limit: takes('N', 'At most so many, 1 to 200.'),
  in: takes('ID', 'In this session only.', { names: 'session' }),
  role: oneOf(['user', 'assistant', 'tool'], 'What was said by this one.'),
  out: takes('FILE', 'Into this file, which must not be there yet.'),
  format: oneOf(['md', 'html', 'json', 'jsonl', 'zip'], 'In this form; jsonl is the file itself, zip with its blobs.'),
  from: oneOf(['auto', 'carrel', 'seed', 'claude-code', 'codex', 'pi'], 'Whose logs they are.'),
  'with-rules': on('With its rules, trusted folders and server.'),
  yes: on('Says yes beforehand. Also -y.'),
  'replace-edits': on('Also what you have changed by hand.'),
  stdio: on('Over standard input and output.'),
  words: on('The words that may stand next, one a line.'),
} as const satisfies Record<string, OptionWords>
export type OptionName = keyof typeof optionWords

export interface Page {
  /** What stands behind its words. */
  takes: string
  /** One sentence. */
  does: string
  /** Paragraphs. */
  more?: readonly string[]
  options: readonly OptionName[]
  /** Beside 130, which any of them has when it is interrupted. */
  exits: readonly number[]
  examples?: readonly string[]
  /** What its arguments are; left out: files or words of one's own. */
  names?: 'session' | 'model' | 'skill' | 'command' | readonly string[]
}

const page = (
  given: string,
  does: string,
  exits: readonly number[],
  { options = [], ...more }: Partial<Omit<Page, 'takes' | 'does' | 'exits'>> = {},
): Page => ({ takes: given, does, exits, options, ...more })
const ofSession = { names: 'session' } as const
const ofModel = { names: 'model' } as const
const ofSkill = { names: 'skill' } as const

/** By its words, in the order in which a person reads them. */
export const manual: Readonly<Record<string, Page>> = {
  run: page('"PROMPT"', 'Asks one question, and prints the answer as it comes.', [0, 1, 2, 3, 4, 5], {
    options: [
      ...([
        'model',
        'session',
        'workspace',
        'mode',
        'allow',
        'trust-folder',
        'skills',
        'max-rounds',
        'attach',
      ] as const),
      ...(['dialect', 'think', 'temperature', 'top-p', 'seed'] as const),
    ],
    more: [
      'A prompt of - is read from standard input. Nobody is asked anything: what would need your leave is denied unless --allow names its effect, and then only inside the folder, in the sandbox.',
      'What is said of the model holds for the session from here on; default takes it back. Of attached files a picture goes as it is, a PDF as its text, what lies in the folder by its place.',
    ],
    examples: [
      'carrel run "What does this project do?"',
      'git diff | carrel run --mode read-only -',
      'carrel run --json --allow write --workspace ~/notes "Sort my notes"',
    ],
  }),
  'sessions list': page('', 'Lists sessions, the newest first.', [0, 2], { options: ['archived', 'all'] }),
  'sessions show': page('ID', 'Prints a session.', [0, 1, 2, 6], { options: ['all-branches'], ...ofSession }),
  'sessions search': page('QUERY', 'Searches in all sessions.', [0, 2], {
    options: ['limit', 'archived', 'all', 'in', 'role', 'kind'],
    more: ['QUERY is words, "phrases", and tool: file: host: model: skill: role: before: after: in: is:.'],
    examples: ['carrel sessions search "fish soup" after:2026-01-01'],
  }),
  'sessions rename': page('ID TITLE', 'Gives a session a title.', [0, 1, 2], ofSession),
  'sessions retitle': page('ID', 'Has the model give it a title; one that you gave stays.', [0, 1, 2, 3], ofSession),
  'sessions compact': page('ID [WORDS]', 'Summarises all but the latest for the model.', [0, 1, 2, 3], {
    options: ['model'],
    more: ['WORDS say what matters of it.'],
    ...ofSession,
  }),
  'sessions archive': page('ID…', 'Puts sessions away.', [0, 1, 2], ofSession),
  'sessions restore': page('ID…', 'Takes archived sessions out again.', [0, 1, 2], ofSession),
  'sessions pin': page('ID…', 'Keeps sessions at the top.', [0, 1, 2], ofSession),
  'sessions unpin': page('ID…', 'Lets them go from there.', [0, 1, 2], ofSession),
  'sessions delete': page('ID…', "Moves sessions into Carrel's trash.", [0, 1, 2], {
    options: ['permanently'],
    ...ofSession,
  }),
  'sessions fork': page('ID', 'Begins a new session with everything up to an entry.', [0, 1, 2], {
    options: ['at'],
    ...ofSession,
  }),
  'sessions replay': page('ID', 'Asks its questions of another model; nothing is run.', [0, 1, 2, 3, 5], {
    options: ['model'],
    more: ['Tools are answered from the log of the session. What it does not have is said.'],
    ...ofSession,
  }),
  'sessions repair': page('ID', 'Makes a copy of what can be read; the file stays.', [0, 1, 2, 6], ofSession),
  'sessions export': page('ID', 'Writes a session to read, or as data.', [0, 1, 2, 4], {
    options: ['format', 'out'],
    ...ofSession,
    examples: ['carrel sessions export ID --format html --out session.html'],
  }),
  'sessions import': page('PATH…', 'Makes sessions of logs; twice adds nothing.', [0, 1, 2, 4], { options: ['from'] }),
  'logs mount': page('PATH', 'Reads and searches logs of other programs where they are.', [0, 1, 2], {
    options: ['from'],
  }),
  'logs list': page('', 'Lists them.', [0, 2]),
  'logs unmount': page('PATH', 'Lets them go; the logs stay as they are.', [0, 1, 2]),
  'trash list': page('', 'Lists deleted sessions.', [0, 2]),
  'trash restore': page('ID…', 'Puts them back.', [0, 1, 2]),
  'trash empty': page('', 'Removes for good what is in the trash.', [0, 2]),
  undo: page('[SESSION]', 'Takes back the file changes of the last run.', [0, 1, 2, 4], {
    options: ['list'],
    more: ['Without SESSION, of the one that changed files last. A file that was changed since stops all of it (4).'],
    ...ofSession,
  }),
  redo: page('[SESSION]', 'Makes them again.', [0, 1, 2, 4], ofSession),
  'skills list': page('', 'Lists every skill that is seen from this folder.', [0, 2], { options: ['workspace'] }),
  'skills show': page('NAME', 'Prints a skill, its files, and what is wrong with it.', [0, 1, 2], {
    options: ['workspace'],
    ...ofSkill,
  }),
  'skills validate': page('PATH', "Judges a skill's folder, or a folder of them.", [0, 1, 2]),
  'skills enable': page('NAME', 'Says yes to what is there now.', [0, 1, 2, 4], { options: ['workspace'], ...ofSkill }),
  'skills disable': page('NAME', 'Switches it off.', [0, 1, 2], { options: ['workspace'], ...ofSkill }),
  'skills inspect': page('SOURCE', 'Shows what would come; nothing is installed.', [0, 1, 2]),
  'skills install': page('SOURCE', 'Shows it, asks, and installs it; it is off.', [0, 1, 2], {
    options: ['yes', 'replace-edits'],
    more: ['SOURCE is a folder, a .zip or .skill, or an https or ssh address of git with #ref:folder.'],
  }),
  'skills update': page('NAME', 'Gets it anew from where it came.', [0, 1, 2, 4], {
    options: ['yes', 'replace-edits', 'workspace'],
    ...ofSkill,
  }),
  'skills remove': page('NAME', "Moves it into Carrel's trash.", [0, 1, 2], { options: ['workspace'], ...ofSkill }),
  'skills trash': page('', 'Lists removed skills.', [0, 2]),
  'skills restore': page('ID', 'Puts one back.', [0, 1, 2]),
  'models list': page('', 'Lists what is installed, and what is in memory.', [0, 2, 3]),
  'models show': page('NAME', 'Prints what the server says of a model.', [0, 2, 3], ofModel),
  'models pull': page('NAME', 'Gets a model, or goes on with it.', [0, 1, 2, 3], {
    more: ['Ctrl+C pauses; what has come is kept.'],
  }),
  'models remove': page('NAME', "Removes a model from the server's disk.", [0, 2, 3], ofModel),
  'models unload': page('NAME', "Takes it out of the server's memory.", [0, 2, 3], ofModel),
  'models test': page('NAME', 'Asks it a few questions; 1 when a part failed.', [0, 1, 2, 3], ofModel),
  'rules list': page('', 'Lists lasting decisions, and what they matched lately.', [0, 2]),
  'rules revoke': page('ID…', 'Takes decisions back.', [0, 1, 2]),
  ledger: page('', 'Prints what happened at the border.', [0, 2, 4], {
    options: ['since', 'session', 'kind', 'out'],
    more: ['A file gets JSON lines, or CSV when it is named .csv.'],
  }),
  'settings get': page('[KEY]', 'Prints a setting, or all of them.', [0, 2]),
  'settings set': page('KEY VALUE', 'Changes a setting.', [0, 2, 4], {
    options: ['yes'],
    more: ['VALUE is JSON or a word. What lets commands see or do more is asked about first, or takes --yes.'],
    examples: ['carrel settings set theme dark', 'carrel settings set model null'],
  }),
  'index status': page('', 'Says how far the search index is.', [0, 2]),
  'index rebuild': page('', 'Makes it anew.', [0, 2]),
  backup: page('FILE', 'Writes the whole data folder into one zip.', [0, 2, 4, 6]),
  'restore-backup': page('FILE', 'Puts a backup in the place of the data folder.', [0, 1, 2, 6], {
    options: ['with-rules'],
    more: ['Every byte is compared first. What was there is kept beside it.'],
  }),
  doctor: page('', 'Checks everything you may doubt.', [0, 1, 2, 6]),
  'toolcalls parse': page('', "Prints what Carrel makes of a model's text.", [0, 1, 2], {
    options: ['tools'],
    more: ['Standard input: JSON lines with id, raw and done_reason.'],
  }),
  serve: page('', 'Lets editors and scripts work with Carrel (docs/serve.md).', [0, 2, 3], { options: ['stdio'] }),
  completion: page('bash|zsh|fish', 'Prints what completes these commands in a shell.', [0, 2], {
    options: ['words'],
    names: ['bash', 'zsh', 'fish'],
    more: [
      'Of bash it is sourced in ~/.bashrc; of zsh it is a file in a folder of $fpath; of fish one in its own folder of completions.',
    ],
    examples: [
      'source <(carrel completion bash)',
      'carrel completion zsh > ~/.zfunc/_carrel',
      'carrel completion fish > ~/.config/fish/completions/carrel.fish',
    ],
  }),
  help: page('[COMMAND]', 'Prints the manual, or the page of a command.', [0, 2], { names: 'command' }),
}

export const exitWords: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed: it is not there, it is in use, or a part of it could not be done',
  2: 'wrong usage; nothing was done',
  3: 'no server or no model answers',
  4: 'denied, or not yours to replace',
  5: 'a limit was reached',
  6: 'damaged data was found; what could be read is printed all the same',
  130: 'cancelled',
}

export const manualWords = {
  about: 'a private, local AI agent',
  titles: {
    name: 'NAME',
    synopsis: 'SYNOPSIS',
    description: 'DESCRIPTION',
    commands: 'COMMANDS',
    options: 'OPTIONS',
    leading: 'OPTIONS OF A SESSION IN THE TERMINAL',
    everywhere: 'OPTIONS OF EVERY COMMAND',
    exits: 'EXIT STATUS',
    examples: 'EXAMPLES',
    files: 'FILES',
    environment: 'ENVIRONMENT',
    seeAlso: 'SEE ALSO',
  },
  description: [
    'Without a command, carrel leads a session in this terminal, key by key: a new one in the folder you stand in, or one that goes on. What it can do there is listed by /help.',
    'Carrel works with models of Ollama, on this computer or another one of yours. It reads and changes only what lies in the folder a session has, runs commands only in a sandbox, and asks before anything that reaches further.',
    'Options may stand anywhere. carrel help COMMAND prints the page of a command.',
  ],
  examples: [
    'carrel run "hello"',
    'carrel sessions list --json',
    'carrel help run',
    'source <(carrel completion bash)',
  ],
  files: [
    [
      '~/.local/share/carrel',
      'The data folder on Linux; ~/Library/Application Support/Carrel on macOS, %APPDATA%\\Carrel on Windows. $XDG_DATA_HOME counts.',
    ],
    ['sessions/ID.jsonl', 'A session in it; ID.jsonl.archived when it is archived.'],
    ['settings.json', 'The settings in it.'],
  ],
  environment: [
    ['CARREL_HOME', 'The data folder, unless --home names one.'],
    ['OLLAMA_HOST', 'The server, unless --host or the settings name one. Else http://127.0.0.1:11434.'],
    ['CARREL_OLLAMA_TOKEN', 'The token that the server of --host or OLLAMA_HOST wants.'],
    ['CARREL_MEMORY_BYTES', 'How much memory to count with, in a container for example.'],
    ['CARREL_SCREEN_READER', 'With 1, as --screen-reader.'],
    ['NO_COLOR', 'Plain text.'],
  ],
  seeAlso: ['carrel help', 'carrel help COMMAND'],
} as const
