// Sentences of `carrel settings`.
export const settingWords = {
  unknown: (key: string, keys: readonly string[]) => `There is no setting “${key}”. There are ${keys.join(', ')}.`,
  getsOne: 'carrel settings get takes one KEY, or none for all of them.',
  notServers: 'The list of servers has tokens that belong to it, so it is changed in the window: Settings, Server.',
  badValue: (key: string) =>
    `This is no value of ${key}. Nothing was changed. carrel settings get ${key} shows what it is now, in the form it takes.`,
  sayYes: 'This lets commands see or do more, so it takes a yes: say --yes. Nothing was changed.',
  unchanged: 'Nothing was changed.',
  askWithoutSandbox:
    'Where no sandbox can be used, a single command may then be asked for that runs without one, with all that you may do on this computer. Each is asked twice in the window. Allow that? [y/N] ',
  askFolders: (folders: readonly string[]) =>
    folders.length === 0
      ? 'Commands then see no folders but those of the system and your PATH that are not named as hidden. Change that? [y/N] '
      : `Commands can then read everything in ${folders.join(', ')}. Change that? [y/N] `,
  isYes: (said: string) => /^\s*y(es)?\s*$/i.test(said),
} as const
