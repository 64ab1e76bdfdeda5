// The servers a person keeps: which one is used, how each is, and the token one of them wants.
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Answer, Failure } from '../../shared/failure.ts'
import { serverWords as words } from '../../shared/messages/servers.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ListedServer, ServerCheck } from '../../shared/servers.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { ServerForm, TokenForm } from './server-forms.tsx'
import './servers.css'

interface ServerListProps {
  bridge: Bridge
  /** Whatever the list depends on; another value reads it again. */
  stamp: string
  onUse: (address: string) => void
}

type Checked = ServerCheck | 'asking'

/** What is open: a form for a new one, or one below a row. */
type Open = { form: 'add' } | { form: 'edit' | 'token'; address: string } | null

const nameOf = ({ name, isDefault, address }: ListedServer) => name ?? (isDefault ? words.thisMachine : address)

export function ServerList({ bridge, stamp, onUse }: ServerListProps) {
  const { servers, read, failure, setFailure } = useServers(bridge, stamp)
  const { checks, check } = useChecks(bridge, setFailure)
  const [open, setOpen] = useState<Open>(null)
  const [said, setSaid] = useState('')
  const room = useRef<HTMLDivElement>(null)
  /** What was pressed has gone; the focus shall not go with it. */
  const isLeaving = useRef(false)

  useLayoutEffect(() => {
    if (!isLeaving.current || document.activeElement !== document.body) return
    isLeaving.current = false
    room.current?.focus()
  })

  /** Answers why it did not work; null when it did. */
  const act = async <Value,>(call: Promise<Answer<Value>>, done: (value: Value) => string): Promise<Failure | null> => {
    const answer = await call
    if (!answer.ok) return answer.failure
    isLeaving.current = true
    setFailure(null)
    setSaid(done(answer.value))
    setOpen(null)
    await read()
    return null
  }
  const actHere = async <Value,>(call: Promise<Answer<Value>>, done: (value: Value) => string) =>
    setFailure(await act(call, done))

  const keep = (address: string, name: string | null, before: string | null) =>
    act(bridge.call('servers.keep', { address, name, before }), (kept) =>
      (before === null ? words.said.added : words.said.changed)(name ?? kept.address),
    )
  const giveToken = async (server: ListedServer, token: string, onlyThisRun: boolean) => {
    const { address } = server
    const said = onlyThisRun ? words.said.tokenThisRun : words.said.tokenKept
    return await act(bridge.call('window.setServerToken', { address, token, onlyThisRun }), ({ agreed }) => {
      // A person who said no to the question knows.
      if (!agreed) return ''
      void check(address)
      return said(nameOf(server))
    })
  }

  return (
    <div className="servers">
      <h3>{words.title}</h3>
      <p className="section-note">{words.note}</p>
      <div ref={room} tabIndex={-1} className="servers-room">
        {servers !== null && (
          <ul aria-label={words.title}>
            {servers.map((server) => {
              const { address } = server
              const form = open !== null && open.form !== 'add' && open.address === address ? open.form : null
              const toggle = (wished: 'edit' | 'token') => setOpen(form === wished ? null : { form: wished, address })
              return (
                <ServerRow
                  key={address}
                  server={server}
                  checked={checks[address] ?? null}
                  form={form}
                  onUse={() => {
                    isLeaving.current = true
                    setSaid('')
                    onUse(address)
                  }}
                  onCheck={() => void check(address).then(read)}
                  onEdit={() => toggle('edit')}
                  onToken={() => toggle('token')}
                  onKeep={() => void keep(address, null, null).then(setFailure)}
                  onRemove={() =>
                    void actHere(bridge.call('servers.remove', { address }), () => words.said.removed(nameOf(server)))
                  }
                  onForget={() =>
                    void actHere(bridge.call('servers.forgetToken', { address }), () =>
                      words.said.tokenForgotten(nameOf(server)),
                    )
                  }
                >
                  {form === 'edit' && (
                    <ServerForm
                      server={server}
                      onDone={(wished, name) => keep(wished, name, address)}
                      onCancel={() => setOpen(null)}
                    />
                  )}
                  {form === 'token' && (
                    <TokenForm
                      server={nameOf(server)}
                      onDone={(token, onlyThisRun) => giveToken(server, token, onlyThisRun)}
                      onCancel={() => setOpen(null)}
                    />
                  )}
                </ServerRow>
              )
            })}
          </ul>
        )}
      </div>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      <p className="section-said" role="status">
        {said}
      </p>
      {open?.form === 'add' ? (
        <ServerForm
          server={null}
          onDone={(address, name) => keep(address, name, null)}
          onCancel={() => setOpen(null)}
        />
      ) : (
        <button type="button" className="button" onClick={() => setOpen({ form: 'add' })}>
          {words.add}
        </button>
      )}
    </div>
  )
}

function useServers(bridge: Bridge, stamp: string) {
  const [servers, setServers] = useState<readonly ListedServer[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const read = useCallback(async () => {
    const answer = await bridge.call('servers.list', {})
    if (answer.ok) setServers(answer.value.servers)
    else setFailure(answer.failure)
  }, [bridge])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp decides what the call answers
  useEffect(() => void read(), [read, stamp])
  return { servers, read, failure, setFailure }
}

function useChecks(bridge: Bridge, setFailure: (failure: Failure) => void) {
  const [checks, setChecks] = useState<Readonly<Record<string, Checked>>>({})
  const check = async (address: string) => {
    setChecks((all) => ({ ...all, [address]: 'asking' }))
    const answer = await bridge.call('servers.check', { address })
    if (!answer.ok) setFailure(answer.failure)
    setChecks(({ [address]: _, ...others }) => (answer.ok ? { ...others, [address]: answer.value } : others))
  }
  return { checks, check }
}

interface ServerRowProps {
  server: ListedServer
  checked: Checked | null
  /** Which form is open below it. */
  form: 'edit' | 'token' | null
  onUse: () => void
  onCheck: () => void
  onEdit: () => void
  onToken: () => void
  onKeep: () => void
  onRemove: () => void
  onForget: () => void
  children: ReactNode
}

function ServerRow(props: ServerRowProps) {
  const { server, checked, form } = props
  const name = nameOf(server)
  const button = (label: string, onClick: () => void, isOpen?: boolean) => (
    <button
      type="button"
      className="button button--plain"
      aria-label={words.of(label, name)}
      {...(isOpen !== undefined && { 'aria-expanded': isOpen })}
      onClick={onClick}
    >
      {label}
    </button>
  )
  const facts = [name === server.address ? null : server.address, words.token[server.token]]
  return (
    <li aria-label={name}>
      <div className="server-head">
        <span className="server-name">{name}</span>
        {server.isUsed && (
          <span className="server-used">
            <Icon name="check" small />
            {words.inUse}
          </span>
        )}
      </div>
      <p className="server-facts">
        {[...facts, server.isKept ? null : words.notKept].filter(Boolean).join(windowWords.between)}
      </p>
      {server.isPlain && <p className="server-plain">{words.plain}</p>}
      <CheckWords checked={checked} />
      <div className="server-acts">
        {!server.isUsed && button(words.use, props.onUse)}
        {button(words.check, props.onCheck)}
        {button(words.giveToken, props.onToken, form === 'token')}
        {(server.token === 'kept' || server.token === 'this-run' || server.token === 'locked') &&
          button(words.forgetToken, props.onForget)}
        {!server.isKept && button(words.keep, props.onKeep)}
        {server.isKept && !server.isDefault && button(words.edit, props.onEdit, form === 'edit')}
        {server.isKept && !server.isDefault && button(words.remove, props.onRemove)}
      </div>
      {props.children}
    </li>
  )
}

function CheckWords({ checked }: { checked: Checked | null }) {
  if (checked === null) return <p className="server-check" role="status" />
  if (checked === 'asking') {
    return (
      <p className="server-check" role="status">
        <Icon name="running" turning />
        {words.checking}
      </p>
    )
  }
  return (
    <p className="server-check" role="status">
      {checked.failure === null ? <Icon name="check" className="good" /> : <Icon name="warn" className="bad" />}
      {checked.failure?.message ?? words.answers(checked)}
    </p>
  )
}
