// Sentences of `carrel serve`.
export const serveWords = {
  onlyStdio: 'carrel serve speaks over standard input and output only: carrel serve --stdio.',
  idInUse: (id: string) => `A call with the id “${id}” is still being answered. Give each call an id of its own.`,
  lineTooLong: (limit: number) => `The line is longer than ${limit} characters. Nothing of it was done.`,
  noMessage:
    'The line is no message: a JSON object with a type of call, cancel or painted, and nothing else in it than that takes.',
} as const
