// Short words about what was just done, with a way back; placed over the end of the sidebar.
import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import './toasts.css'

export type ShowToast = (toast: { text: string; undo?: { label: string; run: () => void } }) => void

/** Long enough to read, and to reach the button with the keyboard. Milliseconds. */
const stays = 10_000

export function ToastRegion(props: { label: string; close: string; children: ReactNode }) {
  return (
    <Toast.Provider timeout={stays} limit={3}>
      {props.children}
      <Toast.Portal>
        <Toast.Viewport className="toasts" aria-label={props.label}>
          <ToastList close={props.close} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList(props: { close: string }) {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection={[]}>
      <Icon name="archive" />
      <Toast.Title className="toast-words" render={<p />} />
      <Toast.Close className="icon-button icon-button--s" aria-label={props.close}>
        <Icon name="close" small />
      </Toast.Close>
      <Toast.Action className="link toast-undo" />
    </Toast.Root>
  ))
}

/** Only inside a ToastRegion. */
export function useToast(): ShowToast {
  const toasts = Toast.useToastManager()
  return (toast) => {
    const { undo } = toast
    const id = toasts.add({
      title: toast.text,
      ...(undo && {
        actionProps: {
          children: undo.label,
          onClick: () => {
            toasts.close(id)
            undo.run()
          },
        },
      }),
    })
  }
}
