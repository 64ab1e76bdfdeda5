// Cuts a result to what a model can be shown: the first 70 % and the last 30 %, and between them what is missing.

/** Says how many characters are missing and how to get them; the lines are how many whole ones the head has. */
export type CutWords = (omitted: number, headLines: number) => string

const headShare = 0.7

/**
 * The text, or its head and tail with the words between. Never longer than `limit` code units (unless the words alone
 * are), never a half character, and cut at line ends where there are some.
 */
export function shorten(text: string, limit: number, words: CutWords): string {
  if (text.length <= limit) return text
  // The widest the words can become, so that the sum holds whatever the numbers are.
  const room = Math.max(0, limit - words(text.length, text.length).length - 2)
  const head = headOf(text, Math.floor(room * headShare))
  const tail = tailOf(text, room - Math.floor(room * headShare))
  const omitted = text.length - head.length - tail.length
  const headLines = head.endsWith('\n') ? head.split('\n').length - 1 : 0
  const separator = head === '' || head.endsWith('\n') ? '' : '\n'
  return `${head}${separator}${words(omitted, headLines)}\n${tail}`
}

function headOf(text: string, length: number): string {
  const lineEnd = text.lastIndexOf('\n', length - 1) + 1
  if (length > 0 && lineEnd > length / 2) return text.slice(0, lineEnd)
  return text.slice(0, isInsidePair(text, length) ? length - 1 : length)
}

function tailOf(text: string, length: number): string {
  const from = text.length - length
  const lineStart = text.indexOf('\n', from) + 1
  if (lineStart > 0 && text.length - lineStart > length / 2) return text.slice(lineStart)
  return text.slice(isInsidePair(text, from) ? from + 1 : from)
}

/** Whether a cut at this position would part a surrogate pair. */
function isInsidePair(text: string, position: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(position - 1)) && /[\udc00-\udfff]/.test(text.charAt(position))
}
