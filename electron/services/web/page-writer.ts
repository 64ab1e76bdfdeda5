// Writes the text of a page while its tags go by: flat, in lines, and in a time that grows with the page and not with its tricks.

export interface PageWriter {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(name: string): void
  /** All of it, what stands in its main part, and its title. */
  end(): { whole: string; main: string; title: string }
}

/** Neither shown by a browser nor meant to be read. */
const skipped = setOf('script style noscript template svg math iframe object canvas select button textarea datalist')
const blocks = setOf(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup legend main nav ol option p pre search section summary table tbody tfoot thead ul',
)
/** Those with an empty line before and after. */
const apart = setOf('article blockquote dl figure h1 h2 h3 h4 h5 h6 main ol p pre section table ul')
const deepestIndent = 10

/** `targetOf` says where a link leads, or null for what is no link to a page. */
export function createPageWriter(targetOf: (href: string) => string | null): PageWriter {
  const lines: string[] = []
  let line: string[] = []
  /** Whether a space would be the second one, or the first of its line. */
  let endsOpen = true
  /** How deep in what is not shown. */
  let hidden = 0
  let pre = 0
  let title = ''
  let isTitle = false
  let main: { from: number; to: number } | null = null
  const lists: { next: number | null }[] = []
  let cells = 0
  let link: { target: string; isOpen: boolean } | null = null

  function put(piece: string, isSpaced = false): void {
    line.push(piece)
    endsOpen = isSpaced
  }

  function endLink(): void {
    if (link?.isOpen) put(`](${link.target})`)
    link = null
  }

  function newLine(): void {
    // A link never goes over a line: a card or a heading in it would tear it apart.
    if (link?.isOpen) endLink()
    lines.push(pre > 0 ? line.join('') : line.join('').trimEnd())
    line = []
    endsOpen = true
  }

  function breakLine(isApart: boolean): void {
    if (line.length > 0) newLine()
    if (isApart && lines.length > 0 && lines.at(-1) !== '') lines.push('')
  }

  function words(text: string): void {
    const flat = text.replace(/[ \t\r\n\f]+/g, ' ')
    const shown = endsOpen && flat.startsWith(' ') ? flat.slice(1) : flat
    if (shown === '') return
    if (link && !link.isOpen && shown !== ' ') {
      link.isOpen = true
      put('[')
    }
    put(shown, shown.endsWith(' '))
  }

  function verbatim(text: string): void {
    for (const [index, part] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
      if (index > 0) newLine()
      if (part !== '') put(part)
    }
  }

  function item(): void {
    breakLine(false)
    const list = lists.at(-1)
    const mark = list?.next === null || !list ? '-' : `${list.next++}.`
    put(`${'  '.repeat(Math.min(deepestIndent, Math.max(0, lists.length - 1)))}${mark} `, true)
  }

  return {
    open(name, attributes) {
      if (hidden > 0 || skipped.has(name) || 'hidden' in attributes || attributes['aria-hidden'] === 'true') {
        hidden++
        return
      }
      if (name === 'title') isTitle = title === ''
      if (blocks.has(name)) breakLine(apart.has(name))
      if (/^h[1-6]$/.test(name)) {
        breakLine(true)
        put(`${'#'.repeat(Number(name[1]))} `, true)
      }
      if (name === 'main') main ??= { from: lines.length, to: -1 }
      if (name === 'br') newLine()
      if (name === 'hr') {
        breakLine(false)
        lines.push('---')
      }
      if (name === 'ul') lists.push({ next: null })
      if (name === 'ol') lists.push({ next: 1 })
      if (name === 'li') item()
      if (name === 'pre') pre++
      if (name === 'tr') {
        breakLine(false)
        cells = 0
      }
      if ((name === 'td' || name === 'th') && cells++ > 0) put(' | ', true)
      if (name === 'a') {
        endLink()
        const target = attributes['href'] === undefined ? null : targetOf(attributes['href'])
        if (target !== null) link = { target, isOpen: false }
      }
    },
    text(text) {
      if (hidden > 0) return
      if (isTitle) title += text
      else if (pre > 0) verbatim(text)
      else words(text)
    },
    close(name) {
      if (hidden > 0) {
        hidden--
        return
      }
      if (name === 'title') isTitle = false
      if (name === 'a') endLink()
      if (name === 'ul' || name === 'ol') lists.pop()
      if (blocks.has(name) || apart.has(name) || name === 'li' || name === 'tr') breakLine(apart.has(name))
      if (name === 'pre' && pre > 0) pre--
      if (name === 'main' && main?.to === -1) main.to = lines.length
    },
    end() {
      breakLine(false)
      const inMain = main ? lines.slice(main.from, main.to === -1 ? undefined : main.to) : []
      return { whole: textOf(lines), main: textOf(inMain), title: title.replace(/\s+/g, ' ').trim().slice(0, 500) }
    },
  }
}

/** Without empty lines at its ends; a first line keeps its indentation. */
function textOf(lines: readonly string[]): string {
  return lines.join('\n').replace(/^\n+/, '').trimEnd()
}

function setOf(names: string): ReadonlySet<string> {
  return new Set(names.split(' '))
}
