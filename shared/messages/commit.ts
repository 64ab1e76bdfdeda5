// What a model reads of a commit: what was recorded, or why nothing was and what to do.

const count = (number: number) => number.toLocaleString('en')
const nothing = 'Nothing was committed.'
const several = (number: number, one: string) => `${count(number)} ${one}${number === 1 ? '' : 's'}`

export const commitWords = {
  description:
    'Record a commit in the workspace’s git repository. No hooks run. Everything changed or new unless paths are given.',
  parameters: {
    message: 'The commit message.',
    paths: 'What to commit: paths from the workspace root, one a line.',
  },
  done: (id: string, branch: string | null, files: number, added: number, removed: number) =>
    `Committed ${id} ${branch === null ? 'on no branch' : `on ${branch}`}: ${several(files, 'file')}, ${several(added, 'line')} added, ${count(removed)} removed.`,
  more: (files: number) => `[${count(files)} more]`,

  noAuthor: `${nothing} Git does not know who commits. Ask the person to set user.name and user.email with git config --global.`,
  emptyMessage: `${nothing} The message is empty. Say in a line what has changed.`,
  nul: `${nothing} The message and the paths must not contain NUL characters.`,
  tooLong: (limit: number) =>
    `${nothing} Message and paths are longer than ${count(limit)} bytes together. Shorten the message, or name folders.`,
  badPath: (path: string) =>
    `${nothing} ${path} is no path below the workspace root. Give paths such as src/main.ts, one a line.`,
  ended: (output: string) =>
    `${nothing} The command that commits did not come to its end.${output ? `\n${output}` : ''}`,

  'no-git': `${nothing} Git is not installed where commands run. Ask the person to commit.`,
  'no-repository': `${nothing} The workspace’s root is no git repository. Ask the person to run git init there.`,
  worktree: `${nothing} The workspace is a linked worktree or a submodule, whose repository lies elsewhere. Ask the person to commit.`,
  format: `${nothing} The repository uses an extension of git that is not known here. Ask the person to commit.`,
  'in-progress': `${nothing} A merge, a rebase or the like is under way. Ask the person to finish it first.`,
  locked: `${nothing} Another git works in this repository just now (.git/index.lock is there). Try it once more later; if it stays, ask the person.`,
  'unknown-path': (path: string) =>
    `${nothing} ${path} is neither a file of the repository nor a new one. Check the path with search_files.`,
  'ignored-path': (path: string) =>
    `${nothing} ${path} is ignored by .gitignore and is not committed. Leave it out, or ask the person.`,
  filtered: (path: string) =>
    `${nothing} ${path} goes through a program of git’s (a filter such as Git LFS), which is not run here. Leave it out by naming other paths, or ask the person to commit.`,
  nothingToDo: 'There is nothing to commit: the files are as they were in the last commit.',
  moved: `The files are staged, but the commit was not recorded: the branch has moved on or cannot be written. Look at it and commit once more.`,
  failed: (words: string) => `${nothing} Git says: ${words}`,
} as const
