// Breaks long lines, so that every text can be read on from a line.

/** At the last space before the limit, else at the limit; never inside a character. Removes nothing but that space. */
export function wrapLines(text: string, limit: number): string[] {
  return text.split('\n').flatMap((line) => pieces(line, limit))
}

function pieces(line: string, limit: number): string[] {
  const found: string[] = []
  let from = 0
  while (line.length - from > limit) {
    const space = line.lastIndexOf(' ', from + limit)
    const isAtSpace = space > from + limit / 2
    const to = isAtSpace ? space : from + limit - (isHighHalf(line.charCodeAt(from + limit - 1)) ? 1 : 0)
    found.push(line.slice(from, to))
    from = isAtSpace ? to + 1 : to
  }
  found.push(line.slice(from))
  return found
}

const isHighHalf = (code: number) => code >= 0xd800 && code <= 0xdbff
