// What the first pages say: how Ollama is found, how a model is got, and where the first session works.
import type { ModelSuggestion } from '../first-model.ts'
import { size as plainSize } from './sizes.ts'

type Platform = 'linux' | 'darwin' | 'win32'

/** A number and its unit stay on one line. */
const size = (bytes: number) => plainSize(bytes).replace(' ', '\u00a0')

const minutes = (seconds: number): string => {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const whole = Math.round(seconds / 60)
  if (whole < 60) return `${whole} min`
  return `${Math.floor(whole / 60)} h ${whole % 60} min`
}

export const firstRunWords = {
  steps: (count: number) =>
    count === 3 ? 'Three steps before the first question' : 'Two steps before the first question',
  stepServer: 'Ollama',
  stepModel: 'Model',
  stepFolder: 'Folder',
  tour: 'Take the tour',
  tourMeanwhile: 'Take the tour meanwhile',
  goOn: 'Go on without a model',

  server: {
    looking: 'Looking for Ollama',
    lookingSay: 'Carrel thinks with a model on this machine, and Ollama is the program that runs it.',
    title: {
      away: 'Ollama is not running',
      elsewhere: 'Ollama cannot be reached',
      denied: 'This server lets nobody in unasked',
      'not-ollama': 'This is not Ollama',
      'bad-address': 'This is no address of a server',
    },
    awaySay: [
      'Carrel thinks with a model on this machine, and Ollama is the program that runs it. Nothing answers at ',
      '. Start it, and this page goes on by itself.',
    ],
    start: 'Start it',
    /** What is typed; null where a program is opened instead. */
    startCommand: { linux: 'ollama serve', darwin: 'open -a Ollama', win32: null } satisfies Record<
      Platform,
      string | null
    >,
    startProgram: 'Open Ollama in the Start menu',
    install: 'Install it',
    installCommand: {
      linux: 'curl -fsSL https://ollama.com/install.sh | sh',
      darwin: null,
      win32: null,
    } satisfies Record<Platform, string | null>,
    installSay: {
      linux: ['One line in a terminal, or by hand from ', '.'],
      darwin: ['Get it from ', ', move it into Applications, and open it once.'],
      win32: ['Get it from ', ', and run what was downloaded.'],
    } satisfies Record<Platform, readonly [string, string]>,
    site: 'ollama.com/download',
    siteUrl: 'https://ollama.com/download',
    otherAddress: 'Use another address',
    settings: 'Open Settings',
    address: 'Address of Ollama',
    addressPlaceholder: 'http://127.0.0.1:11434',
    addressNote: 'It is kept in Settings. Empty means OLLAMA_HOST, or this machine.',
    addressByFlag: 'Carrel was started with --host, which overrules this until it is started without it.',
    use: 'Use it',
    close: 'Close',
    watch: ['Looking every two seconds.', ' Last tried '],
    because: (reason: string) => `: ${reason}.`,
    fullStop: '.',
  },

  version: {
    tooOld: (version: string) =>
      `This Ollama is version ${version}, and gemma4 needs 0.20.0 or newer. Update Ollama first, or choose another model.`,
    shaky: (version: string) =>
      `This Ollama is version ${version}. It runs gemma4, but before 0.20.7 calls of tools can turn up in the answer as text. Updating helps.`,
  },

  model: {
    title: 'No model is installed',
    say: (host: string) => ['Ollama answers at ', host, ', and has no model yet.'] as const,
    suggested: 'suggested',
    smaller: 'smaller',
    about: {
      'gemma4:e4b': 'Reads, writes, sees pictures and uses tools.',
      'gemma4:e2b': 'The same in small: quicker, and less sure.',
      'qwen3:4b': 'Text only, uses tools. Fits where gemma4 does not.',
      'qwen3:1.7b': 'Text only, and simple questions. Fits almost anywhere.',
    } satisfies Record<ModelSuggestion['model'], string>,
    needs: ({ bytes, memoryBytes }: ModelSuggestion) =>
      `${size(bytes)} to download, about ${size(memoryBytes)} of memory while it works.`,
    noRoom: (free: number) => `The disk has ${size(free)} left.`,
    tightMemory: (memory: number) => `This machine has ${size(memory)} of memory, so it would be slow.`,
    machine: (free: number | null, memory: number | null) =>
      [
        ...(free === null ? [] : [`${size(free)} of disk free`]),
        ...(memory === null ? [] : [`${size(memory)} of memory`]),
      ].join(', '),
    machineHas: (what: string) => `This machine: ${what}.`,
    otherMachine: 'The server is another machine, whose disk and memory Carrel cannot see.',
    get: 'Get it',
    back: (model: string) => `Back to ${model}`,
    getOf: (model: string) => `Get it: ${model}`,
    byName: 'Another one by name',
    name: 'Name of a model',
    namePlaceholder: 'llama3.2:3b',
    terminal: 'In a terminal',
    command: (model: string) => `ollama pull ${model}`,
  },

  pull: {
    title: {
      waiting: (model: string) => `${model} is next`,
      running: (model: string) => `Getting ${model}`,
      retrying: (model: string) => `Getting ${model}`,
      paused: (model: string) => `${model} is paused`,
      failed: (model: string) => `${model} could not be got`,
      done: (model: string) => `${model} is there`,
    },
    say: (about: string | null, bytes: number | null, free: number | null) =>
      [about, bytes === null ? null : `${size(bytes)} on disk${free === null ? '' : ` of the ${size(free)} free`}.`]
        .filter((part) => part !== null)
        .join(' '),
    of: (done: number, total: number) => `${size(done)} of ${size(total)}`,
    unknown: 'Size not known yet',
    rate: (bytes: number) => `${size(bytes)}/s`,
    left: (seconds: number) => `about ${minutes(seconds)} left`,
    progress: (model: string) => `${model}, how much has come`,
    layers: 'Parts',
    /** The largest part is what the model knows. */
    weights: 'weights',
    part: 'part',
    checked: 'checked',
    next: 'next',
    steps: {
      manifest: 'Asking what there is',
      download: 'Downloading',
      verify: 'Checking what has come',
      write: 'Putting it in its place',
    },
    pause: 'Pause',
    resume: 'Go on',
    again: 'Try again',
    cancel: 'Cancel',
    other: 'Choose another model',
    kept: 'What has arrived is kept when you pause, or when the line drops.',
  },

  folder: {
    title: 'Where shall it work?',
    say: 'Carrel reads and writes in one folder and sees nothing else of your home. What would leave that folder, it asks first. You can change it for each session.',
    choose: {
      name: 'Choose a folder',
      about: 'What you would hand to a colleague: notes, a project.',
      act: 'Choose',
      busy: 'Choosing…',
    },
    tour: {
      name: 'Take the tour',
      about: 'Eleven made-up notes, and seven things to try in them. A script, no model.',
      act: 'Start',
      says: 'Start the tour',
    },
    none: {
      name: 'No folder',
      about: 'Only talk. A folder can be chosen for each new session.',
      act: 'Go on',
      says: 'Go on without a folder',
    },
  },
} as const
