// Code in Markdown, so that nothing in it ends it.
import { plain } from './plain.ts'

/** Longer than any run of the sign inside, so that nothing in it ends it. */
export function fence(text: string, language = ''): string {
  const inside = plain(text)
  const mark = '`'.repeat(Math.max(3, longestRun(inside) + 1))
  return `${mark}${language}\n${inside}\n${mark}`
}

/** In a line. */
export function code(text: string): string {
  const inside = plain(text).replace(/\s+/g, ' ')
  const mark = '`'.repeat(longestRun(inside) + 1)
  return `${mark} ${inside} ${mark}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
