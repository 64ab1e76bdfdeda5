// Titles of sessions, apart from the schemas: the window needs these before its first words.

/** Longest title in UTF-16 code units: a person cannot give a longer one, and one in a file is shown cut. */
export const titleLimit = 200

/** First non-empty line, white space folded, cut at a word near 80 characters. */
export function deriveTitle(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? ''
  const folded = line.trim().replace(/\s+/gu, ' ')
  const cut = cutAfter(folded, 80)
  if (cut === folded) return folded
  const space = cut.lastIndexOf(' ')
  return `${(space > 40 ? cut.slice(0, space) : cut).trimEnd()}…`
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
