// The question at the border: what will be done, in its exact bytes, what still holds, and the person's answers.
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Approval, Decision, Scope } from '../../shared/approval.ts'
import { exactLines, exactTextOf, hiddenIn } from '../../shared/exact-lines.ts'
import type { Failure } from '../../shared/failure.ts'
import { approvalWords as words } from '../../shared/messages/approvals.ts'
import { elapsed } from '../../shared/messages/durations.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'
import { useActing } from './acting.ts'
import { ExactBytes } from './exact-bytes-view.tsx'
import { useArmed } from './use-armed.ts'
import './approval.css'

export function ApprovalCard({ approval }: { approval: Approval }) {
  const { chat, isMac } = useActing()
  const card = useRef<HTMLElement>(null)
  const allow = useRef<HTMLButtonElement>(null)
  const deny = useRef<HTMLButtonElement>(null)
  const note = useRef<HTMLInputElement>(null)
  const [isSeen, setSeen] = useState(false)
  const [isSent, setSent] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const isArmed = useArmed() && isSeen && !isSent
  const titleId = useId()
  const whyId = useId()
  const text = exactTextOf(approval.subject)
  const lines = exactLines(text)
  const hidden = hiddenIn(lines)
  const isWithout = approval.reasons.includes('no-sandbox')

  // Whoever is in the middle of a sentence keeps the focus: their Enter is not meant for this.
  useLayoutEffect(() => {
    const { activeElement } = document
    const isWriting = activeElement instanceof HTMLTextAreaElement && activeElement.value !== ''
    // An Enter without having read runs nothing that no jail holds.
    const first = isWithout ? deny : allow
    if (!isWriting) first.current?.focus({ preventScroll: true })
    card.current?.scrollIntoView({ block: 'nearest' })
    const own = card.current
    return () => {
      if (own?.contains(document.activeElement)) chat.focusComposer()
    }
  }, [chat, isWithout])

  const answer = async (decision: Decision, scope: Scope) => {
    if (isSent || (decision === 'allow' && !isArmed)) return
    setSent(true)
    setFailure(null)
    const said = note.current?.value.trim() ?? ''
    const failed = await chat.decide(approval, {
      decision,
      scope,
      note: decision === 'deny' && said !== '' ? said : null,
    })
    setFailure(failed)
    // What is over is taken away; anything else can be answered again.
    if (failed) setSent(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // A key that is held down never answers, whatever has the focus here.
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
    const isDeny = (isMac ? event.metaKey : event.ctrlKey) && event.key.toLowerCase() === 'd' && !event.repeat
    if (!isDeny) return
    event.preventDefault()
    void answer('deny', 'once')
  }
  const allowButton = (scope: Scope, label: string) => (
    <button
      ref={scope === 'once' ? allow : null}
      type="button"
      className={isWithout ? 'button button--danger' : 'button'}
      aria-disabled={!isArmed}
      // The second click of a double click was meant for something else.
      onClick={(event) => event.detail <= 1 && void answer('allow', scope)}
    >
      {label}
      {scope === 'once' && !isWithout && <kbd className="key">{words.keys.allow}</kbd>}
    </button>
  )

  return (
    <section
      ref={card}
      className={isWithout ? 'approval approval--danger' : 'approval'}
      role="alertdialog"
      aria-labelledby={titleId}
      aria-describedby={whyId}
      onKeyDown={onKeyDown}
    >
      <header>
        <Icon name={isWithout ? 'warn' : 'waiting'} />
        <h2 id={titleId}>{words.title(approval)}</h2>
        <Waiting since={approval.askedAt} />
      </header>
      <div id={whyId} className="why">
        {isWithout && <p className="without">{words.withoutSandbox.label}</p>}
        {approval.reasons.map((reason) => (
          <p key={reason}>{words.why(reason, approval)}</p>
        ))}
      </div>
      <ExactBytes lines={lines} label={words.bytes[approval.subject.kind]} onSeen={() => setSeen(true)} />
      <div className="under">
        {hidden !== null && (
          <span className="warned">
            <Icon name="warn" small />
            {words.hidden(hidden)}
          </span>
        )}
        {!isSeen && <span className="warned">{words.scrollFirst}</span>}
        <span className="end num">{words.size(lines.length, new TextEncoder().encode(text).byteLength)}</span>
      </div>
      <Facts approval={approval} />
      <div className="answers">
        {allowButton('once', isWithout ? words.withoutSandbox.allow : words.allowOnce)}
        {approval.remembers !== null && !isWithout && allowButton('session', words.allowSession)}
        {approval.remembers !== null && !isWithout && allowButton('folder', words.allowFolder)}
      </div>
      <p className="note remembers">
        {isWithout
          ? words.withoutSandbox.remembers
          : approval.remembers === null
            ? words.remembersNothing
            : words.remembers(approval.remembers)}
      </p>
      <form
        className="deny"
        onSubmit={(event) => {
          event.preventDefault()
          void answer('deny', 'once')
        }}
      >
        <label className="field">
          <input ref={note} dir="auto" maxLength={2_000} placeholder={words.notePlaceholder} aria-label={words.note} />
        </label>
        <button ref={deny} type="submit" className="button" disabled={isSent}>
          {words.deny}
          <kbd className="key">{isMac ? words.keys.denyMac : words.keys.deny}</kbd>
        </button>
      </form>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
    </section>
  )
}

function Waiting(props: { since: string }) {
  const now = useNow(1_000)
  return (
    <span className="faint end num">
      {words.waiting(elapsed(Math.max(0, Math.floor((now - Date.parse(props.since)) / 1_000))))}
    </span>
  )
}

function Facts({ approval }: { approval: Approval }) {
  const { subject, folder, seal, effect } = approval
  const isWithout = approval.reasons.includes('no-sandbox')
  // Of the guards of a jail none holds for what runs without one.
  const isJailed = !isWithout && (effect === 'execute' || approval.tool === 'git_commit')
  const holds = seal.guards.filter((guard) => guard.holds)
  const fails = seal.guards.filter((guard) => !guard.holds)
  return (
    <dl className="facts">
      <dt>{words.facts.folder}</dt>
      <dd>
        <span className="path" dir="ltr">
          {folder}
        </span>
      </dd>
      {subject.kind === 'url' && (
        <>
          <dt>{words.facts.opens}</dt>
          <dd>
            <span className="g g--open">
              <Icon name="crossing" />
              {words.facts.network(subject.host)}
            </span>
          </dd>
        </>
      )}
      {isJailed && holds.length > 0 && (
        <>
          <dt>{fails.length > 0 ? words.facts.stillHolds : words.facts.holds}</dt>
          <dd>
            {holds.map(({ name }) => (
              <span key={name} className="g">
                <Icon name="check" />
                {words.guards[name]}
              </span>
            ))}
          </dd>
        </>
      )}
      {isJailed && fails.length > 0 && (
        <>
          <dt>{words.facts.fails}</dt>
          <dd>
            {fails.map(({ name, why }) => (
              <span key={name} className="g g--open" title={why ?? undefined}>
                <Icon name="warn" />
                {words.guards[name]}
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  )
}
