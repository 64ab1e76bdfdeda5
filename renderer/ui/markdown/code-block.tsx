// A block of code: its language or name, a Copy button, colours once it is finished.
import { memo, useEffect, useState } from 'react'
import { CopyButton } from '../copy-button.tsx'
import { inOrder } from '../in-order.ts'
import { Well } from '../well.tsx'
import { loadedHighlight, loadHighlight } from './colours.ts'
import type { CodeRun } from './highlight.ts'
import type { MarkdownWords } from './markdown.tsx'

/** Lines drawn as one piece, so that only the last piece changes while the code grows. */
const linesAPiece = 40

/** Code up to this length is coloured at once, if that can be; longer code when the window has nothing else to do. */
const atOnce = 2_000

export function CodeBlock(props: { info: string; text: string; open: boolean; words: MarkdownWords }) {
  const { language, caption } = readInfo(props.info)
  const runs = useHighlight(language, props.text, props.open)
  const name = caption || props.words.code
  return (
    <figure className="code">
      <figcaption>
        <span className="cut">{name}</span>
        <span className="end" />
        <CopyButton text={props.text} label={props.words.copy} done={props.words.copied} />
      </figcaption>
      <Well label={props.words.codeFrom(name)} className="code-well">
        <pre>
          <code>{runs ? <Coloured runs={runs} /> : <Plain text={props.text} />}</code>
        </pre>
      </Well>
    </figure>
  )
}

function Plain(props: { text: string }) {
  const lines = props.text.split('\n')
  if (lines.length <= linesAPiece) return props.text
  const pieces: string[] = []
  for (let from = 0; from < lines.length; from += linesAPiece) {
    const isLast = from + linesAPiece >= lines.length
    pieces.push(lines.slice(from, from + linesAPiece).join('\n') + (isLast ? '' : '\n'))
  }
  return inOrder(pieces, (piece, index) => <Piece key={index} text={piece} />)
}

const Piece = memo(function Piece(props: { text: string }) {
  return <span className="piece">{props.text}</span>
})

function Coloured(props: { runs: readonly CodeRun[] }) {
  return inOrder(props.runs, (run, index) =>
    run.scope === '' ? (
      run.text
    ) : (
      <span key={index} className={run.scope}>
        {run.text}
      </span>
    ),
  )
}

function useHighlight(language: string, text: string, open: boolean): CodeRun[] | null {
  const [done, setDone] = useState<{ text: string; runs: CodeRun[] | null } | null>(() => {
    const highlight = open || text.length > atOnce ? null : loadedHighlight()
    return highlight && { text, runs: highlight(language, text) }
  })
  const isDone = done?.text === text
  useEffect(() => {
    if (open || isDone) return
    return whenIdle(async (isWanted) => {
      const highlight = loadedHighlight() ?? (await loadHighlight())
      if (isWanted()) setDone({ text, runs: highlight(language, text) })
    })
  }, [language, text, open, isDone])
  return isDone && !open ? done.runs : null
}

/** Does the work when the window has nothing else to do, or in a second; answers how to call it off. */
function whenIdle(work: (isWanted: () => boolean) => Promise<void>): () => void {
  let isWanted = true
  const job = requestIdleCallback(() => void work(() => isWanted), { timeout: 1_000 })
  return () => {
    isWanted = false
    cancelIdleCallback(job)
  }
}

/** "ts title=clock.ts", "ts:src/clock.ts" and "src/clock.ts" all name a file; "ts" only a language. */
function readInfo(info: string): { language: string; caption: string } {
  const [first = '', ...rest] = info.trim().split(/\s+/)
  const [language = '', path] = first.split(':', 2)
  const titled = /(?:title|file(?:name)?)=["']?([^"'\s]+)/.exec(info)?.[1]
  const named = titled ?? path ?? rest.find((word) => /^[\w./-]+\.\w+$/.test(word))
  if (named) return { language: language.toLowerCase(), caption: named }
  const extension = /\.(\w+)$/.exec(language)?.[1]
  return { language: (extension ?? language).toLowerCase(), caption: language }
}
