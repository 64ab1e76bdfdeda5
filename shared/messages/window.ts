// Every word of the window.
import type { Subject } from '../approval.ts'
import type { RunPhase } from '../run.ts'
import type { StopReason } from '../session.ts'
import { bigSession } from './big-session.ts'
import { exactBytes } from './sizes.ts'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

export const window = {
  appName: 'Carrel',
  windowTitle: (name: string) => `${name} · Carrel`,
  noBridge: 'This page belongs to the Carrel window and does nothing on its own. Start Carrel to use it.',
  broken: 'This part of the window stopped working. What you wrote and what was answered is kept on the disk.',
  tryAgain: 'Try again',
  retry: 'Retry',
  details: 'Details',
  undo: 'Undo',
  dismiss: 'Dismiss',
  copied: 'Copied',
  couldNotCopy: 'Could not copy.',
  copyQuestion: 'Copy question',
  copyAnswer: 'Copy answer',
  /** Of what was said before a step. */
  copyWords: 'Copy these words',
  copyThis: (what: string) => `Copy ${what}`,
  newSession: 'New session',
  untitled: 'Untitled',
  opening: 'Opening…',
  skip: 'Skip to the message',
  notices: 'Notices',
  toasts: 'Just done',
  transcript: 'Transcript',
  jumpToLatest: 'Jump to latest',
  emptyPage: 'Ask something, or write down what you are thinking about.',
  leaves: (host: string | null) =>
    host === null ? 'Nothing leaves this machine.' : `Nothing leaves this machine but what goes to ${host}.`,
  question: (title: string) => `Question: ${title}`,
  correction: (title: string) => `Correction: ${title}`,
  correctionMark: 'Correction, heard while it worked',
  unanswered: 'This question has no answer yet.',
  between: ' · ',
  seconds: (count: number) => `${count} s`,
  tokens: (count: number, written: string) => `${written} ${plural(count, 'token', 'tokens')}`,
  rate: (perSecond: string) => `${perSecond} tokens/s`,
  modifiers: { mac: '⌘', other: 'Ctrl' },
  shortcut: (modifier: string, key: string) => `${modifier}+${key}`,
  shiftShortcut: (modifier: string, key: string) => `${modifier} ⇧ ${key}`,
  withShortcut: (name: string, shortcut: string) => `${name} (${shortcut})`,

  said: {
    moreOfQuestion: 'More for this question',
    moreOfAnswer: 'More for this answer',
    edit: 'Edit and ask again',
    regenerate: 'Answer again',
    otherModel: 'Answer with another model…',
    compare: 'Compare with another version',
    fork: 'Fork from here',
    forked: 'Forked. The original is unchanged.',
    hide: 'Hide from the model',
    show: 'Show to the model again',
    showAgain: 'Show again',
    isHidden: 'Not shown to the model',
    hidden: 'The model is not shown this message any more.',
    shown: 'The model is shown this message again.',
    notNow: 'Not while an answer is being written here.',
    rewind: 'Go back to before this',
    rewindFiles: 'Go back and undo file changes',
    rewindKeep: 'Go back and keep the files',
    rewound: 'Back to before the question. What was said since stays as another version.',
    rewoundBack: 'Show it again',
  },

  changes: {
    line: (files: number) =>
      files === 0
        ? 'Changed what cannot be undone'
        : `Changed ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`,
    undoneLine: (files: number) => `Undone: ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`,
    counts: (added: number, removed: number) => ({
      added: `+${added.toLocaleString('en')}`,
      removed: `−${removed.toLocaleString('en')}`,
    }),
    partly: 'not all of it can be undone',
    list: 'What this answer has changed',
    limits: 'What undo does not cover',
    undo: 'Undo',
    redo: 'Redo',
    undoOf: (files: number) => `Undo the changes to ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`,
    redoOf: (files: number) => `Redo the changes to ${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`,
    going: 'Putting files back',
    undone: 'The changes are undone.',
    redone: 'The changes are made again.',
    actions: { created: 'created', changed: 'changed', deleted: 'deleted' },
    close: 'Close',
  },

  /** A session that is too long to be held as a whole. */
  big: bigSession,

  versions: {
    shown: (place: number, count: number) => `Version ${place} of ${count}`,
    place: (place: number, count: number) => `${place}/${count}`,
    previous: 'Previous version',
    next: 'Next version',
    notNow: 'Other versions can be shown when the answer has ended.',
  },

  edit: {
    form: 'Edit the question',
    label: 'The question in other words',
    note: 'What came after stays as another version.',
    unchanged: 'Change its words to ask again. What came after stays as another version.',
    cancel: 'Cancel',
  },

  origin: {
    forked: { from: 'Forked from ', gone: 'Forked from a session that is no longer there' },
    repaired: { from: 'Repaired copy of ', gone: 'Repaired copy of a session that is no longer there' },
    title: (title: string) => `“${title}”`,
    another: 'another session',
  },

  damage: {
    skipped: (places: number, size: string) =>
      `${places === 1 ? 'One damaged place was' : `${places} damaged places were`} skipped (${size}). Nothing in the file was changed.`,
    mended: 'Something in this session’s file had to be mended while reading. Nothing in the file was changed.',
    place: (offset: string, length: string, count: number, message: string) =>
      `Byte ${offset}, ${length} ${plural(count, 'byte', 'bytes')}: ${message}`,
    more: (count: number) => `And ${count} more.`,
    leftOut: (results: number) =>
      results === 1
        ? 'One result is not shown because the call it belongs to could not be read.'
        : `${results} results are not shown because the calls they belong to could not be read.`,
    repair: 'Make a repaired copy',
    copied: (kept: number, skipped: number) =>
      `Repaired copy: ${kept} ${plural(kept, 'record', 'records')} kept, ${skipped} ${plural(skipped, 'place', 'places')} skipped.`,
  },

  sidebar: {
    label: 'Sessions and places',
    show: 'Show sessions',
    close: 'Close sessions',
    newKey: 'N',
    model: 'Models',
    modelMissing: (model: string) => `${model}, not installed`,
    noModel: 'none installed',
    noServer: 'not reached',
    settings: 'Settings',
    activity: 'Activity',
    trash: 'Trash',
    /** For those who listen: a number alone says nothing. */
    skills: (count: number) => plural(count, ' skill', ' skills'),
    trashed: (count: number) => plural(count, ' session', ' sessions'),
  },

  search: { title: 'Search' },
  skills: {
    title: 'Skills',
    offered: (count: number, written: string) => `${written} ${plural(count, 'skill', 'skills')} offered`,
    used: (name: string, by: 'model' | 'user') => (by === 'user' ? `${name} named by you` : `${name} read`),
  },
  ledger: { title: 'Ledger' },

  import: { title: 'Import sessions' },

  trash: {
    title: 'Trash',
    keeps: 'What you delete stays here until you empty the trash. Carrel never empties it by itself.',
    sum: (count: number, written: string, size: string, skills: number) => {
      const sessions = `${written} ${plural(count, 'session', 'sessions')}`
      if (skills === 0) return `${sessions}, ${size}`
      const removed = `${skills} ${plural(skills, 'skill', 'skills')}`
      return count === 0 ? `${removed}, ${size}` : `${sessions} and ${removed}, ${size}`
    },
    skills: 'Removed skills',
    isSkill: 'Skill',
    none: 'The trash is empty.',
    list: 'Deleted sessions',
    deleted: (moment: string) => `Deleted ${moment}`,
    restore: 'Restore',
    restoreOf: (title: string) => `Restore “${title}”`,
    older: 'Deleted once more since then. Restore the later one first.',
    restored: (title: string) => `Restored “${title}”`,
    open: 'Open',
    empty: 'Empty trash…',
    emptied: (count: number, skills: number) =>
      skills > 0
        ? 'The trash is empty. What was in it is gone for good.'
        : count === 1
          ? 'The trash is empty. 1 session is gone for good.'
          : `The trash is empty. ${count} sessions are gone for good.`,
    left: (count: number) =>
      count === 1 ? '1 session could not be removed:' : `${count} sessions could not be removed:`,
    readOnly: 'Nothing can be restored or emptied now; the reason stands at the top.',
  },

  activity: {
    title: 'Activity',
    alive: 'At work',
    nobody: 'Nothing is at work. A session is here while an answer is written, and a while after.',
    session: (title: string) => `Session: ${title}`,
    modelHost: (host: string) => `Ollama at ${host}`,
    facts: (state: string, waiting: number, capacity: number, restarts: number) =>
      [
        state,
        waiting === 0 ? 'nothing waits' : `${waiting} of ${capacity} wait`,
        ...(restarts === 0 ? [] : [restarts === 1 ? 'restarted once' : `restarted ${restarts} times`]),
      ].join(', '),
    states: {
      starting: 'starting',
      idle: 'idle',
      busy: 'busy',
      working: 'answering',
      restarting: 'restarting',
      stopping: 'stopping',
    },
    restart: 'Restart',
    restartOf: (name: string) => `Restart ${name}`,
    stop: 'Stop',
    stopOf: (name: string) => `Stop ${name}`,
    kept: 'What had arrived is kept when one is stopped or restarted. Nothing is asked twice.',
    services: 'Services',
    serviceNames: {
      kernel: 'Kernel',
      home: 'Data folder',
      settings: 'Settings',
      models: 'Models',
      sessions: 'Sessions',
      doctor: 'Checks',
      activity: 'Activity',
      gateway: 'Gateway',
      door: 'Terminal door',
    } as Readonly<Record<string, string>>,
    works: 'works',
    not: (state: string, reason: string | null) => (reason === null ? state : `${state}: ${reason}`),
    lately: 'Lately',
    nothing: 'Nothing out of the ordinary since the start.',
  },

  sessions: {
    search: 'Filter by title',
    everywhere: 'Search all sessions',
    enterKey: '↵',
    everywhereFor: (text: string) => `Search everything for “${text}”`,
    show: 'Show',
    filter: { active: 'Active', archived: 'Archived', all: 'All' },
    none: {
      active: 'No sessions yet. What you ask first begins one.',
      archived: 'Nothing is archived.',
      all: 'No sessions yet. What you ask first begins one.',
    },
    noneFound: 'No title holds these words.',
    pinned: 'Pinned',
    rowTitle: (title: string, doing: string) => `${title}\n${doing}`,
    today: 'Today',
    yesterday: 'Yesterday',
    earlier: 'Earlier',
    menu: 'Session',
    more: (title: string) => `More for ${title}`,
    open: 'Open',
    rename: 'Rename',
    keys: {
      rename: 'F2',
      pin: (modifier: string) => `${modifier}+Shift+P`,
      archive: (modifier: string) => `${modifier}+Shift+A`,
      delete: 'Delete',
    },
    newName: 'New name',
    pin: 'Pin',
    unpin: 'Unpin',
    archive: 'Archive',
    export: 'Export…',
    exported: (title: string, path: string) => `Exported “${title}” to ${path}`,
    archiveLater: 'An answer is being written here. It can be archived when that has ended.',
    restore: 'Restore',
    archived: (title: string) => `Archived “${title}”`,
    delete: 'Delete',
    deleteLater: 'An answer is being written here. It can be deleted when that has ended.',
    deleted: (title: string) => `Deleted “${title}”`,
    deletedForGood: (title: string) => `“${title}” was deleted for good.`,
    noneOpen: 'No session is open here, so there is nothing to do this with.',
    /** What a session was made of; null when that one is not in the list. */
    copies: {
      conflict: (title: string | null) =>
        title === null ? 'Copy found beside another session' : `Copy found beside “${title}”`,
      repaired: (title: string | null) =>
        title === null ? 'Repaired copy of another session' : `Repaired copy of “${title}”`,
    },
    damaged: 'Damaged, cannot be read',
    newer: 'From a newer Carrel, read only',
    badLines: (count: number) => (count === 1 ? '1 damaged line skipped' : `${count} damaged lines skipped`),
    waits: 'Waiting',
    /** In the bar, when the list is out of sight. */
    waitFor: (count: number) => (count === 1 ? '1 waits for you' : `${count} wait for you`),
    /** For those who listen, when a session that is not open begins to ask. */
    asksNow: (title: string, doing: string) => `“${title}” ${doing.charAt(0).toLowerCase()}${doing.slice(1)}.`,
    asks: (kind: Subject['kind']) =>
      ({
        command: 'Asks to run a command',
        file: 'Asks to open a file',
        url: 'Asks to fetch a page',
        commit: 'Asks to commit',
        call: 'Asks you something',
      })[kind],
    doing: (phase: RunPhase) =>
      ({
        queued: 'Waiting for the model',
        retrying: 'Asking Ollama again',
        waiting: 'Waiting for Ollama',
        loading: 'Loading the model',
        thinking: 'Thinking',
        writing: 'Writing the answer',
        preparing: 'Writing a call',
        summarising: 'Summarising the earlier conversation',
        calling: 'Working',
        asking: 'Asks you something',
        ended: 'Done',
      })[phase],
  },

  live: {
    /** `behind` is the title of the session that is answered first, or null when it is none of the list. */
    queued: (model: string, behind: string | null) =>
      behind === null
        ? `Waiting for the model: ${model} is answering somebody else first`
        : `Waiting for the model: ${model} is answering in “${behind}” first`,
    retrying: (model: string) => `Ollama could not answer just now. Asking ${model} again`,
    waiting: (model: string) => (model === '' ? 'Waiting for Ollama' : `Waiting for ${model}`),
    loading: (model: string) => (model === '' ? 'Loading the model' : `Loading ${model}`),
    /** The first word is not there yet, and it may never come: a call is no word. */
    waitingForCall: (model: string) => `Waiting for ${model === '' ? 'the model' : model}; it may be writing a call`,
    preparing: 'Writing a call',
    summarising: 'Summarising the earlier conversation, which no longer fits',
    summarisingAsked: 'Summarising the earlier conversation',
    silent: (seconds: string) => `No word for ${seconds}; it may be writing a call`,
    calling: 'Working',
    elapsed: (seconds: string) => `, ${seconds}`,
  },

  /** The rest of it is in panel.ts, which no first word waits for. */
  noFolder: 'No folder',
  panel: { label: 'This session', button: 'Session panel' },

  /** `leftOut` of the messages no summary has read. */
  summary: (messages: number | null, leftOut = 0) => {
    if (messages === null) return 'To the model, a summary stands for what was said before'
    const read = messages - leftOut
    const stands = `To the model, a summary stands for ${read} earlier ${plural(read, 'message', 'messages')}`
    return leftOut === 0 ? stands : `${stands}; the ${leftOut} before ${plural(read, 'it', 'them')} are left out`
  },
  steps: { earlier: (count: number) => `${count} earlier ${plural(count, 'step', 'steps')}` },

  thought: { goingOn: 'Thinking', done: 'Thought' },

  ending: {
    goOn: 'Continue',
    /** What is asked then. */
    goOnSay: 'Continue.',
    stopped: 'Stopped. What had arrived is kept.',
    stoppedEarly: 'Stopped before the first word.',
    interrupted: 'The answer was interrupted. What had arrived is kept.',
    length: 'The answer reached its longest length and ends here.',
    lengthEmpty:
      'The model used all its room for thinking and ended before the first word. Retry, or choose less thinking in Settings.',
    limit: 'A limit was reached, so the answer ends here.',
    denied: 'This was not allowed, so the answer ends here.',
    failed: 'The answer failed. What had arrived is kept.',
    empty: 'The model ended its turn without a word. Retry, or ask in another way.',
  },

  announce: {
    phase: (phase: RunPhase, model: string) => {
      const name = model === '' ? 'The model' : model
      switch (phase) {
        case 'queued':
          return `${name} is answering another session first.`
        case 'retrying':
          return 'Ollama could not answer just now and is asked again.'
        case 'waiting':
          return 'Sent.'
        case 'loading':
          return `${name} is loading.`
        case 'thinking':
          return `${name} is thinking.`
        case 'writing':
          return `${name} is writing the answer.`
        case 'preparing':
          return `${name} is writing a call.`
        case 'summarising':
          return `${name} is summarising the earlier conversation.`
        case 'calling':
          return 'Working.'
        // The card is announced by itself.
        case 'asking':
          return ''
        case 'ended':
          return ''
      }
    },
    /** Empty where something was told already. */
    summaryEnded: (stop: StopReason) => (stop === 'cancelled' ? 'The summary was stopped.' : ''),
    ended: (stop: StopReason) => {
      switch (stop) {
        case 'error':
          return 'The answer failed.'
        case 'cancelled':
          return 'The answer was stopped.'
        case 'interrupted':
          return 'The answer broke off.'
        case 'length':
        case 'limit':
        case 'denied':
          return 'The answer ended early.'
        case 'stop':
        case 'tool_calls':
          return 'Answer finished.'
      }
    },
  },

  composer: {
    form: 'New message',
    label: 'Message',
    placeholder: 'Write a message',
    placeholderRunning: 'Write the next message',
    placeholderAsking: 'Write what comes next. It is sent after you decide.',
    waits: 'Can be sent when the answer has ended.',
    tooLong: (length: string, limit: string) =>
      `This message has ${length} characters, and ${limit} is the most that can be sent. It is kept here; shorten it to send it.`,
    readOnly: 'Nothing can be written here now; the reason stands at the top.',
    keys: (sendWith: 'enter' | 'mod-enter', modifier: string) =>
      sendWith === 'enter' ? 'Shift+Enter for a new line' : `${modifier}+Enter sends`,
    send: 'Send',
    queue: 'Queue',
    queueHint: 'Sent when the answer has ended',
    correct: 'Correct',
    correctHint: (key: string) => `Give as a correction: heard after the tool that is at work (${key})`,
    correctKey: { mac: '⌥+Enter', other: 'Alt+Enter' },
    keysRunning: (sendWith: 'enter' | 'mod-enter', modifier: string) =>
      sendWith === 'enter' ? 'Enter queues it' : `${modifier}+Enter queues it`,
    stop: 'Stop',
    stopKey: 'Esc',
  },

  waiting: {
    list: 'Waiting to be sent',
    count: (questions: number, corrections: number) =>
      [
        corrections === 0 ? '' : corrections === 1 ? '1 correction' : `${corrections} corrections`,
        questions === 0
          ? ''
          : questions === 1
            ? '1 waits for the answer to end'
            : `${questions} wait for the answer to end`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    paused: (count: number) =>
      count === 1
        ? 'Paused. It is kept and not sent by itself.'
        : `Paused. ${count} are kept and not sent by themselves.`,
    correction: 'Correction',
    sendFirst: 'Send now',
    acts: {
      edit: 'Edit',
      up: 'Move up',
      down: 'Move down',
      correct: 'Give as a correction',
      send: 'Send now',
      remove: 'Remove',
    },
    of: (act: string, title: string) => `${act}: ${title}`,
    done: {
      edit: () => '',
      up: (place: number, count: number) => `Moved up to ${place} of ${count}.`,
      down: (place: number, count: number) => `Moved down to ${place} of ${count}.`,
      correct: () => 'Will be heard after the tool that is at work.',
      send: () => 'Sent.',
      remove: () => 'Removed.',
    },
    queued: (count: number) =>
      `Queued. ${count === 1 ? 'It is sent when the answer has ended.' : `${count} are waiting.`}`,
    corrected: 'Will be heard after the tool that is at work.',
    saved: 'Saved.',
    removed: (title: string) => `Removed “${title}”`,
    save: 'Save',
    editForm: 'Change what waits',
    editLabel: 'The words that wait',
    rescued: 'It was sent or removed before the change. Your words are in the composer.',
  },

  models: {
    title: 'Models',
    picker: (model: string) => `Model: ${model}`,
    sees: 'sees pictures',
    list: 'Installed models',
    loaded: 'loaded',
    notInstalled: 'not installed',
    none: 'No model is known yet.',
    listMayBeOld: 'Ollama does not answer now; this is what was installed when it last did.',
  },

  server: {
    awayLine: (host: string) => `Ollama does not answer at ${host}.`,
    noModelsLine: (host: string) => `No model is installed on ${host}. Get one with: ollama pull gemma4:e4b`,
    lookAgain: 'Look again',
    refusals: { refused: 'connection refused', unknown: 'no machine of that name', silent: 'no answer in time' },
  },

  markdown: {
    copy: 'Copy',
    copied: 'Copied',
    code: 'Code',
    codeFrom: (name: string) => `Code, ${name}`,
    table: 'Table',
    image: (alternative: string) => (alternative === '' ? 'Image, not loaded:' : `Image “${alternative}”, not loaded:`),
    taskDone: 'Done',
    taskOpen: 'To do',
  },

  settings: {
    title: 'Settings',
    saved: 'Saved',
    server: 'Server',
    address: 'Address of Ollama',
    addressPlaceholder: 'http://127.0.0.1:11434',
    addressFrom: {
      flag: (host: string) =>
        `Now ${host}, given with --host when Carrel was started. That overrules this field until Carrel is started without it.`,
      setting: () => 'Chosen here. Leave it empty to use OLLAMA_HOST or the default.',
      environment: (host: string) => `Now ${host}, from OLLAMA_HOST. What you write here overrules it.`,
      default: (host: string) => `Now ${host}, the default. What you write here overrules it.`,
    },
    status: 'Now',
    ready: (version: string | null, models: number) =>
      `${version === null ? 'Ollama answers' : `Ollama ${version} answers`}, ${models} ${plural(models, 'model', 'models')} installed`,
    asking: 'Asking…',
    notAsked: 'Nobody is asked until the address is one.',
    model: 'Model',
    newSessions: 'New sessions begin with',
    newSessionsNote: (model: string) =>
      `Automatic is ${model}, or the first installed one. The composer can change it.`,
    automatic: 'Automatic',
    thinking: 'Thinking',
    thinkingNote: 'How long a model that can think does so before it answers.',
    steps: 'Steps with tools',
    stepsNote: 'How often a model may use tools for one question, before it is asked to close.',
    compaction: 'Summaries',
    compactionNote:
      'When a conversation no longer fits the model, also with results in short, the model writes a summary of its beginning and goes on with that. All of it stays in the transcript. Off: the answer ends with a sentence instead.',
    compactionChoices: { automatic: 'When needed', off: 'Off' },
    thinkLevels: { off: 'Off', low: 'Low', medium: 'Medium', high: 'High' },
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'Density',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    textSize: 'Text size',
    smaller: 'Smaller text',
    larger: 'Larger text',
    percent: (value: number) => `${value} %`,
    writing: 'Writing',
    sendWith: 'Send with',
    sendWithNote: (sendWith: 'enter' | 'mod-enter') =>
      sendWith === 'enter' ? 'Shift+Enter begins a new line.' : 'Enter begins a new line.',
    sendKeys: { enter: 'Enter', 'mod-enter': (modifier: string) => `${modifier}+Enter` },
    data: 'Data',
    folder: 'Data folder',
    folderNote: 'Every session is one file in it that you can read, copy and keep.',
    showFolder: 'Show in folder',
    sound: 'Check my data',
    soundNote:
      'Reads every session, and looks at the disk, the trash, the server and the model. Nothing is changed, and you can go on working.',
    check: 'Check my data',
    checking: 'Checking…',
    checkAgain: 'Check again',
    checkCancel: 'Cancel',
    checkBegins: 'Looking at the folder…',
    checkReads: (files: string, of: string) => `Read ${files} of ${of} session files`,
    checkAsks: 'All sessions read. Asking the server…',
    checkStopped: 'Stopped before the end. Nothing was changed.',
    checkedAt: (time: string) => `Checked at ${time}`,
    checkStatus: { ok: ', in order', warn: ', worth a look', fail: ', not in order' },
    privacy: 'Privacy',
    privacySentence:
      'Nothing leaves this machine but the requests to the Ollama address above and to the hosts you allow; each of them is in the ledger. Carrel asks for no updates, sends no statistics and loads nothing from the network; a link in an answer opens in your browser only when you say so.',
    version: (version: string) => `Carrel ${version}`,
  },

  data: {
    none: 'No sessions yet, so there is nothing to be damaged.',
    whole: (count: string, size: string) =>
      count === '1' ? `1 session, ${size}, whole.` : `${count} sessions, ${size}, all whole.`,
    damaged: (damaged: number, count: string, bytes: number, missing: number) => {
      const lost = [
        ...(bytes === 0 ? [] : [`${exactBytes(bytes)} had to be skipped`]),
        ...(missing === 0 ? [] : [`${missing} large ${plural(missing, 'part is', 'parts are')} missing`]),
      ]
      const what = lost.length === 0 ? '' : `: ${lost.join(' and ')}`
      return `${damaged} of ${count} ${plural(damaged, 'sessions has', 'sessions have')} damage${what}; nothing was changed.`
    },
    missingBlobs: (count: number) =>
      count === 1
        ? 'Of 1 entry only the beginning is left; the file with the rest of it is missing or damaged.'
        : `Of ${count} entries only the beginning is left; the files with the rest of them are missing or damaged.`,
    unknown: 'The folder of sessions cannot be read, so nothing can be said of them.',
    figures: {
      active: 'Active',
      archived: 'Archived',
      size: 'Size',
      blobs: 'Large results',
      checkpoints: 'Kept for undo',
      trash: 'Trash',
      free: 'Free on this disk',
    },
    trash: (count: number, size: string) =>
      count === 0 ? 'Empty' : `${count} ${plural(count, 'session', 'sessions')}, ${size}`,
    low: (size: string) => `only ${size}`,
    unknownSpace: 'not known',
    damagedSessions: 'Sessions with damage',
    empty: 'The file is empty.',
    lost: (bytes: number) => `No record can be read; ${exactBytes(bytes)} had to be skipped.`,
    skipped: (bytes: number, lines: number) =>
      lines === 0
        ? `${exactBytes(bytes)} had to be skipped.`
        : `${exactBytes(bytes)} had to be skipped, in ${lines} ${plural(lines, 'line', 'lines')}.`,
    lastGood: 'Last good line:',
    lastGoodAt: (offset: string) => `at byte ${offset}`,
    quoted: (words: string) => `“${words}”`,
    archived: 'archived',
    file: (id: string, archived: boolean) => `sessions/${id}.jsonl${archived ? '.archived' : ''}`,
    open: 'Open',
    openOf: (title: string) => `Open ${title}`,
    repairOf: (title: string) => `Make a repaired copy of ${title}`,
    openCopy: 'Open the copy',
    openCopyOf: (title: string) => `Open the copy of ${title}`,
    besides: 'Also found',
    newer: (title: string) => `“${title}” was made by a newer Carrel. It can be read here, and written there.`,
    shadowed: (title: string) => `“${title}” lies both live and archived. The live file is the one that counts.`,
    beingWritten: (title: string) => `“${title}” was being written to while it was read.`,
    copies: {
      repaired: (title: string) => `“${title}” is there once more as a repaired copy.`,
      conflict: (title: string) => `“${title}” was kept when a session of its id was archived twice.`,
    },
    sameButCase: (ids: readonly string[]) =>
      `${ids.join(' and ')} differ in nothing but upper and lower case. Not every disk can keep them apart.`,
    others: {
      draft: (name: string, size: string) => `${name} (${size}) is an unfinished answer whose session is not here.`,
      other: (name: string, size: string) => `${name} (${size}) is no session. It is left alone.`,
    },
    rest: 'Everything else',
    all: (count: string) => (count === '1' ? 'The one session file' : `All ${count} session files`),
    table: 'Every session file',
    columns: { title: 'Session', state: 'State', records: 'Records', size: 'Size', last: 'Last good line' },
    states: {
      whole: 'whole',
      skipped: (size: string) => `${size} skipped`,
      damaged: 'damaged',
      parts: 'parts missing',
      unreadable: 'cannot be read',
      newer: 'newer version',
      writing: 'being written',
    },
    noLine: 'none',
    showMore: (count: string) => `Show ${count} more`,
  },
} as const
