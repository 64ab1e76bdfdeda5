// What a model reads of skills, and what a person is told of them while an answer is written.
const count = (number: number) => number.toLocaleString('en')

/** To the model. */
export const skillUseWords = {
  description: 'Read what a skill says. Do this before the work that it is for.',
  readDescription: 'Read a file of a skill. Long files come in parts: read on with offset.',
  name: 'Name of the skill.',
  nameOrWord: 'Name of the skill, or a word by which to find one.',
  path: 'Whole path, as use_skill has told it.',

  begins: (name: string, folder: string) => `<skill name="${name}" dir="${folder}">`,
  ends: '</skill>',
  already: (name: string) => `What ${name} says is above already, and still holds.`,
  files: (folder: string, names: readonly string[], more: number) =>
    `Files of the skill in ${folder}: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}. ` +
    'Read them with read_file, by their whole path.',
  script: (path: string) => `${path} (script)`,
  runnable: 'Run its scripts with run_command, by their whole path. They cannot write to that folder.',
  notRunnable: 'Its scripts cannot be run here: that needs a session with a folder in which commands may run.',
  begun: (lines: number, all: number, path: string, offset: number) =>
    `These are the first ${count(lines)} of ${count(all)} lines. Read on with read_file: path ${path}, offset ${offset}.`,
  outline: 'What follows there:',
  heading: (offset: number, text: string) => `- offset ${offset}: ${text}`,
  unknown: (name: string) => `There is no skill ${JSON.stringify(name)}.`,
  meant: (lines: readonly string[]) => `It may be one of these:\n${lines.join('\n')}`,
  names: (names: readonly string[], more: number) =>
    `There are: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}.`,
  gone: (name: string) => `The skill ${name} is not there any more, or has changed. Go on without it.`,
  onlySkills: (path: string) => `${path} cannot be read: this session has no folder. Only files of skills can be read.`,
  moved: (name: string) => `The folder of the skill ${name} is another one than it was. Nothing of it is read.`,
  inSkill: (path: string, whole: string) => `There is no file ${path} here, but the skill has one: ${whole}`,
} as const

/** To the person. */
export const skillNotices = {
  changed:
    'The skills are not the ones of the last answer. The model reads the whole conversation anew, once, so this answer begins later.',
  notOffered: (unnamed: number, bare: number) =>
    unnamed > 0
      ? `The window of this model has no room for all skills: it is not told the names of ${count(unnamed)}. It can still look for them.`
      : `The window of this model has little room for skills: it is told ${count(bare)} of them without their description.`,
  notToTry: (name: string) =>
    `The skill ${name} cannot be tried as it is: it is gone, has changed, is refused, or its folder is not trusted.`,
  unreadable: (why: string) => `The model is offered no skills: ${why}`,
} as const
