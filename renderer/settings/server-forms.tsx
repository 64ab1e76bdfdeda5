// The two small forms of the list of servers: an address with a name, and a token.
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { serverWords as words } from '../../shared/messages/servers.ts'
import type { ListedServer } from '../../shared/servers.ts'

/** `onDone` answers why it did not work. */
export function ServerForm(props: {
  server: ListedServer | null
  onDone: (address: string, name: string | null) => Promise<Failure | null>
  onCancel: () => void
}) {
  const { server } = props
  const [address, setAddress] = useState(server?.address ?? '')
  const [name, setName] = useState(server?.name ?? '')
  const { failure, submit } = useSubmit(() => props.onDone(address.trim(), name.trim() || null))
  const isMoving = server !== null && server.token !== 'none' && address.trim() !== server.address
  return (
    <Form label={server === null ? words.add : words.of(words.edit, server.address)} onSubmit={submit} {...props}>
      <Field
        label={words.address}
        value={address}
        onChange={setAddress}
        placeholder={words.addressPlaceholder}
        most={2_000}
        isFirst
        fault={failure?.message ?? null}
        note={isMoving ? words.addressLeft : null}
      />
      <Field label={words.name} value={name} onChange={setName} placeholder={words.namePlaceholder} most={80} />
      <div className="server-acts">
        <button type="submit" className="button">
          {server === null ? words.addOne : words.save}
        </button>
        <button type="button" className="button button--plain" onClick={props.onCancel}>
          {words.cancel}
        </button>
      </div>
    </Form>
  )
}

/** What is written in it goes to the main process and is forgotten here. */
export function TokenForm(props: {
  server: string
  onDone: (token: string, onlyThisRun: boolean) => Promise<Failure | null>
  onCancel: () => void
}) {
  const [token, setToken] = useState('')
  const { failure, submit } = useSubmit(() => props.onDone(token.trim(), false))
  const thisRun = useSubmit(() => props.onDone(token.trim(), true))
  const shown = thisRun.failure ?? failure
  return (
    <Form label={words.tokenOf(props.server)} onSubmit={() => token.trim() !== '' && submit()} {...props}>
      <Field
        label={words.tokenOf(props.server)}
        type="password"
        value={token}
        onChange={setToken}
        most={4_096}
        isFirst
        fault={shown?.message ?? null}
        note={words.tokenNote}
      />
      <div className="server-acts">
        <button type="submit" className="button" aria-disabled={token.trim() === ''}>
          {words.save}
        </button>
        {failure?.code === 'denied' && (
          <button type="button" className="button" onClick={thisRun.submit}>
            {words.thisRun}
          </button>
        )}
        <button type="button" className="button button--plain" onClick={props.onCancel}>
          {words.cancel}
        </button>
      </div>
    </Form>
  )
}

/** One at a time: a native question may be open. */
function useSubmit(done: () => Promise<Failure | null>) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const isBusy = useRef(false)
  const submit = () => {
    if (isBusy.current) return
    isBusy.current = true
    void done().then((failed) => {
      isBusy.current = false
      setFailure(failed)
    })
  }
  return { failure, submit }
}

function Form(props: { label: string; onSubmit: () => void; onCancel: () => void; children: ReactNode }) {
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    props.onSubmit()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    props.onCancel()
  }
  return (
    <form className="server-form" aria-label={props.label} onSubmit={onSubmit} onKeyDown={onKeyDown}>
      {props.children}
    </form>
  )
}

function Field(props: {
  label: string
  value: string
  onChange: (text: string) => void
  most: number
  type?: 'password'
  placeholder?: string
  /** The focus goes there when the form opens. */
  isFirst?: true
  fault?: string | null
  note?: string | null
}) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const { isFirst, fault = null, note = null } = props
  useEffect(() => {
    if (isFirst) input.current?.focus()
  }, [isFirst])
  return (
    <div className="server-field">
      <label htmlFor={id}>{props.label}</label>
      <div className={fault === null ? 'field' : 'field field--fault'}>
        <input
          ref={input}
          id={id}
          type={props.type ?? 'text'}
          dir="auto"
          spellCheck={false}
          autoComplete="off"
          placeholder={props.placeholder}
          maxLength={props.most}
          aria-invalid={fault !== null}
          aria-describedby={`${id}-note ${id}-fault`}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      </div>
      <p id={`${id}-note`} className="setting-note">
        {note}
      </p>
      <p id={`${id}-fault`} className="setting-fault" role="status">
        {fault}
      </p>
    </div>
  )
}
