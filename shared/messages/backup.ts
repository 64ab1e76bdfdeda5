// Words of backups: the whole data folder as one file, and back.
import { size } from './sizes.ts'

const times = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`
const sessions = (count: number) => times(count, 'session', 'sessions')

function contentsOf(of: {
  app: string
  created: string
  sessions: number
  trashed: number
  bytes: number
  files: number
}): string {
  const trashed = of.trashed > 0 ? `, ${of.trashed.toLocaleString('en')} in the trash` : ''
  const when = of.created.slice(0, 16).replace('T', ' ')
  return `Backup of ${when} UTC by Carrel ${of.app}: ${sessions(of.sessions)}${trashed}, ${times(of.files, 'file', 'files')}, ${size(of.bytes)}.`
}

function rightsOf(rules: number, trusted: number): string {
  return `${times(rules, 'rule', 'rules')} and ${times(trusted, 'trusted folder', 'trusted folders')}`
}

export const backupWords = {
  stopped: 'Stopped. Nothing was kept of it, and what was there is as it was.',
  alreadyWorking: 'A backup is being written or restored already. Wait for its end, or stop it.',
  noFolder: (folder: string) => `There is no folder ${folder}. Make it, or choose another place.`,
  insideHome: (home: string) =>
    `A backup cannot lie in the data folder itself (${home}): it would go with it. Choose another place.`,
  partIsThere: (part: string) =>
    `${part} is there already, perhaps from a backup that was interrupted. Delete it, or choose another name.`,
  noRoom: (folder: string, needed: number, free: number) =>
    `This may need ${size(needed)}, and the disk of ${folder} has ${size(free)} free. Nothing was written; make room, or choose another disk.`,
  neverStill:
    'Sessions were moved faster than they could be read. Nothing was kept of this backup; try again in a moment.',

  noFile: (path: string) => `There is no file ${path}.`,
  noBackup: 'This file is no backup of Carrel. Nothing was changed.',
  newer:
    'This backup was made by a newer version of Carrel. Nothing was changed; restore it there, or bring this Carrel up to date.',
  damaged:
    'This backup is damaged or was changed by somebody, so nothing of it was used and nothing here was changed. Take another one; this file is a zip, and what can be read of it can be taken out by hand.',
  badName: (name: string) =>
    `A name in this backup (“${name}”) has no place in a data folder. Nothing was changed; somebody may have altered the file.`,
  sameName: (name: string) =>
    `This backup has “${name}” twice, or in names that are one name on this system. Nothing was changed.`,
  notBeside: (home: string) =>
    `What is in ${home} can only be kept beside it, on the same disk, and nothing can be written there. Nothing was changed; choose another folder with --home.`,
  exchangeFailed: (home: string) =>
    `A backup was being put in the place of what is in ${home}, and that could not be finished. Nothing is lost: start Carrel again, and it goes on.`,

  written: (path: string, bytes: number, count: number) => `${sessions(count)}, ${size(bytes)}: ${path}`,
  leftOut: {
    title: 'Not in it:',
    name: 'its name is none that every system takes',
    unreadable: 'it cannot be read',
    kind: 'it is a link or no file',
  },
  leftOutLine: (path: string, why: string) => `  ${path}: ${why}`,
  leftOutCount: (count: number) =>
    `${times(count, 'file is', 'files are')} not in it, because it could not be read or named.`,

  contents: contentsOf,
  restored: (home: string) => `It is in ${home} now.`,
  kept: (kept: string) => `What was there is in ${kept}. Delete it when you are sure.`,
  rightsLeft: (rules: number, trusted: number) =>
    `Its ${rightsOf(rules, trusted)} were not taken over, and neither were its server, its recent folders and what commands may see: here these are as before. A session that acted unasked asks again. --with-rules brings all of it.`,
  rightsTaken: (rules: number, trusted: number) =>
    `Its ${rightsOf(rules, trusted)} count here now, and its server and what commands may see. carrel rules list shows them.`,
  window: {
    name: 'Backup',
    note: 'Sessions, skills, rules and settings as one file, also while answers are being written. Keep it on another disk.',
    backUp: 'Back up…',
    restore: 'Restore from a backup…',
    progress: (kind: 'backup' | 'restore', bytes: number, ofBytes: number) =>
      `${kind === 'backup' ? 'Writing' : 'Comparing'} ${size(bytes)} of ${size(ofBytes)}`,
    written: (bytes: number, count: number) => `Backed up: ${sessions(count)}, ${size(bytes)}, in`,
    because: (why: string) => `: ${why}`,
    begins: 'The backup is whole. Carrel closes now and begins anew with it.',
  },
  dialogs: {
    kind: 'Backup of Carrel',
    save: 'Back up the data folder',
    saveButton: 'Back up',
    open: 'Choose a backup',
    openButton: 'Open',
    question: 'Put this backup in the place of everything that is here?',
    detail: (path: string, contents: Parameters<typeof contentsOf>[0]) =>
      `${path}\n\n${contentsOf(contents)}\n\nCarrel compares every byte, stops what is being answered, and begins anew with what is in the backup. What is here now is kept beside the data folder; nothing is deleted.`,
    withRights: (rules: number, trusted: number) => `Also what it allows: ${rightsOf(rules, trusted)}, its server`,
    restore: 'Restore',
  },
  oneFile: 'Say one file, in quotes when its name has spaces.',
  /** Of a file, without its ending. */
  fileName: (day: string) => `carrel-backup-${day}`,
  progress: (bytes: number, ofBytes: number) => `${size(bytes)} of ${size(ofBytes)}`,
}
