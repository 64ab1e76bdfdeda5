// What stands in a session that was exported, beside what was said in it.
export const exportWords = {
  untitled: 'Untitled session',
  /** Of a file, without its ending. */
  fileName: 'session',
  exported: (when: string, version: string) => `Exported on ${when} by Carrel ${version}.`,
  folder: (path: string) => `Folder: ${path}`,
  you: 'You',
  model: 'Model',
  thinking: 'Thinking',
  arguments: 'Arguments',
  output: 'Output',
  /** Behind an output of which the first part stands there. */
  outputGoesOn: (characters: number, shown: number) =>
    `… ${(characters - shown).toLocaleString('en')} more characters; JSON and the zip have all of it.`,
  zipLimit: (limit: string) =>
    `This session and what belongs to it are larger than ${limit}. Export it as JSONL, or make a backup of everything.`,
  zipNote: (title: string, exported: string, missing: number) =>
    `${title}\n${exported}\n\nsession.jsonl is the session as it is; what is too large for its lines lies in blobs/, named by its SHA-256.\n${missing > 0 ? `${missing} of them ${missing === 1 ? 'is' : 'are'} missing or damaged, and not here.\n` : ''}`,
  noOutput: 'No result was recorded.',
  unreadable: 'They could not be read.',
  picture: (alternative: string) => `Picture: ${alternative || 'without a description'}`,
  /** Before the lines of what is attached to a question. */
  attached: 'Attached',
  /** Behind the line of one. */
  attachedPlace: 'read in the folder, not copied',
  attachedGone: 'its content is no longer there',
  attachedDamaged: 'its content is damaged, so it is not shown',
  attachedTooMuch: (limit: string) => `not shown, so that this page has at most ${limit} of pictures; the zip has it`,
  summary: 'Summary of what came before',
  damaged: (bytes: number) =>
    `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'} of the file could not be read and are not here.`,
  branches: 'Other versions of questions and answers are in the session, and not here.',
}
