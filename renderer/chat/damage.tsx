// What had to be skipped or mended while a session's file was read, and the way to a copy without it.
import { useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import { type Diagnostic, skippedBytes, skippedPlaces } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { bytes, wholeNumber } from '../ui/moments.ts'
import { useToast } from '../ui/toasts.tsx'
import type { Chat } from './chat-store.ts'

/** More places than this are counted, not listed. */
const listed = 50

export function Damage(props: {
  chat: Chat
  diagnostics: readonly Diagnostic[]
  leftOut: readonly string[]
  /** A copy can be made, and would hold something. */
  canRepair: boolean
}) {
  const { chat, diagnostics, leftOut } = props
  const [isMaking, setMaking] = useState(false)
  const showToast = useToast()
  const skipped = skippedPlaces(diagnostics)
  const repair = async () => {
    setMaking(true)
    const answer = await chat.repair()
    setMaking(false)
    if (answer === null) return
    if (answer.ok) showToast({ text: words.damage.copied(answer.value.kept, answer.value.skipped), icon: 'copy' })
    else showToast({ text: answer.failure.message, tone: 'fault' })
  }
  return (
    <div className="damage">
      {diagnostics.length > 0 && (
        <FailureLine
          tone="wait"
          sentence={skipped > 0 ? words.damage.skipped(skipped, bytes(skippedBytes(diagnostics))) : words.damage.mended}
          detail={detailOf(diagnostics)}
          detailLabel={words.details}
        >
          {props.canRepair && (
            <button type="button" className="button" aria-busy={isMaking} onClick={() => void repair()}>
              {words.damage.repair}
            </button>
          )}
        </FailureLine>
      )}
      {leftOut.length > 0 && (
        <FailureLine tone="wait" sentence={words.damage.leftOut(leftOut.length)} detailLabel={words.details} />
      )}
    </div>
  )
}

export function detailOf(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics
    .slice(0, listed)
    .map(({ offset, length, message }) => words.damage.place(wholeNumber(offset), wholeNumber(length), length, message))
  const more = diagnostics.length - listed
  return [...lines, ...(more > 0 ? [words.damage.more(more)] : [])].join('\n')
}
