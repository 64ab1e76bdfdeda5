// @ts-check
// The text the bench streams: headings, paragraphs, lists, tables and code, as a long answer has them; every word different.

const words = [
  'carrel',
  'desk',
  'quiet',
  'page',
  'Lesesaal',
  'straße',
  'книга',
  '静か',
  'café',
  '📚',
  '**bold**',
  '`code`',
]
/** Tokens of one round of all kinds of blocks. */
const roundLength = 200

/** The last token, which nothing else in the text looks like. */
export const lastToken = 'Finis.'

/**
 * @param {number} index
 * @param {number} count of all tokens
 */
export function tokenAt(index, count) {
  if (index === count - 1) return lastToken
  const place = index % roundLength
  const word = `${words[(index * 7 + (index >> 3)) % words.length]}${index}`
  if (place === 0) return `\n\n## ${word} `
  if (place === 4) return `${word}\n\n`
  if (place < 120) return `${word}${place % 40 === 39 ? '.\n\n' : ' '}`
  if (place < 140) return place % 5 === 0 ? `\n- ${word} ` : `${word} `
  if (place === 140) return '\n\n| one | two |\n| --- | --- |\n'
  if (place < 156) return place % 2 === 1 ? `| ${word} ` : `| ${word} |\n`
  if (place === 156) return '\n```ts\n'
  if (place < 196) return place % 4 === 3 ? `const a${index} = '${word}'\n` : `// ${index} `
  return place === 196 ? '\n```\n\n' : `${word} `
}
