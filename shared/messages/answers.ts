// Words about how the model of a session answers.
const number = (value: number) => value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 3 })

export const answerWords = {
  /** Of a damaged record. */
  unreadable: (names: string) => `what was chosen of ${names} cannot be read; what was chosen before holds`,

  heading: 'Model and answers',
  note: 'From the next answer on, in this session alone.',
  notNow: {
    running: 'An answer is being written. Change it when that has ended.',
    archived: 'An archived session keeps its choices.',
    readOnly: 'Nothing can be changed in this session now.',
  },
  changed: 'Changed. It counts from the next answer on.',
  changedAnew: 'Changed. With the next answer the model reads this conversation anew, once.',

  thinking: 'Thinking',
  levels: { default: 'As set', off: 'Off', on: 'On', low: 'Low', medium: 'Medium', high: 'High' },
  thinkingUsual: (level: string) => `As in Settings: ${level}.`,
  thinkingNone: (model: string) => `${model} does not think, so there is nothing to choose.`,
  thinkingUnknown: 'Ollama does not say whether this model thinks.',

  temperature: 'Temperature',
  topP: 'Top P',
  seed: 'Seed',
  samplingNotes: {
    temperature: 'Low is steady, high is varied.',
    topP: 'How much of what is likely is drawn from.',
    seed: 'The same one gives the same answer again.',
  },
  modelsOwn: (value: number | null) => (value === null ? 'the model’s own' : `the model’s own: ${number(value)}`),
  randomSeed: 'another one each time',
  refused: (least: number, most: number, isWhole: boolean) =>
    `A ${isWhole ? 'whole ' : ''}number from ${number(least)} to ${number(most)}, or nothing for the model’s own.`,
  shown: number,

  ownPrompt: 'Your words for the model',
  ownPromptNote: 'Shown to it behind Carrel’s own with every question. Changing them costs one slower answer.',
  ownPromptPlaceholder: 'How it shall answer, what it shall know of you…',
  tokens: (tokens: number) => `about ${tokens.toLocaleString('en')} tokens of every question`,
  tooLong: (most: number) => `At most ${most.toLocaleString('en')} characters.`,
  use: 'Use these words',
  undo: 'Back to what is used',

  templates: 'Insert',
  insert: (name: string) => `Insert “${name}”`,
  inserted: (name: string) => `“${name}” is inserted. It is a copy: change it as you like.`,
  keep: 'Keep as a template',
  keepName: 'Name of the template',
  keepNow: 'Keep',
  cancel: 'Cancel',
  kept: (name: string) => `“${name}” is kept.`,
  remove: (name: string) => `Remove the template “${name}”`,
  removed: (name: string) => `The template “${name}” is removed. Where it was inserted, its words stay.`,
  tooMany: (most: number) => `${most} templates are kept already. Remove one first.`,

  /** Templates that come with Carrel. */
  builtIn: [
    {
      name: 'Brief',
      text: 'Answer in a few sentences. Leave out introductions, summaries and offers to do more.',
    },
    {
      name: 'Step by step',
      text: 'Explain how you come to your answer in numbered steps, each in one sentence, and end with the answer on a line of its own.',
    },
    {
      name: 'Careful reader',
      text: 'Say what in your answer you are sure of, what you suppose, and what you would have to look up. Ask before you assume anything that changes the answer.',
    },
    {
      name: 'Editor',
      text: 'You edit my texts. Keep my meaning and my tone, shorten where you can, and list after the text what you have changed and why.',
    },
  ],
} as const
