// Sentences about models on their way to a server, and about removing them.
import { size } from './sizes.ts'

export const pullWords = {
  noName: (words: string) => `“${words}” is no name of a model. Names look like gemma4:e4b or hf.co/someone/model:tag.`,
  unknownModel: (model: string) =>
    `There is no model named ${model} in the registry, or it is not open to everybody. Check the name and its tag.`,
  noRoom: (missing: number, free: number, folder: string) =>
    `${size(missing)} are still to come, and the disk of ${folder} has only ${size(free)} left. Nothing more was fetched; make room and go on.`,
  serverDiskFull: (host: string) =>
    `The disk of the server at ${host} is full. What has come is kept there; make room and go on.`,
  digestMismatch:
    'What came is not what the registry had promised, so Ollama threw that part away. Try again; if it happens again, the way to the registry changes what it carries.',
  registryUnreachable: 'Ollama cannot reach the registry just now. What has come is kept; it is tried again.',
  registryGivenUp: 'Ollama could not reach the registry. What has come is kept; go on when the network is back.',
  registryDenied: (model: string) => `The registry does not give ${model} to everybody. Choose another model.`,
  registryBusy: 'The registry has too many requests just now. What has come is kept; it is tried again.',
  newerServer: (model: string) =>
    `${model} needs a newer Ollama than the one that runs. Update Ollama and go on; what has come is kept.`,
  serverWent: (host: string) => `Ollama at ${host} went away. What has come is kept; it goes on when it is back.`,
  silent: 'Ollama has said nothing of this download for a while. What has come is kept; it is tried again.',
  failed: (model: string) => `Ollama could not get ${model}. What has come is kept; the details below say why.`,
  gone: 'This model is no longer on the list.',
  tooMany: (most: number) => `At most ${most} models can be on the list. Take some off it first.`,
  foreignDeclined: (registry: string) => `Nothing was asked of ${registry}.`,
  toldToGet: (model: string) => `Ollama was told to get ${model}`,
  notRemoved: (model: string) => `${model} is not installed, so there is nothing to remove.`,
} as const
