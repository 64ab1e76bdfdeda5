// What a call has changed in one file: lines with a sign, a colour and the number they have.
import { useMemo, useState } from 'react'
import { callWords } from '../../shared/messages/calls.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { TouchedFile } from '../../shared/tool.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'
import { Well } from '../ui/well.tsx'
import { type DiffLine, diffLines } from './diff-lines.ts'

/** Lines of a long diff that are drawn at once. */
const firstLines = 400

export function FileDiff(props: {
  file: Pick<TouchedFile, 'path' | 'diff'>
  /** What has become of it, in a word. */
  said: string
}) {
  const { path, diff } = props.file
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
        {diff !== null && <CopyButton text={diff} label={callWords.copyDiff} done={words.copied} />}
      </figcaption>
      {diff === null ? (
        <p className="no-diff">{callWords.noDiff}</p>
      ) : (
        <Well label={callWords.diffOf(path)} className="diff-well">
          <ol>
            {inOrder(shown, (line, place) => (
              <Line key={place} line={line} />
            ))}
          </ol>
        </Well>
      )}
      {shown.length < lines.length && (
        <button type="button" className="link more-output" onClick={() => setWhole(true)}>
          {callWords.allLines(lines.length)}
        </button>
      )}
    </figure>
  )
}

const signs = { same: ' ', added: '+', removed: '−', gap: ' ', note: ' ' } as const

function Line({ line: { kind, number, text } }: { line: DiffLine }) {
  return (
    <li className={kind} data-n={number ?? ''}>
      <i>{signs[kind]}</i>
      {kind === 'gap' ? callWords.gap : <ExactText text={text} />}
    </li>
  )
}
