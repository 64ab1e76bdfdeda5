// A page of the web as text: its title, headings, links and tables, and nothing of what only a browser needs.
import { type Builder, compile, type Formatter, type Options } from 'html-to-text'

/** Deeper than any page that is read, and far from the end of the stack. */
const depthLimit = 300

/** Neither shown by a browser nor meant to be read. */
const skipped = ['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'canvas', 'select', 'button']

const heading: Formatter = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 })
  builder.addLiteral(`${'#'.repeat(Number(element.name.slice(1)))} `)
  walk(element.children, builder)
  builder.closeBlock({ trailingLineBreaks: 2 })
}

const link: Formatter = (element, walk, builder) => {
  const target = targetOf(element.attribs['href'], builder)
  if (target === null) return walk(element.children, builder)
  builder.addInline('[', { noWordTransform: true })
  walk(element.children, builder)
  builder.addInline(`](${target})`, { noWordTransform: true })
}

/** Where a link leads; null for places on the page itself and for what is no page. */
function targetOf(href: string | undefined, { metadata }: Builder): string | null {
  if (!href || href.startsWith('#') || typeof metadata !== 'string') return null
  const url = parsed(href, metadata)
  return url && /^https?:$/.test(url.protocol) ? url.href.replaceAll(' ', '%20').replaceAll(')', '%29') : null
}

function parsed(href: string, base: string): URL | null {
  try {
    return new URL(href, base)
  } catch {
    return null
  }
}

const options: Options = {
  wordwrap: false,
  limits: { maxDepth: depthLimit, maxInputLength: 8_000_000, ellipsis: '[...]' },
  formatters: { heading, link },
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'skip' },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, maxColumnWidth: 100 } },
    ...[...skipped, '[hidden]', '[aria-hidden=true]'].map((selector) => ({ selector, format: 'skip' })),
  ],
}

const wholeText = compile({ ...options, baseElements: { selectors: ['body'] } })
const mainText = compile({
  ...options,
  limits: { ...options.limits, maxBaseElements: 1 },
  baseElements: { selectors: ['main'], returnDomByDefault: false },
})
/** So little is no page: then what stands around it is shown, too. */
const fewCharacters = 200

/** The page's main part when it names one: a small model has no room for everything around it. */
export function htmlToText(html: string, url: string): string {
  const main = mainText(html, url).trim()
  const text = main.length >= fewCharacters ? main : wholeText(html, url).trim()
  const title = wholeText(/<title[^<>]{0,200}>([^<]{0,1000})/i.exec(html)?.[1] ?? '').trim()
  return title === '' || text.startsWith(`# ${title}\n`) ? text : `# ${title}\n\n${text}`
}
