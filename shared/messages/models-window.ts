// Words of the Models page.
import { size } from './sizes.ts'

const tokens = (count: number) => (count >= 1_000 ? `${Math.round(count / 1_024)}k` : String(count))

export const modelsPage = {
  title: 'Models',
  region: 'Models',
  server: (version: string, host: string, models: number, bytes: number) =>
    `Ollama ${version} at ${host} has ${models === 1 ? '1 model' : `${models} models`}, ${size(bytes)} in all.`,
  asking: 'Asking the server…',
  mayBeOld: 'What is listed below is what was there when it last answered.',
  look: 'Look again',
  settings: 'Server settings',

  get: {
    title: 'Get a model',
    label: 'Name of the model',
    placeholder: 'gemma4:e4b',
    act: 'Get it',
    room: (free: number) => `${size(free)} are free where Ollama keeps its models.`,
    roomUnknown: 'The server is another computer, so how much room it has is not known here.',
    none: 'What goes out is the name of the model, to the registry. Nothing else leaves.',
    readOnly: 'Nothing can be saved just now, so nothing is downloaded.',
  },

  pulls: {
    title: 'On their way',
    states: {
      waiting: 'Waits for the one before it',
      running: '',
      retrying: 'Tried again by itself',
      paused: 'Paused; what has come is kept',
      failed: 'Not there',
      done: 'Installed',
    },
    progress: (model: string) => `Download of ${model}`,
    pause: 'Pause',
    resume: 'Go on',
    retry: 'Try again',
    retryNow: 'Try now',
    cancel: 'Take off the list',
    named: (act: string, model: string) => `${act}: ${model}`,
    said: {
      done: (model: string) => `${model} is installed.`,
      failed: (model: string) => `${model} could not be downloaded.`,
    },
  },

  installed: {
    title: 'Installed',
    search: 'Search models',
    list: 'Installed models',
    none: 'No model is installed here yet.',
    noneHint: 'Get one above. gemma4:e4b (9.6 GB) is a good first one.',
    nothingFound: (text: string) => `No installed model has “${text}” in its name or its family.`,
    clear: 'Clear the search',
    parameters: (count: string) => `${count} parameters`,
    context: (count: number) => `${tokens(count)} context`,
    badges: {
      completion: 'chat',
      tools: 'tools',
      thinking: 'thinking',
      vision: 'vision',
      audio: 'audio',
      embedding: 'embedding',
      insert: 'insert',
      image: 'images',
    } as Readonly<Record<string, string>>,
    noBadges: 'The server is too old to say what it can do.',
    loaded: (gpuPercent: number | null, contextTokens: number | null) => {
      const where =
        gpuPercent === null
          ? ''
          : gpuPercent >= 100
            ? ', all of it on the GPU'
            : gpuPercent <= 0
              ? ', on the CPU'
              : `, ${gpuPercent}% of it on the GPU`
      return `In memory${where}${contextTokens === null ? '' : `, with a window of ${tokens(contextTokens)}`}`
    },
    partly: 'The rest lies in the computer’s own memory, which is slower.',
    isUsed: 'Used for new sessions',
    use: 'Use for new sessions',
    unload: 'Unload',
    remove: 'Remove…',
    details: 'Details',
    named: (act: string, model: string) => `${act}: ${model}`,
    unloaded: (model: string) => `${model} is out of memory.`,
    stillLoaded: (model: string) => `${model} answers somebody, and leaves memory after that.`,
    removed: (model: string) => `${model} was removed.`,
    used: (model: string) => `New sessions use ${model}.`,
  },

  details: {
    reading: 'Asking the server…',
    rows: {
      family: 'Family',
      numCtx: 'Window its maker set',
      requires: 'Needs Ollama',
      digest: 'Digest',
    },
    tokens: (count: number) => `${count.toLocaleString('en')} tokens`,
    parameters: 'Values its maker set',
    template: 'Template',
    license: 'License',
  },
} as const
