// What had to be skipped or mended while a session's file was read, and the way to a copy without it.
import { useState } from 'react'
import { window as words } from '../../shared/messages/window.ts'
import { type Diagnostic, skippedPlaces } from '../../shared/session.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { useToast } from '../ui/toasts.tsx'
import type { Chat } from './chat-store.ts'
import { damageDetail, damageSentence } from './damage-words.ts'

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
          sentence={damageSentence(diagnostics)}
          detail={damageDetail(diagnostics)}
          detailLabel={words.details}
        >
          {/* A copy leaves out what had to be skipped; it brings back nothing that is missing. */}
          {props.canRepair && skipped > 0 && (
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
