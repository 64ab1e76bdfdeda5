// Sentences for everything that can go wrong: what happened, what was kept, what to do.

import { size } from './sizes.ts'

export const failures = {
  internal:
    'Something in Carrel went wrong. What you wrote is kept; try again, and if it stays, the details below help to mend it.',
  unknownChannel: (channel: string) => `There is no channel named “${channel}”.`,
  invalidInput: (where: string) => `The request was not understood (${where}). Nothing was changed.`,
  tooLarge: (limit: number) =>
    `That is more than ${limit.toLocaleString('en')} characters. Nothing was sent; shorten it.`,
  cancelled: 'Stopped.',
  notInThisFront: 'This needs the window; the terminal cannot do it.',

  ollamaNotRunning: (host: string) => `Ollama is not running at ${host}. Start it, or choose another address.`,
  hostUnknown: (host: string) => `There is no machine named in ${host}. Check the address in Settings.`,
  hostTimedOut: (host: string) =>
    `${host} did not answer in time. Check that the machine is on, or choose another address.`,
  hostInvalid: (host: string) => `“${host}” is not an address of a server. Write it like http://127.0.0.1:11434.`,
  notOllama: (host: string) =>
    `Something answers at ${host}, but not like Ollama. Check the address in Settings; another program may use this port.`,
  hostFailed: (host: string, status: number) =>
    `The server at ${host} answered with error ${status}. Try again, or look at its log.`,
  noSuchModel: (model: string, host: string) =>
    `${model} is not installed on ${host}. Choose another model, or get it with: ollama pull ${model}`,
  folderNotChosen: 'This folder was not chosen by you. Choose it in the dialog.',
  noModels: (host: string) => `No model is installed on ${host}. Get one with: ollama pull gemma4:e4b`,
  modelQueueFull: (model: string) =>
    `Too many questions wait for ${model} already. Yours is kept; retry when one of them is answered.`,
  hostGivenUp: (host: string) =>
    `Carrel’s own connection to ${host} failed. What you wrote is kept; retry, and if it stays, the details below help to mend it.`,
  hostRestarted: (host: string) =>
    `The connection to ${host} was begun anew while this answer was under way. What had arrived is kept; retry.`,
  serverSilent: (host: string, minutes: number) =>
    `${host} has sent nothing for ${minutes} minutes, so the answer was given up. What had arrived is kept; retry, or choose a smaller model.`,
  toolNotOffered: (name: string) =>
    `The model tried to use a tool (“${name}”), and this conversation has none. What it said is kept; retry, or ask in another way.`,
  serverBusy: 'Ollama has too many requests waiting. Wait a moment and retry.',
  connectionLost: 'Ollama went away in the middle of the answer. What had arrived is kept; retry when it is back.',
  endedEarly: 'The answer ended without its last line. What had arrived is kept; retry to have it whole.',
  badLine: 'Ollama sent a line that cannot be read. What had arrived is kept; retry.',
  outOfMemory:
    'The model stopped inside Ollama, most often for want of memory. What had arrived is kept; retry, or choose a smaller model.',
  contextFull:
    'The conversation is longer than the model’s context. Begin a new session, or choose a model with a longer context.',
  contextFullOff:
    'The conversation is longer than the model’s context, and summaries are switched off. Switch them on in Settings and retry, or begin a new session.',
  emptyAnswer: 'The model ended its turn without a word. Retry, or ask in another way.',
  modelFailed: 'Ollama could not answer. What had arrived is kept; retry.',
  modelCannotChat: (model: string) => `${model} cannot chat. Choose another model.`,
  modelCannotThink: (model: string) =>
    `${model} cannot think before it answers. Turn thinking off, or choose another model.`,
  modelCannotUseTools: (model: string) => `${model} cannot use tools the way Ollama offers them. Choose another model.`,
  connectionBroke: (host: string) => `The connection to ${host} broke before the answer began. Retry.`,
  hostNotTrusted: (host: string) =>
    `A safe connection to ${host} could not be made: its certificate is not trusted here. Check the address, or use http:// inside your own network.`,
  hostRefused: (host: string) =>
    `The server at ${host} does not let Carrel in. Check which addresses it allows, or whether it asks for a password.`,
  tokenWanted: (host: string) =>
    `The server at ${host} wants a token to let Carrel in. Enter it in Settings, under Server; in a terminal name the server with --host and give the token in CARREL_OLLAMA_TOKEN.`,
  tokenRefused: (host: string) =>
    `The server at ${host} did not accept the token it was sent. Ask whoever runs it for a new one, and enter that in Settings, under Server.`,
  tokenOverPlainHttp: (host: string) =>
    `The token was not sent: the way to ${host} is not encrypted, and everybody on it could read the token. Use its https:// address, or a tunnel to this machine.`,
  tokenLocked: (host: string) =>
    `The token for ${host} is kept encrypted, and it cannot be opened here. Unlock the keyring of this computer and check the server in Settings, or enter the token there again; in a terminal name the server with --host and give the token in CARREL_OLLAMA_TOKEN.`,
  tokenMalformed:
    'This cannot be a token: it has spaces, line breaks or letters beyond plain ASCII in it. Copy it again, without the word Bearer. Nothing was kept.',
  tokenNotKept: {
    missing:
      'The token was not kept: this computer offers no keyring that Carrel could encrypt it with. It can be used until Carrel is closed, and is entered again after that.',
    'plain-text':
      'The token was not kept: there is no keyring on this desktop, and without one it would lie readable on the disk. It can be used until Carrel is closed, and is entered again after that.',
  },
  serverNotListed: (host: string) => `${host} is not on the list of servers. Add it first.`,
  serverThere: (host: string) => `${host} is on the list already.`,
  tooManyServers: (limit: number) => `The list takes ${limit} servers. Remove one first.`,
  tokensUnreadable:
    'The file with the tokens of servers cannot be read. It is kept beside its place; enter the tokens again.',
  signInNeeded: (model: string) =>
    `${model} runs in Ollama’s cloud and asks for an account. Choose a model on this machine, or run: ollama signin`,
  cloudRefused: (model: string) =>
    `${model} runs in Ollama’s cloud, and this server does not allow that. Choose a model on this machine.`,
  usageLimit:
    'Ollama’s cloud answers no more for now: a usage limit was reached. Choose a model on this machine, or wait and retry.',
  requestRefused: 'Ollama did not understand the request. The details below say why; a newer Ollama may help.',

  sessionNotFound: 'There is no such session. It may have been moved or deleted outside Carrel.',
  sessionDamaged: 'No readable record is left in this session’s file. It is kept as it is and can only be looked at.',
  sessionNewer: 'This session was made by a newer version of Carrel. It can be read here, and written there.',
  noFolder: 'This session has no folder.',
  sessionArchived: 'This session is archived. Restore it to go on.',
  sessionRunning: 'An answer is being written in this session. Stop it first, or wait for its end.',
  logChanged: 'The log was changed while it was imported. Nothing of it was imported; import it again.',
  sessionIsLog:
    'This is a log of another program that is only mounted. It can be read and searched here; import it to go on with it.',
  sessionExists: 'A session with this name lies at both places. Nothing was moved; rename one of the two files.',
  sessionThereAgain:
    'A session of this name is there again. Nothing was restored and nothing overwritten; move or delete that one first.',
  sessionTwin: (id: string) =>
    `On this system the session “${id}” has the same file name. Nothing was moved or overwritten; rename one of the two files.`,
  notInTrash: 'There is no such session in the trash.',
  alreadyAsking: 'Carrel is asking you about the trash already. Answer that question first.',
  trashUnusable: (path: string) =>
    `${path} is not a folder of its own, so nothing was moved there or removed. Move it away and try again.`,
  entryNotFound: 'There is no such message in this session.',
  outputMissing: 'The file with the rest of this output is missing or damaged. What is shown here is what is left.',
  outputTooLarge: (bytes: number) =>
    `This output is larger than ${size(bytes)} and is not shown as a whole. It lies in the data folder, among the blobs.`,
  onlyQuestions: 'Only a question of yours can be asked in other words.',
  onlyMessages: 'Only a message can be hidden from the model.',
  nothingToRepair: 'No readable record is left in this session’s file, so there is nothing to make a copy of.',
  stepsUsed: (rounds: number) =>
    `The model took ${rounds} steps, the most for one question, and was asked to close. It can go on from here.`,
  stuck: 'A tool failed again and again, so the model was asked to say what is in the way.',
  repeatedCall:
    'The model kept making the same call, so the turn was ended. Ask again in other words, or choose another model.',
  recordTooLarge:
    'This entry is too large, or too deeply nested, to be kept in a session. Nothing of it was saved; shorten it.',
  nothingToRetry: 'There is no question in this session to answer again.',
  ownerBusy: (pid: number) =>
    `Another Carrel (process ${pid}) has this data folder open, so nothing can be written here. Close it, or use another folder with --home.`,
  ownerElsewhere: (host: string) =>
    `A Carrel on the machine “${host}” has this data folder open, so nothing can be written here. Close it, or use another folder with --home.`,
  ownerUnknown:
    'Another Carrel seems to have this data folder open, but its lock cannot be read. Wait half a minute and start again.',
  cannotRead: (path: string) => `${path} cannot be read. Check who may read it and whether the disk is well.`,
  ownerSilent:
    'Another Carrel has this data folder open and does not answer. Close it, or use another folder with --home.',
  ownerOfOtherVersion:
    'Another version of Carrel has this data folder open. Close it, or use another folder with --home.',
  ownerGone: 'The Carrel that had this data folder open has ended. What had arrived is kept; try again.',
  readOnlyFolder: (path: string) =>
    `Carrel cannot write to ${path}. Sessions can be read; nothing can be saved. Make the folder writable, or choose another one with --home.`,
  folderUnusable: (path: string) => `${path} cannot be used as the data folder. Choose another one with --home.`,
  noSpace: (path: string) => `There is no room left on the disk of ${path}. Make room and try again.`,
  writeFailed: (path: string) => `Writing to ${path} failed. What you wrote is still in the composer; check the disk.`,
  settingsSetAside: (kept: string) =>
    `The settings file could not be read. It was kept as ${kept}, and the defaults are used.`,
  settingsUnreadable: 'The settings file could not be read. The defaults are used, and the file is left as it is.',
  settingsPartly: (keys: string) =>
    `Some settings had values that cannot be used (${keys}). For these the defaults are used.`,
  answerNotSaved: (why: string) =>
    `This answer could not be saved yet: ${why} It is kept here while Carrel is open, and saved with the next thing you do in this session.`,
  answerLost: 'Carrel ended while this answer was being written. What had arrived is shown.',
  answerLostWhole: 'Carrel ended before the answer arrived. Retry to ask again.',
  nothingToSend: 'There is nothing to send: neither a word nor an attachment.',
  summaryLost: 'Carrel ended before the summary was written. The conversation is as it was; ask for it again.',
  queuedGone: 'This message is not waiting any more: it was sent or removed.',
  queueFull: (most: number) => `At most ${most} messages can wait. Send or remove one of them first.`,
  queueTooLong: (most: string) => `What waits may have ${most} characters together. Send or remove some of it first.`,
  nothingToCorrect: 'No answer is being written here that could be corrected.',
  linkRefused: 'Only web and mail links can be opened.',
} as const
