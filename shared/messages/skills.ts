// What is said of skills: what is wrong with one, and why something was not done.
import type { SkillProblemCode } from '../skills.ts'

/** A sentence for each problem; some name what they found. */
export const skillProblemWords = {
  'no-frontmatter':
    'SKILL.md does not begin with a line of three hyphens (---). Its first line opens the block that holds name and description.',
  unclosed: 'The block at the top of SKILL.md is not closed: a line of three hyphens (---) is missing below it.',
  'fence-language':
    'The first line of SKILL.md says more than three hyphens. Nothing but YAML is read there, and nothing is run.',
  'frontmatter-too-large': 'The block at the top of SKILL.md is larger than 32 KB.',
  'frontmatter-not-mapping': 'The block at the top of SKILL.md holds no lines of the form "name: value".',
  'nul-byte': 'SKILL.md has a NUL byte in it, which no text has.',
  'file-too-large': 'SKILL.md is larger than 1 MB.',
  'not-text': 'SKILL.md is no UTF-8 text.',
  'yaml-repaired': 'The block at the top of SKILL.md is no sound YAML. It was read as it was most likely meant.',
  'yaml-line-fallback':
    'The block at the top of SKILL.md is no sound YAML. Only name and description were read, line by line.',
  'yaml-unreadable': 'The block at the top of SKILL.md is no sound YAML, and neither name nor description is in it.',
  'empty-body': 'Below its name and description SKILL.md is empty: a model that uses it reads nothing.',
  'body-over-500-lines': 'SKILL.md has more than 500 lines. What is needed seldom is better off in files of its own.',
  'unknown-field': (names: string) => `Carrel does not know these fields, and leaves them out: ${names}.`,
  'name-from-folder': 'It has no name of its own. Its folder gives it one.',
  'name-folder-mismatch': (folder: string) => `Its folder has another name: ${folder}.`,
  'name-uppercase': 'Its name has capital letters. Small ones are the rule.',
  'name-chars': 'Its name has signs other than letters, digits and hyphens.',
  'name-hyphens': 'Its name begins or ends with a hyphen, or has two in a row.',
  'name-too-long': 'Its name is longer than 64 characters.',
  'name-unsafe': 'Its name could lead to another folder, so it is not taken.',
  'description-missing': 'It has no description. A model chooses a skill by that alone.',
  'description-too-long': 'Its description is longer than 1,024 characters. The rest is left out.',
  'description-has-hash-comment':
    'Its description has a " #" without quotes around it. What follows is a comment to YAML, and was left out.',
  'compatibility-bad': 'The field compatibility is no text of at most 500 characters.',
  'metadata-nested': 'Values in metadata that are no text were left out.',
  'allowed-tools-list': 'The field allowed-tools is a list. A text with spaces between is the rule.',
  'allowed-tools-commas': 'The field allowed-tools has commas. Spaces between are the rule.',
  'file-name-case': (name: string) => `The file is called ${name}. Other programs look for SKILL.md only.`,
  'not-a-file': 'SKILL.md is no file.',
  'link-outside': (path: string) => `${path} is a link that leads out of its folder. It is not followed.`,
  'link-dangling': (path: string) => `${path} is a link to something that is not there.`,
  unreadable: (path: string) => `${path} cannot be read: its owner has not allowed it.`,
  'too-many-folders': 'There are more than 2,000 folders in it. The rest was not looked at.',
  'name-collision': (folder: string) => `Another skill here has the same name: ${folder}. That one comes first.`,
  'path-outside': (path: string) => `${path} would lie outside of the skill's folder.`,
  'path-unsafe': (path: string) => `${path} is a name that not every system can have.`,
  'path-duplicate': (path: string) =>
    `${path} is there twice, or differs only by capital letters or the way an accent is written.`,
  'link-entry': (path: string) => `${path} is a link. Links are not installed.`,
  'special-entry': (path: string) => `${path} is neither a file nor a folder.`,
  'too-many-files': 'It has more than 2,000 files.',
  'too-large': 'It is larger than 50 MB, or has a file of more than 10 MB.',
  'archive-ratio': 'The archive grows to more than a hundred times its size.',
  'archive-damaged': 'The archive is damaged, or is none.',
  'no-skill': 'There is no SKILL.md in it.',
  'several-skills': (which: string) => `There is more than one skill in it: ${which}.`,
} satisfies Record<SkillProblemCode, string | ((what: string) => string)>

export const skillFailures = {
  gone: 'This skill is not there any more. Look at the list again.',
  changed: (name: string) =>
    `The skill ${name} has changed since it was shown. Nothing was switched on; look at it again.`,
  refused: (name: string) => `The skill ${name} cannot be used as it is. What is wrong with it stands beside it.`,
  notOffered: (name: string) => `The skill ${name} is not there any more, or it has changed since it was switched on.`,
  noFile: (path: string) => `There is no file ${path} in this skill.`,
  outside: (path: string) => `${path} does not lie in the folder of this skill.`,
  nothingThere: (path: string) => `There is nothing at ${path}.`,
  noSkill: (path: string) => `There is no SKILL.md in ${path}.`,
  newerState:
    'skills.json was written by a newer version of Carrel. It stays as it is, and nothing can be switched here; update Carrel first.',
  damagedState: 'skills.json could not be read. Everything is switched off, and the file is kept beside its place.',
}
