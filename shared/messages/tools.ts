// What a model reads from its tools: plain words, what happened and what to do next.

const count = (number: number) => number.toLocaleString('en')
/** A path in a sentence: the root has none. */
const named = (path: string) => (path === '.' ? 'The workspace' : path)
const lines = (from: number, to: number) => (from === to ? `line ${count(from)}` : `lines ${count(from)}-${count(to)}`)

export const toolWords = {
  descriptions: {
    read_file: 'Read a file of the workspace. Long files come in parts: read on with offset.',
    write_file: 'Create a file, or replace all of it. Missing folders are created. To change a part, use edit_file.',
    edit_file: 'Replace one text in a file by another. old_text must be exactly as in the file and occur once.',
    search_files:
      'Search names and contents of files. Answers path:line: text. A query without capital letters ignores case.',
    run_command:
      'Run a bash command in the workspace. It has no network, cannot write elsewhere, and ends after seconds. The person may be asked first.',
    check_command: 'See what a command in the background has written since the last look, or stop it.',
  },
  parameters: {
    path: 'Path from the workspace root, such as src/main.ts.',
    offset: 'First line to read, counted from 1.',
    limit: 'How many lines to read.',
    content: 'The whole text of the file.',
    oldText: 'The text to replace, exactly as in the file, with its indentation.',
    newText: 'The text to put in its place.',
    all: 'Replace every occurrence.',
    query: 'The text to look for.',
    searchPath: 'Folder or file to search in. Everything unless told.',
    regex: 'Whether query is a regular expression.',
    command: 'The command, exactly as bash shall run it.',
    seconds: 'When to end it: 120 unless told, 600 at most.',
    background: 'Whether it goes on while you do, such as a server.',
    handle: 'The handle that run_command answered.',
    stop: 'Whether to end it now.',
  },

  unknownTool: (name: string, known: readonly string[]) =>
    `There is no tool named ${JSON.stringify(name)}. The tools are: ${known.join(', ')}.`,
  noArguments: (name: string) =>
    `The arguments of ${name} were no JSON object. Give them as one, such as {"path": "a.txt"}.`,
  wrongArguments: (name: string, problems: readonly string[]) =>
    `The arguments of ${name} are not right; nothing was done.\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
  missingArgument: (field: string, expected: string) => `${field} is missing. It must be ${expected}.`,
  wrongArgument: (field: string, expected: string, got: string) => `${field} must be ${expected}, and was ${got}.`,
  shapes: {
    text: 'a text',
    filledText: 'a text that is not empty',
    integer: (minimum: number | null) => (minimum === null ? 'a whole number' : `a whole number from ${minimum} on`),
    number: 'a number',
    boolean: 'true or false',
    oneOf: (choices: readonly string[]) => `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`,
    other: 'of another kind',
  },
  noCommands: 'Commands cannot be run here.',
  exited: (exit: number | null, signal: string | null) =>
    exit === null ? `Ended by ${signal ?? 'a signal'}.` : `Exit code ${exit}.`,
  endedBy: {
    stopped: 'It was stopped.',
    wall: 'It took too long and was ended. Give it more seconds, or do less at once.',
    cpu: 'It used too much processor time and was ended.',
    output: 'It wrote too much and was ended; what follows is the beginning. Write to a file, or filter the output.',
    memory: 'It used too much memory and was ended.',
    growth: 'It made the workspace grow too fast and was ended.',
  },
  noOutput: 'It wrote nothing.',
  ranWithoutSandbox: 'The person let this one command run without the sandbox. The next one is asked for again.',
  otherCommand: 'This is not the command that the person has allowed. Nothing was run.',
  appeared: (paths: readonly string[]) =>
    `The person is told that this appeared, since other programs act on it by themselves: ${paths.join(', ')}.`,
  goesOn: (handle: string) => `It goes on in the background as ${handle}. See check_command.`,
  noSuchCommand: (handle: string) =>
    `No command of this session goes on as ${JSON.stringify(handle)}. It has ended long ago, or never began.`,
  cancelled: 'Stopped before it was done. Nothing was changed.',

  noAttached: (path: string) => `${path} is not attached to this conversation, or no longer there.`,
  outside: (path: string) =>
    `${path} is outside the workspace and cannot be used. Give a path below the workspace root, such as src/main.ts.`,
  leadsOutside: (path: string) => `${path} leads outside the workspace through a link and cannot be used.`,
  nulInPath: 'The path contains a NUL character. Give it without.',
  pathTooLong: 'The path is too long. Give a shorter one.',
  badName: (name: string) => `${name} cannot be the name of a file on this system.`,
  writeProtected: (path: string) =>
    `${path} is protected: file tools do not write there, since other programs act on it by themselves. Ask the person to change it.`,
  secret: (path: string) => `${path} may hold passwords or keys. It is not opened unless the person allows it.`,
  linkWrite: (path: string) =>
    `${path} is a link, and files are not written through links. Write to the file it points to.`,
  linkOnTheWay: (path: string) => `A part of ${path} is a link. On this system, links are not followed.`,
  linkLoop: (path: string) => `${path} is a link that leads back to itself.`,
  hardLink: (path: string) =>
    `${path} has more than one name on the disk, so it may belong to something outside the workspace. It is not opened.`,
  special: (path: string) => `${path} is a pipe, a device or a socket, not a file.`,
  changed: (path: string) =>
    `${path} was changed by something else in the meantime. Nothing was written; read it again.`,
  workspaceGone: 'The workspace folder was moved or replaced. No tool can be used until the person chooses it again.',
  notFound: (path: string) => `There is no file ${path}.`,
  notFoundNear: (path: string, near: readonly string[]) =>
    `There is no file ${path}. Files with such a name: ${near.join(', ')}`,
  notAFolder: (path: string) => `A part of ${path} is a file, not a folder.`,
  noAccess: (path: string) => `The system does not allow access to ${path}.`,
  readOnlyFile: (path: string) => `${path} is marked as read-only and was not changed.`,
  noSpace: (path: string) => `There is no room left on the disk. ${path} was not written.`,
  diskFailed: (path: string, code: string) => `${path} could not be used: the system answered ${code}.`,
  busySystem: 'The system has too many files open just now. Try again.',
  isFolder: (path: string) => `${named(path)} is a folder, not a file.`,
  isFolderWith: (path: string, names: readonly string[], more: number) =>
    `${named(path)} is a folder. In it: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
  isEmptyFolder: (path: string) => `${named(path)} is an empty folder.`,
  tooLarge: (path: string, bytes: number, limit: number) =>
    `${path} has ${count(bytes)} bytes; files of more than ${count(limit)} are not read. Use search_files to find the lines you need.`,
  tooMuchText: (path: string, limit: number) =>
    `The text for ${path} is too long: more than ${count(limit)} bytes. Nothing was written; write less.`,

  rootIsFolder: 'The path names the workspace itself, which is a folder. Name a file in it.',
  emptyFile: (path: string) => `[${path} is empty]`,
  readOn: (from: number, to: number, all: number) =>
    to < all
      ? `[${lines(from, to)} of ${count(all)}; read on with offset ${to + 1}]`
      : `[${lines(from, to)} of ${count(all)}]`,
  pastEnd: (path: string, all: number) => `${path} has ${count(all)} lines. Give an offset up to that.`,
  binary: (path: string, kind: string, bytes: number) =>
    `${path} is not text: ${kind}, ${count(bytes)} bytes. It cannot be shown.`,
  binaryEdit: (path: string, kind: string) => `${path} is not text: ${kind}. It cannot be edited as text.`,
  kinds: {
    pdf: 'a PDF document',
    zip: 'a ZIP archive or an office document',
    gzip: 'a compressed file',
    elf: 'a program',
    exe: 'a program for Windows',
    sqlite: 'an SQLite database',
    picture: (mime: string) => `a picture (${mime})`,
    unknown: 'binary data',
  },
  picture: (path: string, mime: string, bytes: number) => `[${path}: picture, ${mime}, ${count(bytes)} bytes]`,
  pictureUnseen: (path: string, mime: string, bytes: number) =>
    `${path} is a picture (${mime}, ${count(bytes)} bytes), and this model cannot see pictures.`,
  pictureTooLarge: (path: string, bytes: number, limit: number) =>
    `${path} is a picture of ${count(bytes)} bytes; at most ${count(limit)} can be shown.`,

  created: (path: string, all: number) => `Created ${path} (${count(all)} lines).`,
  replaced: (path: string, added: number, removed: number) =>
    `Replaced ${path} (${count(added)} lines added, ${count(removed)} removed).`,
  unchanged: (path: string) => `${path} already has exactly this text. Nothing was changed.`,

  edited: (path: string, places: readonly number[]) =>
    places.length === 1
      ? `Edited ${path} at line ${count(places[0] ?? 1)}.`
      : `Edited ${path} at ${count(places.length)} places: ${linesAt(places)}.`,
  emptyOldText: 'old_text is empty. Give the text to replace, or use write_file for a new file.',
  sameText: 'old_text and new_text are the same, so there is nothing to change.',
  notEncodable: (path: string, encoding: string) =>
    `${path} is written in ${encoding}, which has no sign for a character of new_text. Use other characters.`,
  several: (path: string, places: readonly number[]) =>
    `old_text occurs ${count(places.length)} times in ${path}: ${linesAt(places)}. Add lines around it until it is unique, or set all to true.`,
  noMatch: (path: string) => `old_text does not occur in ${path}. Read the file again and copy the text exactly.`,
  noMatchNear: (path: string, from: number, to: number, text: string) =>
    `old_text does not occur in ${path}. The nearest is ${lines(from, to)}:\n${text}\nCopy the text exactly as it is there.`,
  otherSpaces: (path: string, from: number, to: number, text: string) =>
    `old_text occurs in ${path} only with other spaces, at ${lines(from, to)}:\n${text}\nCopy the text exactly as it is there.`,

  emptyQuery: 'query is empty. Give the text to look for.',
  longQuery: (limit: number) => `query is longer than ${count(limit)} characters. Look for a shorter text.`,
  badPattern: (why: string) =>
    `query is not a regular expression that can be used: ${why}. Look-around and back-references do not exist here. Mend it, or leave regex away.`,
  nothingFound: (files: number) => `Nothing found (${count(files)} files searched).`,
  namesHead: 'Files with such a name:',
  line: (path: string, number: number, text: string) => `${path}:${number}: ${text}`,
  lineCut: '[...]',
  moreNames: (more: number) => `[${count(more)} more names]`,
  moreInFile: (path: string) => `[more lines in ${path}]`,
  stoppedAtMatches: (matches: number) => `[stopped after ${count(matches)} lines; narrow the query or the path]`,
  stoppedAtTime: (files: number) => `[stopped for want of time after ${count(files)} files; narrow the path]`,
  stoppedAtFiles: (files: number) => `[stopped after ${count(files)} files; narrow the path]`,
  longLines: (lines: number, limit: number) =>
    `[${count(lines)} lines of more than ${count(limit)} characters were not tried; look for plain words in them]`,
  notSearched: (files: number) =>
    `[${count(files)} files were too large, secret or not to be opened, and were not searched]`,

  omittedRead: (characters: number, offset: number) =>
    `[... ${count(characters)} characters omitted; use read_file with offset ${offset} ...]`,
  omittedLine: (characters: number) =>
    `[... ${count(characters)} characters omitted; this line is too long to be shown ...]`,
  omittedSearch: (characters: number) =>
    `[... ${count(characters)} characters omitted; narrow the query or the path ...]`,
  omitted: (characters: number) => `[... ${count(characters)} characters omitted ...]`,
  base64: (characters: number) => `[base64, ${count(characters)} characters]`,
} as const

function linesAt(places: readonly number[]): string {
  const shown = places.slice(0, 10).map(count)
  return `lines ${shown.join(', ')}${places.length > shown.length ? ' and more' : ''}`
}

/** What a person reads when a folder cannot be the workspace. */
export const workspaceWords = {
  root: 'The whole disk cannot be the workspace. Choose a folder for this work.',
  home: 'Your home folder, or a folder above it, cannot be the workspace: your keys and settings lie in it. Choose a folder for this work.',
  dataFolder: 'Carrel keeps its own data in this folder, or below it. Choose another folder for this work.',
  protectedPlace: (place: string) =>
    `${place} lies in this folder or above it, and is never opened to a model. Choose another folder.`,
  system: 'This is a folder of the system and holds no files of yours. Choose another folder.',
  missing: 'There is no such folder.',
  notAFolder: 'This is not a folder.',
} as const
