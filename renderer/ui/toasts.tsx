// Short words about what was just done, with a way back or on; placed over the end of the sidebar.
import { Toast } from '@base-ui/react/toast'
import { createContext, type ReactNode, useContext } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './toasts.css'

export interface ToastWords {
  text: string
  /** `fault`: it could not be done. */
  tone?: 'done' | 'fault'
  icon?: IconName
  /** The way back, or on. */
  act?: { label: string; run: () => void }
  onClose?: () => void
}

/** Answers how to take it away again. */
export type ShowToast = (toast: ToastWords) => () => void

/** Long enough to read, and to reach the button with the keyboard. Milliseconds. */
const stays = 10_000

const ShowToastContext = createContext<ShowToast>(() => () => undefined)

/** Where toasts are shown: made once for a window, so that what is no part of the page can show one, too. */
export interface Toasts {
  show: ShowToast
  manager: ReturnType<typeof Toast.createToastManager>
}

export function ToastRegion(props: { toasts: Toasts; label: string; close: string; children: ReactNode }) {
  return (
    <ShowToastContext value={props.toasts.show}>
      <Toast.Provider toastManager={props.toasts.manager} timeout={stays} limit={3}>
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

export function createToasts(): Toasts {
  const manager = Toast.createToastManager()
  const show: ShowToast = ({ text, tone, icon, act, onClose }) => {
    const close = () => manager.close(id)
    const id = manager.add({
      title: text,
      type: tone ?? 'done',
      data: { icon: tone === 'fault' ? 'warn' : (icon ?? 'check') },
      ...(onClose && { onClose }),
      ...(act && {
        actionProps: {
          children: act.label,
          onClick: () => {
            close()
            act.run()
          },
        },
      }),
    })
    return close
  }
  return { manager, show }
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

/** Does nothing outside a ToastRegion. Keeps its identity. */
export function useToast(): ShowToast {
  return useContext(ShowToastContext)
}
