// Above the composer of a session that asks nothing for commands: nobody forgets that it does not.
import { useLayoutEffect, useRef } from 'react'
import { panelWords } from '../../shared/messages/panel.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import type { Chat } from './chat-store.ts'
import { useModeChange } from './panel-mode.tsx'
import { useSeal } from './use-seal.ts'

export function TrustedLine(props: { bridge: Bridge; chat: Chat; isReadOnly: boolean }) {
  const { seal } = useSeal(props.bridge)
  const { failure, choose } = useModeChange(props.chat)
  const line = useRef<HTMLElement>(null)
  // Whoever has pressed its button goes on where they write.
  useLayoutEffect(() => {
    const own = line.current
    return () => {
      if (own?.contains(document.activeElement)) props.chat.focusComposer()
    }
  }, [props.chat])
  const { label, holds, off, back } = panelWords.trusted
  return (
    <section ref={line} className="dock-line trusted-line" aria-label={label}>
      <FailureLine
        tone="wait"
        icon="crossing"
        sentence={failure?.message ?? (seal?.state === 'off' ? off : holds)}
        detailLabel={words.details}
      >
        {!props.isReadOnly && (
          <button type="button" className="link" onClick={() => choose('workspace')}>
            {back}
          </button>
        )}
      </FailureLine>
    </section>
  )
}
