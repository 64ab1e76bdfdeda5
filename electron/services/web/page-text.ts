// A page of the web as text: its title, headings, links, lists and tables, and nothing of what only a browser needs.
import { setImmediate } from 'node:timers/promises'
import { Parser } from 'htmlparser2'
import { createPageWriter } from './page-writer.ts'

/** So much is parsed at once, in UTF-16 code units: no page can hold the process up between two looks at the clock. */
const pieceLength = 4_096
/** After so many milliseconds others have a turn. */
const turn = 10
/** And after so many of them there is enough of it. Two million characters of an honest page take a fraction. */
const longest = 2_000
/** So little is no page: then what stands around the main part is shown, too. */
const fewCharacters = 200

export async function htmlToText(
  html: string,
  url: string,
  signal?: AbortSignal,
): Promise<{ text: string; isCut: boolean }> {
  const writer = createPageWriter((href) => targetOf(href, url))
  const parser = new Parser({
    onopentag: (name, attributes) => writer.open(name, attributes),
    ontext: (text) => writer.text(text),
    onclosetag: (name) => writer.close(name),
  })
  let spent = 0
  let from = 0
  while (from < html.length && spent < longest) {
    const started = performance.now()
    let now = started
    while (from < html.length && now - started < turn) {
      parser.write(html.slice(from, from + pieceLength))
      from += pieceLength
      now = performance.now()
    }
    spent += now - started
    await setImmediate()
    signal?.throwIfAborted()
  }
  const isCut = from < html.length
  if (!isCut) parser.end()
  const { whole, main, title } = writer.end()
  const text = main.length >= fewCharacters ? main : whole
  const hasTitle = title === '' || text.startsWith(`# ${title}\n`)
  return { text: hasTitle ? text : `# ${title}\n\n${text}`, isCut }
}

/** null for places on the page itself and for what is no page. */
function targetOf(href: string, base: string): string | null {
  if (href.startsWith('#') || href.length > 2_000) return null
  try {
    const url = new URL(href, base)
    return /^https?:$/.test(url.protocol) ? url.href.replaceAll('(', '%28').replaceAll(')', '%29') : null
  } catch {
    return null
  }
}
