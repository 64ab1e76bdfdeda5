// What lies over the desk from one side. Read when the first is called, or the window has nothing else to do.
import { Dialog } from '@base-ui/react/dialog'
import type { DrawerProps } from './drawer.tsx'
import { Icon } from './icon.tsx'

export function DrawerView({ isOpen, onOpenChange, className, label, close, children }: DrawerProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className={className} aria-label={label}>
          {children}
          {close !== undefined && (
            <Dialog.Close className="icon-button drawer-close" aria-label={close}>
              <Icon name="close" />
            </Dialog.Close>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
