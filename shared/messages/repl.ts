// Words of the REPL: the terminal front in which a session is led.
import type { SessionMode } from '../approval.ts'

const count = (number: number) => number.toLocaleString('en')
const lines = (number: number) => (number === 1 ? '1 line' : `${count(number)} lines`)

export const replWords = {
  welcome: (version: string) => `Carrel ${version}`,
  hint: 'Ask, or type /help. Ctrl+C stops an answer; twice, it quits.',
  begins: (folder: string) => `A new session in ${folder}`,
  beginsNowhere: 'A new session without a folder: the model reads no files and runs nothing.',
  folderRefused: (why: string) => `${why} The session has no folder.`,
  goesOn: (title: string) => `Going on with “${title}”`,
  earlier: (count_: number) => `${count(count_)} earlier messages are not shown. /export has all of them.`,
  noLast: 'There is no session to go on with. This is a new one.',
  untitled: 'Untitled',
  notATerminal: 'Carrel’s prompt needs a terminal, and this is none. To ask what is piped in, use: carrel run -',

  prompt: '> ',
  spokenPrompt: 'You: ',
  pasted: (number: number) => `[pasted ${lines(number)}]`,
  longMessage: (number: number) => `(${lines(number)} in all)`,
  codeBegins: (language: string) => (language === '' ? 'Code:' : `Code, ${language}:`),
  codeEnds: 'End of the code.',
  image: (alternative: string) => (alternative === '' ? '[image]' : `[image: ${alternative}]`),

  phases: {
    queued: 'Waits for the model, which answers another session first',
    retrying: 'Ollama could not answer just now. Asking again',
    waiting: 'Waiting for the model',
    loading: 'The model is loaded',
    thinking: 'Thinking',
    writing: 'Writing',
    preparing: 'Writing a call',
    summarising: 'Summarising what no longer fits',
    calling: 'Working',
    asking: 'Asks you',
    ended: 'Done',
  },
  thought: (time: string) => `Thought for ${time}. Ctrl+O shows it.`,
  spokenThought: (time: string) => `Thought for ${time}. /thinking says it.`,
  noThought: 'The model has not thought aloud here.',
  replaced: 'What stands above was no answer, but a call that was written as text.',
  stopped: 'Stopped. What had arrived is kept.',
  stopping: 'Stopping…',
  onceMore: 'Ctrl+C once more quits. Your session is kept.',
  done: (parts: readonly string[]) => parts.join(', '),
  tokens: (number: number) => `${count(number)} tokens`,
  rate: (number: number) => `${number.toFixed(1)} tokens/s`,
  about: (said: string) => `about ${said}`,
  noFolder: 'no folder',
  comesBack: (id: string) => `carrel --session ${id} goes on with it.`,
  room: (used: number, of: number) => `${thousands(used)} of ${thousands(of)}`,
  queued: 'It waits until this answer has ended, and is then sent.',
  rearranged: 'This session was changed elsewhere. It goes on from there.',
  moreAbove: (number: number) => `${lines(number)} more above`,

  modes: { 'read-only': 'only look', workspace: 'work in the folder', trusted: 'trusted' } satisfies Record<
    SessionMode,
    string
  >,
  modeIs: (mode: SessionMode) => `Mode: ${replWords.modes[mode]} (${mode}).`,
  modeTakes: 'There are three modes: /mode read-only, /mode workspace, /mode trusted.',
  modeLooser: (mode: SessionMode) => `Let this session do more unasked: ${replWords.modes[mode]}?`,
  modeNotes: {
    'read-only': 'Files are read and none is changed. Commands are asked for, and cannot write.',
    workspace: 'Files are read and changed without asking, and changes can be undone. Commands are asked for.',
    trusted:
      'Commands run without asking, too, while every guard holds. Secrets, commits and the network are still asked for.',
  } satisfies Record<SessionMode, string>,
  modeStays: 'The mode stays as it was.',
  modelIs: (model: string) => `Model: ${model}, from the next question on.`,
  modelNow: (model: string | null) =>
    model === null ? 'No model is chosen: the default one answers.' : `Model: ${model}`,
  noSuchModel: (model: string) => `${model} is not installed. /models lists those that are.`,

  trustTitle: 'This folder has an AGENTS.md with words for the model. Do you trust the folder?',
  trusted: 'Trusted: the model is shown its AGENTS.md with every question.',
  notTrusted: 'Not trusted: its AGENTS.md is not shown to the model.',

  keys: {
    once: 'a allow once',
    session: 's for this session',
    folder: 'f in this folder',
    deny: 'd deny',
    all: 'v view all of it',
    yes: 'y yes',
    no: 'n no',
  },
  notYet: 'Keys count when you have not pressed any for half a second.',
  armed: 'The keys count now.',
  viewFirst: (number: number) => `${lines(number)} more. Look at all of it with v before you allow it.`,
  denyNote: 'Note to the model, or nothing (Enter denies, Escape goes back): ',
  noLongerAsked: 'This is no longer asked.',
  decided: {
    once: 'Allowed once.',
    session: 'Allowed for this session.',
    folder: 'Allowed in this folder, until you take it back with /rules.',
    deny: 'Denied.',
  },
  covers: (what: string) => `s and f remember ${what}.`,
  asksOnce: 'This is asked every time and never remembered.',

  ownerGone: 'The process that had your sessions open has ended.',
  takenOver: 'This terminal has them now.',
  attachedAgain: 'Another Carrel has them now, and this terminal is attached to it.',
  notTakenOver: (why: string) => `They cannot be opened here: ${why} What you typed is kept. Enter tries again.`,
  gaveUp: 'An answer that was being written is kept as far as it had come.',

  pickTitle: 'Which session? Type to filter, Enter opens, Escape goes back.',
  noMatch: 'No session has these words in its title.',
  search: 'history',
  unknown: (name: string) => `There is no command and no skill /${name}. /help lists the commands.`,
  missing: (usage: string) => `Say more: ${usage}`,
  notBegun: 'This session has not begun. Ask something first.',
  archived: 'Archived. carrel sessions restore brings it back. A new session has begun.',
  historyCleared: 'The history of what you typed is empty now.',
  failed: 'That did not work.',
  commands: {
    new: ['', 'begins a new session'],
    open: ['[ID]', 'opens another session'],
    sessions: ['', 'lists the sessions'],
    search: ['WORDS', 'searches all sessions'],
    model: ['[NAME]', 'which model answers from here on'],
    models: ['', 'lists the models that are installed'],
    skills: ['', 'lists the skills; /NAME uses one'],
    mode: ['[MODE]', 'how much happens unasked: read-only, workspace, trusted'],
    workspace: ['FOLDER', 'begins a new session in this folder'],
    compact: ['[WISH]', 'has what was said summarised for the model'],
    undo: ['', 'takes the last file changes back'],
    export: ['FILE', 'writes this session as Markdown, or as the file is named'],
    archive: ['', 'archives this session and begins a new one'],
    rules: ['', 'lists lasting decisions'],
    doctor: ['', 'checks what you may doubt'],
    thinking: ['', 'shows what the model thought last'],
    history: ['clear', 'forgets what you typed'],
    help: ['', 'lists the commands'],
    quit: ['', 'ends; your session is kept'],
  } satisfies Record<string, readonly [arguments: string, does: string]>,
  helpKeys: [
    'Enter sends. Alt+Enter, Ctrl+J or \\ before Enter begins a new line. Tab completes commands and @files.',
    'Up and Down go through what you sent before, Ctrl+R searches it. A message that begins with a space is not kept there.',
    'Ctrl+C stops the answer. Ctrl+O shows the last thinking. Ctrl+L draws the screen anew. Ctrl+D on an empty line quits.',
  ],
} as const

/** 12,345 as `12k`, and 16,384 as `16k`, as windows are named. */
function thousands(number: number): string {
  return number < 1_024 ? String(number) : `${Math.round(number / 1_024)}k`
}
