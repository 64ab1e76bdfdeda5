// Titles of sessions, apart from the schemas: the window needs these before its first words.

/** Longest title in UTF-16 code units: a person cannot give a longer one, and one in a file is shown cut. */
export const titleLimit = 200

const linesLookedAt = 20
/** What cannot be seen, or turns what comes after it around. */
const unseen = /[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/g

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(unseen, '')
    .trim()
}

/** First non-empty line, white space folded, cut at a word near 80 characters. */
export function deriveTitle(text: string): string {
  const lines = text.trimStart().split('\n', linesLookedAt).map(oneLine)
  // Where a message is nothing but code, its first line says more than its fence.
  const folded = lines.find((line) => line !== '' && !/^(`{3,}|~{3,})/.test(line)) ?? lines[0] ?? ''
  const cut = cutAfter(folded, 80)
  if (cut === folded) return folded
  const space = cut.lastIndexOf(' ')
  return `${(space > 40 ? cut.slice(0, space) : cut).trimEnd()}…`
}

/** Of a question; one of attachments alone is called after them. */
export function questionTitle(content: string, attachments: readonly { name: string }[]): string {
  return deriveTitle(content) || deriveTitle(attachments.map(({ name }) => name).join(', '))
}

/** At most so many whole characters; one that takes two UTF-16 code units is never cut in two. */
function cutAfter(text: string, limit: number): string {
  if (text.length <= limit) return text
  let units = 0
  let characters = 0
  for (const character of text) {
    if (characters++ === limit) return text.slice(0, units)
    units += character.length
  }
  return text
}
