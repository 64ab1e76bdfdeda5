// What is said about changes of runs: what can be taken back, what cannot, and why nothing was done.
import { size } from './sizes.ts'

type Action = 'created' | 'changed' | 'deleted'
type NotKept = 'large' | 'room' | 'unreadable' | 'unsteady' | null

/** "a, b, c and 4 others" */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 3).map(oneLine)
  const more = names.length - first.length
  if (more > 0) return `${first.join(', ')} and ${more.toLocaleString('en')} ${more === 1 ? 'other' : 'others'}`
  return first.length < 2 ? first.join('') : `${first.slice(0, -1).join(', ')} and ${first.at(-1)}`
}

/** A name in a sentence: no control character may break it. */
function oneLine(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold them, and a sentence must not
  const line = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
  return line.length > 120 ? `${line.slice(0, 120)}...` : line
}

const whyNot: Record<Exclude<NotKept, null>, string> = {
  large: 'it is too large to be kept',
  room: 'there was no more room for it among what is kept',
  unreadable: 'it could not be read',
  unsteady: 'it was being written while it was read',
}

export const checkpointWords = {
  stopped: 'Stopped before the folder’s files were kept. Nothing was run.',
  folderGone: (path: string) =>
    `${path} is not the folder it was: it was moved, deleted, or another one is in its place. Nothing was changed; put it back and try again.`,
  dataInside: (path: string) =>
    `Carrel’s own data lies in ${path}, so changes there could not be taken back. Choose another folder.`,
  unseen: (folders: readonly string[], limit: number) =>
    `The folder has more than ${limit.toLocaleString('en')} files, so not everything in ${listed(folders)} is covered: what a command changes there cannot be undone.`,
  closed: (folders: readonly string[]) =>
    `${listed(folders)} cannot be looked into, so what a command changes there cannot be undone.`,
  large: (files: readonly string[], limit: number) =>
    `${listed(files)}: larger than ${size(limit)}, so a change to it cannot be undone.`,
  noRoom: (files: readonly string[], limit: number) =>
    `The folder has more than ${size(limit)}, so a change to ${listed(files)} cannot be undone.`,
  unreadable: (files: readonly string[]) => `${listed(files)}: cannot be read, so a change to it cannot be undone.`,
  unsteady: (files: readonly string[]) =>
    `${listed(files)}: was being written while it was read, so a change to it cannot be undone.`,
  missed: (path: string, action: Action, why: NotKept) =>
    `${oneLine(path)} was ${action} and cannot be put back: ${why === null ? 'it is no plain file' : whyNot[why]}.`,
  missedMore: (count: number) => `${count.toLocaleString('en')} more were changed and cannot be put back.`,
  gitMade: 'A .git folder was made and stays: undo never touches it.',
  changedBetween: (path: string) =>
    `${oneLine(path)} was also changed by somebody else while the answer was under way; undo takes that back as well.`,
  interrupted:
    'Carrel was ended while this was under way. What was in the folder at the next start counts as this answer’s work.',
  commandLeft: 'A command was still running when the answer ended. What it changed after that cannot be undone.',
  halfUndone: (paths: readonly string[]) =>
    `An undo was interrupted, and ${listed(paths)} was changed before it could be finished. Those files were left as they are.`,
  givenUp: 'What was kept for this answer was given up to make room for later ones. It cannot be undone any more.',
  moreFiles: (count: number) => `${count.toLocaleString('en')} more files are not listed here.`,

  undone: 'undone',
  nothingToUndo: 'There is nothing to undo in this session: no answer has changed a file, or all of it is undone.',
  nothingToRedo: 'There is nothing to redo in this session: nothing has been undone.',
  noSuchRun: 'This answer has changed no file.',
  alreadyUndone: 'This answer’s changes are undone already.',
  alreadyDone: 'This answer’s changes are in the folder already.',
  conflict: (paths: readonly string[]) =>
    `Nothing was changed, because ${listed(paths)} ${paths.length === 1 ? 'is' : 'are'} not as the answer left ${paths.length === 1 ? 'it' : 'them'}. Save your own changes elsewhere, put back what the answer wrote or what was there before, and try again.`,
  rewindConflict: (paths: readonly string[]) =>
    `Nothing was changed, because ${listed(paths)} ${paths.length === 1 ? 'is' : 'are'} not as the answers since then left ${paths.length === 1 ? 'it' : 'them'}. Go back and keep the files, or put them as they were and try again.`,
  sessionRunning: 'An answer is being written in this session. Stop it or wait, then undo.',
  folderBusy: 'Another session is working in this folder. Wait until its answer has ended, then undo.',
  keptLost: (path: string) =>
    `What was kept of ${oneLine(path)} is missing or damaged, so it cannot be put back. Nothing was changed.`,
  noSpace: (bytes: number) =>
    `There is no room on the disk: ${size(bytes)} are needed to put the files back. Nothing was changed; make room and try again.`,
  notFinished: (path: string) =>
    `${oneLine(path)} could not be written, and what was done before could not be taken back either. It is finished by the next undo or start; see that the folder can be written to.`,
  notWritten: (path: string) =>
    `${oneLine(path)} could not be written, so nothing was changed. See that the folder can be written to, and try again.`,
} as const
