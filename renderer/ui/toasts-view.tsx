// The region of toasts. Read with the first one, or when the window has nothing else to do.
import { Toast } from '@base-ui/react/toast'
import { useEffect, useState } from 'react'
import { Icon, type IconName } from './icon.tsx'
import type { Toasts } from './toasts.tsx'
import './toasts.css'

/** Long enough to read, and to reach the button with the keyboard. Milliseconds. */
const stays = 10_000

export function ToastsView({ toasts, label, close }: { toasts: Toasts; label: string; close: string }) {
  const [manager] = useState(() => Toast.createToastManager())
  // After the provider's own effect, which is what listens to the manager.
  useEffect(
    () =>
      toasts.attach(({ text, tone, icon, act, onClose }) => {
        const closeThis = () => manager.close(id)
        const id = manager.add({
          title: text,
          type: tone ?? 'done',
          data: { icon: tone === 'fault' ? 'warn' : (icon ?? 'check') },
          ...(onClose && { onClose }),
          ...(act && {
            actionProps: {
              children: act.label,
              onClick: () => {
                closeThis()
                act.run()
              },
            },
          }),
        })
        return closeThis
      }),
    [toasts, manager],
  )
  return (
    <Toast.Provider toastManager={manager} timeout={stays} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="toasts" aria-label={label}>
          <ToastList close={close} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList(props: { close: string }) {
  const { toasts } = Toast.useToastManager<{ icon: IconName }>()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={`toast toast--${toast.type}`} swipeDirection={[]}>
      <Icon name={toast.data?.icon ?? 'check'} />
      <Toast.Title className="toast-words" render={<p />} />
      <Toast.Close className="icon-button icon-button--s" aria-label={props.close}>
        <Icon name="close" small />
      </Toast.Close>
      <Toast.Action className="link toast-act" />
    </Toast.Root>
  ))
}
