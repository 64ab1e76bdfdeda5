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
  noOutput: 'No result was recorded.',
  unreadable: 'They could not be read.',
  picture: (alternative: string) => `Picture: ${alternative || 'without a description'}`,
  summary: 'Summary of what came before',
  damaged: (bytes: number) =>
    `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'} of the file could not be read and are not here.`,
  branches: 'Other versions of questions and answers are in the session, and not here.',
}
