// What has changed in one text: lines with a sign, a colour and the number they have.
import { useMemo, useState } from 'react'
import { CopyButton } from './copy-button.tsx'
import { type DiffLine, diffLines } from './diff-lines.ts'
import { ExactText } from './exact-text.tsx'
import { inOrder } from './in-order.ts'
import { Well } from './well.tsx'
import './exact.css'
import './diff.css'

export interface DiffWords {
  copy: string
  copied: string
  /** Where there is none to show. */
  none: string
  of: (path: string) => string
  /** Lines that did not change stand between. */
  gap: string
  all: (lines: number) => string
}

/** Lines of a long diff that are drawn at once. */
const firstLines = 400

export function Diff(props: {
  path: string
  /** A unified diff; null when it cannot be shown as lines. */
  diff: string | null
  /** What has become of it, in a word. */
  said: string
  words: DiffWords
}) {
  const { path, diff, words } = props
  const [isWhole, setWhole] = useState(false)
  const lines = useMemo(() => (diff === null ? [] : diffLines(diff)), [diff])
  const shown = isWhole ? lines : lines.slice(0, firstLines)
  return (
    <figure className="code diff">
      <figcaption>
        <span className="path">
          <ExactText text={path} line />
        </span>
        <span className="end">{props.said}</span>
        {diff !== null && <CopyButton text={diff} label={words.copy} done={words.copied} />}
      </figcaption>
      {diff === null ? (
        <p className="no-diff">{words.none}</p>
      ) : (
        <Well label={words.of(path)} className="diff-well">
          <ol>
            {inOrder(shown, (line, place) => (
              <Line key={place} line={line} gap={words.gap} />
            ))}
          </ol>
        </Well>
      )}
      {shown.length < lines.length && (
        <button type="button" className="link diff-more" onClick={() => setWhole(true)}>
          {words.all(lines.length)}
        </button>
      )}
    </figure>
  )
}

const signs = { same: ' ', added: '+', removed: '−', gap: ' ', note: ' ' } as const

function Line({ line: { kind, number, text }, gap }: { line: DiffLine; gap: string }) {
  return (
    <li className={kind} data-n={number ?? ''}>
      <i>{signs[kind]}</i>
      {kind === 'gap' ? gap : <ExactText text={text} />}
    </li>
  )
}
