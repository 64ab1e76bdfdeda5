// Words of installing skills: what a source may not bring, and what came of changing one.
import { size } from './sizes.ts'

const few = 10

function listed(names: readonly string[]): string {
  const rest = names.length - few
  return rest > 0 ? `${names.slice(0, few).join(', ')} and ${rest} more` : names.join(', ')
}

export const skillInstallWords = {
  /** Which ones, and how one of them is named. */
  several: (folders: readonly string[], isGit: boolean) =>
    isGit ? `${listed(folders)}. One is named at the end of the address, such as #:${folders[0]}` : listed(folders),
  encrypted: 'The archive is encrypted. Unpack it, and choose the folder.',
  nameUnsafe: (name: string) => `No folder can be named “${name}” on every system. Give the skill another name.`,

  source: {
    missing: (path: string) => `There is nothing at ${path}.`,
    neither: (path: string) => `${path} is neither a folder nor an archive (.zip or .skill).`,
    dropped: 'What was dropped is neither a folder nor an archive (.zip or .skill).',
    droppedTooLarge: (most: number) =>
      `What is dropped onto the page may have ${size(most)}. Choose the folder or archive with the button instead.`,
    stopped: 'Stopped. Nothing was installed.',
  },

  git: {
    address:
      'This is no address of a git repository that Carrel fetches from. It begins with https:// or ssh://, or is such as git@host:path; a branch, tag or commit and a folder may follow: #ref:folder',
    credentials:
      'The address has a password or a key in it, which would end up in files and lists. Leave it out; for a private repository use its ssh address.',
    ref: (ref: string) => `“${ref}” is no name of a branch, a tag or a commit.`,
    folder: (folder: string) => `“${folder}” is no folder of a repository.`,
    missing:
      'git is not installed, and it is what fetches from such an address. Install it, or download the skill as a zip.',
    failed: (host: string) => `git could not fetch it from ${host}. Check the address and the connection.`,
    leadsOn: (host: string) =>
      `${host} leads on to another address, which is not followed. Use that one; often it is the same with .git at its end.`,
    noRef: (ref: string) => `The repository has no branch, tag or commit “${ref}”.`,
    noFolder: (folder: string) => `The repository has no folder “${folder}”.`,
    tooSlow: (host: string, seconds: number) =>
      `${host} did not send all of it within ${seconds} seconds. Nothing was kept.`,
    tooLarge: (most: number) =>
      `The repository is larger than ${size(most)}, and was not fetched to its end. Download the skill’s folder by itself.`,
    fetched: (bytes: number) => `git fetch, ${size(bytes)}`,
    notFetched: 'git fetch failed',
  },

  diskFailed: (path: string) => `Something at ${path} could not be read or written. Look at the disk, and try again.`,
  notStaged: 'What was looked at is not there any more. Look at the skill again.',
  notOurs: (folder: string) =>
    `${folder} belongs to another program, and Carrel writes nothing there. Install a copy of the skill to change it.`,
  changedMeanwhile: 'The skill was changed since it was shown. Look at it again; nothing was written.',
  edited: (name: string) =>
    `${name} was changed by hand since it was installed. Nothing was replaced; say that your changes may be replaced, and they go into the trash.`,
  noSource: (name: string) =>
    `Nobody has written down where ${name} came from, so there is nothing to compare it with. Install it again from its source.`,
  thereAlready: (name: string) => `There is a skill named ${name} already. Nothing was overwritten.`,
  thereAgain: (name: string) =>
    `There is a skill named ${name} again, and nothing is overwritten. Remove that one first, then take this one back.`,
  notInTrash: 'This skill is not in the trash any more.',
  newerLock: (file: string) =>
    `${file} was written by a newer version of Carrel. It is left as it is: skills cannot be installed or removed until this Carrel is up to date.`,
  brokenLock: (file: string, kept: string) => `${file} could not be read and was kept as ${kept}.`,
  badName: (name: string) =>
    `“${name}” cannot be a skill’s name: small letters, digits and single hyphens between them, at most 64.`,
  tooLong: (most: number) =>
    `A SKILL.md may have ${size(most)}. Nothing was written; put what is long into a file beside it.`,
  nothingToMend: 'There is nothing to mend that Carrel could mend by itself.',

  template: (name: string, title: string, description: string) => `---
name: ${name}
description: ${description}
---

# ${title}

Say here what a model shall do, step by step, in short sentences.

1. First look at what is there.
2. Then do the work.
3. At the end say what was done, and what was not.

## Files

Longer material goes into files beside this one, such as references/details.md, and programs into scripts/.
`,
}
