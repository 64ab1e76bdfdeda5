// A session as one page: readable, calls folded, nothing in it runs and nothing in it is fetched.
import { type Block, type Inline, lex, readBlock } from '../../../renderer/ui/markdown/document.ts'
import { exportWords as words } from '../../../shared/messages/exports.ts'
import { plain } from './plain.ts'
import type { AttachedPart, CallPart, Part, ReadableSession } from './turns.ts'

/** Whatever is in the page all the same: no script and no frame of it is loaded, and no picture that is not in the page itself. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

const style = `
:root { color-scheme: light dark; --ink: #1d1d1b; --soft: #63635e; --paper: #fdfdfb; --line: #deded8; --inset: #f3f4ef; --accent: #1d5c46 }
@media (prefers-color-scheme: dark) { :root { --ink: #ecece8; --soft: #a3a39c; --paper: #1b1c1a; --line: #3a3b38; --inset: #242523; --accent: #7fc4a6 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 46rem; font: 1rem/1.6 Inter, system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .5rem } h2 { font-size: 1rem; margin: 2.25rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
h2 small, .notes { font-weight: normal; color: var(--soft); font-size: .85rem } .notes { margin: 0 0 .25rem }
.said h3, .said h4, .said h5 { font-size: 1.05rem; margin: 1.25rem 0 .5rem }
pre, code { font: .9em/1.5 "JetBrains Mono", ui-monospace, monospace } code { background: var(--inset); border-radius: 3px; padding: .1em .25em }
pre { background: var(--inset); border-radius: 6px; padding: .75rem; overflow-x: auto; white-space: pre-wrap } pre code { background: none; padding: 0 }
details { margin: .5rem 0; border-left: 2px solid var(--line); padding-left: .75rem } summary { cursor: pointer; color: var(--soft) }
blockquote { margin: .75rem 0; padding-left: .75rem; border-left: 2px solid var(--line); color: var(--soft) }
table { border-collapse: collapse; display: block; overflow-x: auto } td, th { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left }
figure { margin: .75rem 0 } figure img { display: block; max-width: 100%; height: auto; border-radius: 6px } figcaption, .attached { color: var(--soft); font-size: .85rem }
a { color: var(--accent) } .error { color: var(--soft) }`

export function htmlOf(session: ReadableSession, exported: string): string {
  const title = session.title || words.untitled
  const notes = [
    ...(session.folder === null ? [] : [words.folder(session.folder)]),
    exported,
    ...(session.skippedBytes > 0 ? [words.damaged(session.skippedBytes)] : []),
    ...(session.hasBranches ? [words.branches] : []),
  ]
  return `<!doctype html>
<html lang="und">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}
</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
${notes.map((note) => `<p class="notes">${escaped(note)}</p>`).join('\n')}
</header>
<main>
${session.parts.map(partOf).join('\n')}
</main>
</body>
</html>
`
}

function partOf(part: Part): string {
  if (part.kind === 'summary') return section(words.summary, null, said(part.text))
  if (part.kind === 'question') {
    const text = part.text.trim() === '' ? '' : `<p>${withBreaks(part.text)}</p>`
    return section(words.you, part.ts, [text, ...part.attached.map(attachedOf)].filter(Boolean).join('\n'))
  }
  const { text, thinking, model, calls, error } = part
  const inside = [
    thinking === '' ? '' : folded(words.thinking, pre(thinking)),
    said(text),
    ...calls.map(callOf),
    error === null ? '' : `<p class="error">${escaped(error)}</p>`,
  ]
  return section(model ?? words.model, part.ts, inside.filter(Boolean).join('\n'))
}

function section(who: string, ts: string | null, inside: string): string {
  const when = ts === null ? '' : ` <small><time>${escaped(ts.slice(0, 16).replace('T', ' '))}</time></small>`
  return `<section>\n<h2>${escaped(who)}${when}</h2>\n<div class="said" dir="auto">\n${inside}\n</div>\n</section>`
}

/** A picture from the bytes that were looked at; of everything else a line. */
function attachedOf({ name, line, picture }: AttachedPart): string {
  const said = escaped(`${words.attached}: ${line}`.replace(/\s+/g, ' '))
  if (picture === null) return `<p class="attached" dir="auto">${said}</p>`
  const source = `data:${picture.mime};base64,${Buffer.from(picture.bytes).toString('base64')}`
  return `<figure><img src="${source}" alt="${escaped(name.replace(/\s+/g, ' '))}"><figcaption dir="auto">${said}</figcaption></figure>`
}

function callOf({ line, arguments: given, output }: CallPart): string {
  const parts = [
    `<p class="notes">${words.arguments}</p>`,
    given === null ? `<p>${words.unreadable}</p>` : pre(given),
    `<p class="notes">${words.output}</p>`,
    output === null ? `<p>${words.noOutput}</p>` : pre(output),
  ]
  return folded(line, parts.join('\n'))
}

const folded = (summary: string, inside: string) =>
  `<details><summary>${escaped(summary)}</summary>\n${inside}\n</details>`
const pre = (text: string) => `<pre><code>${escaped(text)}</code></pre>`
const withBreaks = (text: string) => escaped(text).replaceAll('\n', '<br>')

/** What a model wrote, in the same reading of Markdown as in the window: HTML of it is text. */
function said(text: string): string {
  const tokens = lex(plain(text), {})
  return tokens.map((token) => blockOf(readBlock(token))).join('\n')
}

function blockOf(block: Block | null): string {
  switch (block?.kind) {
    case undefined:
      return ''
    case 'paragraph':
      return `<p>${inlines(block.children)}</p>`
    case 'tight':
      return inlines(block.children)
    case 'heading': {
      // Below those of the page itself.
      const level = Math.min(5, block.depth + 2)
      return `<h${level}>${inlines(block.children)}</h${level}>`
    }
    case 'code':
      return pre(block.text)
    case 'list': {
      const items = block.items.map(({ checked, blocks }) => {
        const box = checked === null ? '' : checked ? '☑ ' : '☐ '
        return `<li>${box}${blocks.map(blockOf).join('\n')}</li>`
      })
      return block.ordered
        ? `<ol start="${Math.trunc(block.start)}">${items.join('\n')}</ol>`
        : `<ul>${items.join('\n')}</ul>`
    }
    case 'quote':
      return `<blockquote>${block.blocks.map(blockOf).join('\n')}</blockquote>`
    case 'table': {
      const cells = (row: Inline[][], tag: string) =>
        `<tr>${row.map((cell) => `<${tag}>${inlines(cell)}</${tag}>`).join('')}</tr>`
      return `<table><thead>${cells(block.header, 'th')}</thead><tbody>${block.rows.map((row) => cells(row, 'td')).join('')}</tbody></table>`
    }
    case 'rule':
      return '<hr>'
    case 'raw':
      return `<p>${withBreaks(block.text)}</p>`
    default:
      return block satisfies never
  }
}

function inlines(children: readonly Inline[]): string {
  return children.map(inlineOf).join('')
}

function inlineOf(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return escaped(inline.text)
    case 'strong':
      return `<strong>${inlines(inline.children)}</strong>`
    case 'emphasis':
      return `<em>${inlines(inline.children)}</em>`
    case 'deleted':
      return `<del>${inlines(inline.children)}</del>`
    case 'code':
      return `<code>${escaped(inline.text)}</code>`
    case 'break':
      return '<br>'
    case 'link':
      return linkOf(inline.href, inlines(inline.children))
    case 'image':
      // Never loaded by itself: whoever wants to see it goes there.
      return linkOf(inline.href, escaped(words.picture(inline.alternative)))
    default:
      return inline satisfies never
  }
}

/** Only where a person may go from the window, too. */
function linkOf(href: string, inside: string): string {
  const url = URL.canParse(href) ? new URL(href) : null
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return `${inside} (${escaped(href)})`
  return `<a href="${escaped(url.href)}" rel="noreferrer noopener">${inside}</a>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? '')
}
