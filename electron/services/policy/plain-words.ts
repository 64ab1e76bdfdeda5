// Reads a command line as one simple command whose words are certain, or does not read it at all.

/** Longer lines are for a person to read each time. */
const lengthLimit = 2_000

/**
 * In a word: what no shell gives a meaning to, wherever it stands. Left out on purpose: `$ ` " ' \ ; & | < > ( ) { } [ ] * ? ! # ~ ^`,
 * every control character and everything beyond ASCII, among it the letters that only look like others.
 */
const inWord = /^[A-Za-z0-9_./:=@%+,-]$/
/** The first word names a program and nothing else: with a `=` it would set a variable, with a `%` it would be a job. */
const programName = /^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/

/**
 * The words as `bash -c` would see them; null when there could be more to it. Strict on purpose: what is not understood asks.
 * A quoted word holds nothing but what could stand in a word, and spaces, so that it is the same in every kind of quotes.
 */
export function plainWords(command: string): readonly string[] | null {
  if (command.length > lengthLimit) return null
  const words: string[] = []
  let at = 0
  while (at < command.length) {
    const sign = command[at] ?? ''
    if (sign === ' ') {
      at += 1
      continue
    }
    const isQuoted = sign === '"' || sign === "'"
    const start = isQuoted ? at + 1 : at
    let end = start
    while (end < command.length && (inWord.test(command[end] ?? '') || (isQuoted && command[end] === ' '))) end += 1
    const next = command[end]
    if (isQuoted && next !== sign) return null
    at = isQuoted ? end + 1 : end
    // Nothing may touch a word: neither another quote nor a character that was not read.
    if (at < command.length && command[at] !== ' ') return null
    const word = command.slice(start, end)
    if (words.length === 0 && (isQuoted || !programName.test(word))) return null
    words.push(word)
  }
  return words.length === 0 ? null : words
}

/** One line of these words, that reads as the same words again. */
export function lineOf(words: readonly string[]): string {
  return words.map((word) => (word === '' || word.includes(' ') ? `'${word}'` : word)).join(' ')
}
