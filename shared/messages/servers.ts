// Words of Settings about the servers a person keeps, and the tokens they want.

import type { ServerCheck, TokenState } from '../servers.ts'

/** One that answers later than this is told to be slow. Milliseconds. */
const slowMs = 1_500

export const serverWords = {
  title: 'Servers',
  note: 'This machine is always here. Others that run Ollama can be added by their address. One of them is used at a time.',
  thisMachine: 'This machine',
  inUse: 'In use',
  notKept: 'not on the list',
  plain:
    'The way to this machine is not encrypted: what you write, and the files the model reads, can be read by others on the network.',
  token: {
    none: null,
    kept: 'token kept in the keyring of this computer',
    'this-run': 'token until Carrel is closed',
    locked: 'token kept, but the keyring does not open it',
    environment: 'token from CARREL_OLLAMA_TOKEN',
  } satisfies Record<TokenState, string | null>,

  use: 'Use',
  check: 'Check',
  checking: 'Asking…',
  edit: 'Change',
  remove: 'Remove',
  keep: 'Keep on the list',
  giveToken: 'Token',
  forgetToken: 'Forget the token',
  of: (act: string, server: string) => `${act}: ${server}`,
  add: 'Add a server',
  address: 'Address',
  addressPlaceholder: 'https://ollama.example.org',
  name: 'Name',
  namePlaceholder: 'if you like',
  addOne: 'Add',
  save: 'Save',
  cancel: 'Cancel',
  addressLeft: 'With another address its token is forgotten.',
  tokenOf: (server: string) => `Token for ${server}`,
  tokenNote: 'It is sent to this server alone, and is not shown again.',
  thisRun: 'Use it until Carrel is closed',

  answers: ({ version, models, ms }: Pick<ServerCheck, 'version' | 'models' | 'ms'>) =>
    [
      version === null ? 'Ollama answers' : `Ollama ${version} answers`,
      `${models} ${models === 1 ? 'model' : 'models'}`,
      ...(ms >= slowMs ? [`slow, it took ${(ms / 1_000).toFixed(1)} s`] : []),
    ].join(', '),

  said: {
    added: (server: string) => `${server} is on the list.`,
    changed: (server: string) => `${server} was changed.`,
    removed: (server: string) => `${server} is off the list, and its token is forgotten.`,
    tokenKept: (server: string) => `The token for ${server} is kept.`,
    tokenThisRun: (server: string) => `The token for ${server} is used until Carrel is closed.`,
    tokenForgotten: (server: string) => `The token for ${server} is forgotten.`,
  },
}
