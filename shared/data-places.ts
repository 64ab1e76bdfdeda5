// What in the data folder is a person's and goes into a backup; all the rest there can be made anew, or is none of ours.

/** Folders that are theirs, with everything in them. */
const folders = ['sessions', 'trash', 'blobs', 'checkpoints', 'skills'] as const
/** Small files and logs in the folder itself, also such as were set aside. */
const file = /^[a-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*\.jsonl?$/
/** Says which exchange of the folder is under way, so it is never part of one. */
export const exchangeName = 'restoring.json'
/** What a backup says of itself. */
export const manifestName = 'carrel-backup.json'
/** Names a folder of this machine that is to be removed, so it never comes from another one. */
const tourName = 'tour.json'
/** Downloads under way: another machine shall not begin them by itself, and what has come of them lies with the server. */
const pullsName = 'pulls.json'
/** Encrypted by the keyring of this machine: nothing anybody could read elsewhere. */
const tokensName = 'server-tokens.json'
const notOurs: readonly string[] = [exchangeName, manifestName, tourName, pullsName, tokensName]

/**
 * What says how much may happen without a question. From elsewhere it comes only at a person's word. skills.json lets texts speak to
 * a model, as trust.json does.
 */
export const rightsFiles: readonly string[] = ['rules.json', 'trust.json', 'mounts.json', 'skills.json']

/** The same among other values: these stay what they are here, unless the person says otherwise. */
export const rightsIn: Readonly<Record<string, readonly string[]>> = {
  'settings.json': ['host', 'servers', 'visibleFolders', 'commandsWithoutSandbox'],
  'window.json': ['place', 'folders'],
}

export const dataFolders: readonly string[] = folders

/** Whether something of this name lies in the data folder itself and is a person's. */
export function isTheirs(name: string): boolean {
  return dataFolders.includes(name) || isDataFile(name)
}

export function isDataFile(name: string): boolean {
  return file.test(name) && !notOurs.includes(name)
}

/** In `skills/`: what a person has not said yes to, or is taking its place. No root of skills is looked through there. */
export const stagingName = '.staging'

/** What is on its way to its name; after a crash it is nothing. */
const unfinished: Readonly<Record<string, RegExp>> = {
  skills: /^skills\/\.staging(\/|$)/,
  sessions: /\.(draft\.new|adopting)$/,
  checkpoints: /\.new$/,
}
const blob = /^blobs\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/

/** Whether a file at this place (slashes, from the data folder on) belongs into a backup. */
export function belongs(path: string): boolean {
  const [top = '', ...rest] = path.split('/')
  if (rest.length === 0) return isDataFile(top)
  if (top === 'blobs') return blob.test(path)
  return dataFolders.includes(top) && unfinished[top]?.test(path) !== true
}

const mostCharacters = 1_024
const mostDeep = 32
/** Bytes of one name: what every usual file system takes. */
const longestName = 255
/** Whatever follows them, for Windows these are devices. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass.
const unsafe = /[\u0000-\u001f\u007f\\:*?"<>|\ufffd]|\p{Surrogate}/u

/** Whether every system makes exactly this file of it, and makes it inside of its folder. */
export function isSafePath(path: string): boolean {
  const names = path.split('/')
  return path.length <= mostCharacters && names.length <= mostDeep && names.every(isSafeName)
}

function isSafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || unsafe.test(name) || device.test(name)) return false
  return !/[. ]$/.test(name) && new TextEncoder().encode(name).length <= longestName
}

/** Two names that are one and the same where upper and lower case, or the way an accent is written, make no difference. */
export function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
