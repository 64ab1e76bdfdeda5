// Short words about what was just done, with a way back; placed over the end of the sidebar.
import { Toast } from '@base-ui/react/toast'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './toasts.css'

export interface ToastWords {
  text: string
  /** `fault`: it could not be done. */
  tone?: 'done' | 'fault'
  icon?: IconName
  undo?: { label: string; run: () => void }
  onClose?: () => void
}

/** Answers how to take it away again. */
export type ShowToast = (toast: ToastWords) => () => void

/** Long enough to read, and to reach the button with the keyboard. Milliseconds. */
const stays = 10_000

const ShowToastContext = createContext<ShowToast>(() => () => undefined)

export function ToastRegion(props: { label: string; close: string; children: ReactNode }) {
  const [{ manager, show }] = useState(createRegion)
  return (
    <ShowToastContext value={show}>
      <Toast.Provider toastManager={manager} timeout={stays} limit={3}>
        {props.children}
        <Toast.Portal>
          <Toast.Viewport className="toasts" aria-label={props.label}>
            <ToastList close={props.close} />
          </Toast.Viewport>
        </Toast.Portal>
      </Toast.Provider>
    </ShowToastContext>
  )
}

interface ToastData {
  icon: IconName
}

function createRegion() {
  const manager = Toast.createToastManager<ToastData>()
  const show: ShowToast = ({ text, tone, icon, undo, onClose }) => {
    const close = () => manager.close(id)
    const id = manager.add({
      title: text,
      type: tone ?? 'done',
      data: { icon: icon ?? (tone === 'fault' ? 'warn' : 'archive') } satisfies ToastData,
      ...(onClose && { onClose }),
      ...(undo && {
        actionProps: {
          children: undo.label,
          onClick: () => {
            close()
            undo.run()
          },
        },
      }),
    })
    return close
  }
  return { manager, show }
}

function ToastList(props: { close: string }) {
  const { toasts } = Toast.useToastManager<ToastData>()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={`toast toast--${toast.type}`} swipeDirection={[]}>
      <Icon name={toast.data?.icon ?? 'archive'} />
      <Toast.Title className="toast-words" render={<p />} />
      <Toast.Close className="icon-button icon-button--s" aria-label={props.close}>
        <Icon name="close" small />
      </Toast.Close>
      <Toast.Action className="link toast-undo" />
    </Toast.Root>
  ))
}

/** Does nothing outside a ToastRegion. Keeps its identity. */
export function useToast(): ShowToast {
  return useContext(ShowToastContext)
}
