// Text that is told as it comes and yet is trimmed at the end: spaces wait until something follows them.

export interface TrimmedText {
  /** Answers what may be told now. */
  add(text: string): string
  /** Everything that was told. */
  text(): string
  /** Whether nothing was told yet. */
  isEmpty(): boolean
  /** Begins anew; answers whether anything had been told. */
  reset(): boolean
}

export function createTrimmedText(): TrimmedText {
  let told: string[] = []
  let waiting: string[] = []

  return {
    add(text) {
      if (!/\S/.test(text)) {
        if (told.length + waiting.length > 0 && text !== '') waiting.push(text)
        return ''
      }
      const whole = told.length === 0 && waiting.length === 0 ? text.trimStart() : waiting.join('') + text
      let end = whole.trimEnd().length
      // The second half of a character is still on its way.
      if (isFirstHalf(whole.charCodeAt(end - 1))) end -= 1
      waiting = end < whole.length ? [whole.slice(end)] : []
      if (end === 0) return ''
      told.push(whole.slice(0, end))
      return whole.slice(0, end)
    },
    text: () => told.join(''),
    isEmpty: () => told.length === 0,
    reset() {
      const had = told.length > 0
      told = []
      waiting = []
      return had
    },
  }
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
