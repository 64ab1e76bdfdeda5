// Makes text that a program wrote fit to be shown: no escape sequences of terminals, no control characters.

/**
 * Escape sequences of terminals as ECMA-48 has them: a string (a title, a link) up to its end, a control sequence (colours,
 * the cursor), a sequence of two. Every repetition is bounded: Node's own stripVTControlCharacters runs out of stack on a
 * few million parameters. What is longer loses its escape character below and stays as text.
 */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]{0,2000}(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]{0,200}[ -/]{0,20}[@-~]|\u001b[ -/]{0,20}[0-Z\\^-~]/g

/** Everything below the space but tab and line ends, and the C1 characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be removed
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(controlCharacters, '')
}

/** What may be the beginning of an escape sequence whose end has not come yet, at the end of a piece of text. */
const openEnd =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what they begin with
  /(?:(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]{0,2000}\u001b?|(?:\u001b\[|\u009b)[0-?]{0,200}[ -/]{0,20}|\u001b[ -/]{0,20}|\r)$/

/**
 * The same for text that comes in pieces: bytes to text that can be shown, with a character or a sequence that is cut in two
 * kept until its other half is there. A line that is written over by a lone carriage return becomes two: nothing is hidden.
 */
export function plainStream(): { take(bytes: Uint8Array): string; end(): string } {
  const decoder = new TextDecoder()
  let kept = ''
  const shown = (text: string) => plainText(text).replace(/\r\n?/g, '\n')
  return {
    take(bytes) {
      const text = kept + decoder.decode(bytes, { stream: true })
      // No sequence is longer, and the look at it shall not cost more than the text.
      const from = Math.max(0, text.length - 2_100)
      const cut = from + (openEnd.exec(text.slice(from))?.index ?? text.length - from)
      kept = text.slice(cut)
      return shown(text.slice(0, cut))
    },
    end: () => shown(kept + decoder.decode()),
  }
}
