// Sentences of `carrel skills …`.
import type { SkillScope, SkillState, SkillStatus } from '../skills.ts'

const several = (count: number, one: string) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

export const skillTerminalWords = {
  states: {
    on: 'on',
    off: 'off',
    untrusted: 'waits for trust',
    changed: 'changed',
    shadowed: 'shadowed',
    refused: 'refused',
  } satisfies Record<SkillState, string>,
  statuses: { valid: 'valid', warn: 'warning', invalid: 'invalid' } satisfies Record<SkillStatus, string>,
  scopes: { project: 'this folder', user: 'yours', 'built-in': 'comes with Carrel' } satisfies Record<
    SkillScope,
    string
  >,
  roots: {
    read: (found: number) => several(found, 'skill'),
    missing: 'not there',
    unreadable: 'cannot be read',
    untrusted: (found: number) => `${several(found, 'skill')}; the folder is not trusted`,
  },
  looked: 'Carrel looks in',
  none: 'There are no skills.',
  size: (files: number, scripts: number, bytes: string) =>
    `${several(files, 'file')}, ${scripts === 0 ? 'no script' : several(scripts, 'script')}, ${bytes}`,
  tokens: (catalogue: number, loaded: number) =>
    `about ${several(catalogue, 'token')} in each request, ${several(loaded, 'token')} when it is read`,
  shadowedBy: (folder: string) => `Another one of its name comes first: ${folder}`,
  shadowed: 'Another one of its name comes first.',
  script: 'script',
  from: (source: string) => `Installed from ${source}`,
  license: (license: string) => `License: ${license}`,
  compatibility: (words: string) => `Needs: ${words}`,
  allowedTools: (tools: string) => `It would like to use ${tools}. That grants it nothing.`,
  problem: (line: number | null, message: string) => (line === null ? message : `line ${line}: ${message}`),
  noSkill: (name: string) => `There is no skill ${name} here. carrel skills list shows what there is.`,
  severalSkills: (name: string, skills: readonly { key: string; folder: string }[]) =>
    `There are several skills ${name}. Name one by its key:\n${skills.map(({ key, folder }) => `${key}  ${folder}`).join('\n')}`,
  switchedOn: (name: string) => `${name} is on.`,
  switchedOff: (name: string) => `${name} is off.`,
  yesButNot: (name: string, state: SkillState) =>
    `${name} is switched on, but a model is not offered it: ${notOffered[state]}`,
  comesFrom: (source: string) => `From ${source}`,
  changes: { added: 'new', removed: 'gone', changed: 'changed' },
  replaces: 'It takes the place of the one that is there:',
  edited: 'The one that is there was changed by hand since it was installed.',
  same: 'It is there already, just so. Nothing was changed.',
  sayYes: 'Nobody can be asked here. Look at it with carrel skills inspect, then say --yes.',
  askInstall: 'Install it? [y/N] ',
  askReplace: 'Put it in the place of the one that is there? [y/N] ',
  askEdited: 'Replace it, with what was changed by hand? That goes into the trash. [y/N] ',
  isYes: (said: string) => /^(y|yes)$/i.test(said.trim()),
  notInstalled: 'Nothing was installed.',
  installed: (name: string) => `Installed ${name}.`,
  switchOn: (name: string) => `It is off. To switch it on: carrel skills enable ${name}`,
  removed: (name: string, trashId: string) =>
    `${name} is in Carrel’s trash. To take it back: carrel skills restore ${trashId}`,
  restored: (name: string) => `${name} is back.`,
}

const notOffered: Record<SkillState, string> = {
  on: '',
  off: 'it is off.',
  untrusted: 'its folder is not trusted (carrel run --trust-folder).',
  changed: 'it has changed meanwhile.',
  shadowed: 'another one of its name comes first.',
  refused: 'it cannot be used as it is.',
}
