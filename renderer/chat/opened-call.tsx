// What a call's line opens to: what it has changed, what it was given, what it answered. All of it as text, nothing hidden.
import { useLayoutEffect, useRef } from 'react'
import type { CallFacts } from '../../shared/call-facts.ts'
import { callWords } from '../../shared/messages/calls.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { MessageRecord } from '../../shared/session.ts'
import type { RecordedCall } from '../../shared/session-tree.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'
import { Well } from '../ui/well.tsx'
import { CallOutput } from './call-output.tsx'
import { FileDiff } from './file-diff.tsx'
import { useLiveOutput } from './use-live-output.ts'

export function OpenedCall(props: { call: RecordedCall; result: MessageRecord | null; facts: CallFacts }) {
  const { call, result, facts } = props
  return (
    <>
      {inOrder(facts.detail?.files ?? [], (file, place) => (
        <FileDiff key={place} file={file} said={callWords.changes[file.change]} />
      ))}
      <Arguments call={call} isUnreadable={facts.failure?.reason === 'unreadable'} />
      {result ? (
        <CallOutput result={result} />
      ) : facts.state === 'running' ? (
        <GoingOutput callId={call.id} />
      ) : (
        <p className="said">{facts.state === 'unknown' ? callWords.neverOutput : callWords.noOutput}</p>
      )}
    </>
  )
}

/** Follows its end, as long as nobody reads further up. */
function GoingOutput(props: { callId: string }) {
  const text = useLiveOutput(props.callId)
  const shown = useRef<HTMLPreElement>(null)
  useLayoutEffect(() => {
    const well = shown.current?.closest('.output')
    if (text !== '' && well && well.scrollHeight - well.scrollTop - well.clientHeight < well.clientHeight) {
      well.scrollTop = well.scrollHeight
    }
  }, [text])
  if (text === '') return <p className="said">{callWords.noOutput}</p>
  return (
    <figure className="code">
      <figcaption>
        <span>{callWords.outputNow}</span>
      </figcaption>
      <Well label={callWords.outputNow} className="code-well output">
        <pre ref={shown}>
          <ExactText text={text} />
        </pre>
      </Well>
    </figure>
  )
}

function Arguments(props: { call: RecordedCall; isUnreadable: boolean }) {
  const given = Object.entries(props.call.arguments ?? {})
  if (props.isUnreadable) return <p className="said">{callWords.unreadable}</p>
  if (given.length === 0) return <p className="said">{callWords.noArguments}</p>
  return (
    <figure className="code">
      <figcaption>
        <span>{callWords.arguments}</span>
        <span className="end" />
        <CopyButton
          text={JSON.stringify(props.call.arguments, null, 2)}
          label={callWords.copyArguments}
          done={words.copied}
        />
      </figcaption>
      <Well label={callWords.arguments} className="code-well given">
        <dl>
          {given.map(([name, value]) => (
            <div key={name}>
              <dt>
                <ExactText text={name} line />
              </dt>
              <dd>
                <Value value={value} />
              </dd>
            </div>
          ))}
        </dl>
      </Well>
    </figure>
  )
}

/** A text stands between marks that are not its own, so that one sees where it ends. */
function Value(props: { value: unknown }) {
  const { value } = props
  if (typeof value !== 'string') {
    return (
      <pre className="given-value">
        <ExactText text={JSON.stringify(value, null, 2)} />
      </pre>
    )
  }
  return (
    <pre className="given-value">
      <span className="mark">{callWords.textBegins}</span>
      <ExactText text={value} />
      <span className="mark">{callWords.textEnds}</span>
    </pre>
  )
}
