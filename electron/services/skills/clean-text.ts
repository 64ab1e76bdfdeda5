// What of a foreign text a person and a model are given: nothing that is not seen.

/** Steers a screen, turns the reading around, or has no shape; tag characters and the like carry whole hidden texts. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]/gu
/** The same in a longer text, where joiners are part of words and of pictures. */
const unseenInText = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]/gu

/** On one line, each run of white space one space. */
export function cleanLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unseen, '').replace(/ {2,}/g, ' ').trim()
}

/** Most texts have nothing but these, and are looked through once. */
const plain = /^[\n\t\x20-\x7e]*$/

/** Lines end with a line feed alone. */
export function cleanText(text: string): string {
  if (plain.test(text)) return text
  return text.replace(/[\u2028\u2029]/g, '\n').replace(unseenInText, '')
}

/** By code points, as the specification counts. */
export function cutTo(text: string, most: number): { text: string; isCut: boolean } {
  if (text.length <= most) return { text, isCut: false }
  const signs = [...text]
  return signs.length <= most ? { text, isCut: false } : { text: signs.slice(0, most).join(''), isCut: true }
}
