// What the window says of a session that is too long to be held as a whole, and of what is looked for in one.
const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const bigSession = {
  earlier: (count: number) => `${counted(count, 'earlier entry', 'earlier entries')}`,
  later: (count: number) => `${counted(count, 'later entry', 'later entries')}`,
  notRead: 'The rest could not be read.',
  otherVersion:
    'This is another version of the conversation. It is shown as it was left, and nothing is written to it.',
  showVersion: 'Go on from here',
  showActive: 'Back to the latest',
  gone: 'This place is not in the session any more. Its end is shown instead.',
  filesOfPart: 'Of the part that is open. More is found as you read on.',
  find: {
    label: 'Find in this session',
    field: 'Find',
    place: (place: number, total: number) => `${place.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    more: (place: number, total: number) => `${place.toLocaleString('en')} of more than ${total.toLocaleString('en')}`,
    nothing: 'Nothing found',
    looking: 'Looking…',
    next: 'Next place',
    previous: 'Previous place',
    close: 'Close the search',
    keys: { next: 'Enter or F3', previous: 'Shift+Enter' },
  },
}
