// Follows the lines of a code fence until the one that closes it, whatever pieces they come in.

export interface Fence {
  /** A backtick or a tilde. */
  character: string
  length: number
}

export interface FenceWatch {
  /** Takes the characters of a text from a place on; answers the place behind the closing line, or -1 when there is none. */
  take(text: string, from: number): number
  /** Whether the last line, which no line break has ended, closes the fence. */
  closesAtEnd(): boolean
  /** Whether a next character would be the first of its line that is no space. */
  isAtLineStart(): boolean
}

type Part = 'indent' | 'run' | 'behind' | 'other'

export function createFenceWatch(fence: Fence): FenceWatch {
  let part: Part = 'indent'
  let count = 0
  const closes = () => (part === 'run' || part === 'behind') && count >= fence.length

  return {
    take(text, from) {
      for (let at = from; at < text.length; at += 1) {
        const character = text.charAt(at)
        if (character === '\n') {
          if (closes()) return at + 1
          part = 'indent'
          count = 0
        } else if (character === fence.character && (part === 'indent' || part === 'run')) {
          part = 'run'
          count += 1
        } else if (character === ' ' || character === '\t' || character === '\r') {
          if (part === 'run') part = 'behind'
        } else {
          part = 'other'
        }
      }
      return -1
    },
    closesAtEnd: closes,
    isAtLineStart: () => part === 'indent',
  }
}

/** The body of a fence without its closing line. */
export function withoutClosingLine(text: string, { character }: Fence): string {
  const trimmed = text.trimEnd()
  let end = trimmed.length
  while (end > 0 && trimmed.charAt(end - 1) === character) end -= 1
  return trimmed.slice(0, end)
}
