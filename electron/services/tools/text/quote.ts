// A text as one word of a shell's command line.

/** Exactly these characters, whatever they are. A shell knows no NUL: such a text is a bug of whoever asks. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new Error('A shell word cannot hold a NUL.')
  return `'${text.replaceAll("'", "'\\''")}'`
}
