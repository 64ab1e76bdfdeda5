// A sheet over the page, for one thing that is done and closed again: a title, what it is about, and the acts at its end.
import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import './sheet.css'

export function Sheet(props: {
  isOpen: boolean
  title: ReactNode
  closeLabel: string
  /** The acts, the one that goes on first. */
  acts: ReactNode
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim sheet-scrim" />
        <Dialog.Popup className="sheet">
          <header>
            <Dialog.Title>{props.title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={props.closeLabel}>
              <Icon name="close" />
            </Dialog.Close>
          </header>
          <div className="sheet-body scroll">{props.children}</div>
          {props.acts && <footer>{props.acts}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
