// Lasting decisions: what each covers, where, what it matched lately, and taking it back.
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Rule } from '../../shared/approval.ts'
import type { Failure } from '../../shared/failure.ts'
import { safety } from '../../shared/messages/safety.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { inOrder } from '../ui/in-order.ts'
import { fullMoment, messageMoment, wholeNumber } from '../ui/moments.ts'
import { Section } from './setting.tsx'
import '../ui/exact.css'
import './safety.css'

const words = safety.rules

interface RulesProps {
  bridge: Bridge
  /** null when there is no session of this id. */
  sessionTitle: (sessionId: string) => string | null
  onOpenSession: (sessionId: string) => void
}

export function RulesSection(props: RulesProps) {
  const { bridge } = props
  const { rules, failure, setFailure } = useRules(bridge)
  const [said, setSaid] = useState<ReactNode>(null)
  const list = useRef<HTMLDivElement>(null)
  /** Place of the row that was revoked: the focus goes with it, to the next one or to where the list was. */
  const leaving = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (rules === null || leaving.current === null || document.activeElement !== document.body) return
    const left = revokeButtons(list.current)
    const next = left[leaving.current] ?? left.at(-1) ?? list.current
    next?.focus()
    leaving.current = null
  }, [rules])

  const revoke = async (rule: Rule) => {
    leaving.current = revokeButtons(list.current).findIndex(({ dataset }) => dataset['revoke'] === rule.id)
    const answer = await bridge.call('rules.revoke', { id: rule.id })
    setFailure(answer.ok ? null : answer.failure)
    if (!answer.ok) return
    const pattern = `“${rule.pattern}”`
    setSaid(<ExactText line text={answer.value.revoked ? words.revoked[rule.decision](pattern) : words.alreadyGone} />)
  }

  const ofFolders = rules?.filter(({ scope }) => scope === 'folder') ?? []
  const ofSessions = rules?.filter(({ scope }) => scope === 'session') ?? []
  const part = (name: string, listed: readonly Rule[]) =>
    listed.length > 0 && (
      <>
        <h3 className="rules-part">{name}</h3>
        <ul className="rules" aria-label={name}>
          {listed.map((rule) => (
            <RuleRow key={rule.id} {...props} rule={rule} onRevoke={() => void revoke(rule)} />
          ))}
        </ul>
      </>
    )
  return (
    <Section name={words.title}>
      <p className="section-note">{words.note}</p>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      <div ref={list} tabIndex={-1} className="rules-room">
        {rules?.length === 0 && (
          <p className="rules-none">
            <Icon name="check" className="good" />
            {words.none}
          </p>
        )}
        {part(words.inFolders, ofFolders)}
        {part(words.inSessions, ofSessions)}
      </div>
      {rules !== null && rules.length > 0 && <p className="section-note">{words.revokeNote}</p>}
      <p className="section-said" role="status">
        {said}
      </p>
    </Section>
  )
}

/** Read again whenever a rule was made, used or revoked; once more, however many changes come meanwhile. */
function useRules(bridge: Bridge) {
  const [rules, setRules] = useState<readonly Rule[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const reading = useRef<{ isStale: boolean } | null>(null)
  const read = useCallback(async () => {
    if (reading.current) {
      reading.current.isStale = true
      return
    }
    const own = { isStale: true }
    reading.current = own
    while (own.isStale) {
      own.isStale = false
      const answer = await bridge.call('rules.list', {})
      if (answer.ok) setRules(answer.value.rules)
      setFailure(answer.ok ? null : answer.failure)
    }
    reading.current = null
  }, [bridge])
  useEffect(() => {
    void read()
    return bridge.on('rules.changed', () => void read())
  }, [bridge, read])
  return { rules, failure, setFailure }
}

function RuleRow(props: RulesProps & { rule: Rule; onRevoke: () => void }) {
  const { rule } = props
  const isDenied = rule.decision === 'deny'
  const now = new Date()
  return (
    <li className="rule">
      <div className="rule-words">
        <p className="rule-what">
          <span className={isDenied ? 'rule-decision bad' : 'rule-decision good'}>
            <Icon name={isDenied ? 'barred' : 'check'} small />
            {words.decisions[rule.decision]}
          </span>
          <span className="exact">
            <ExactText line text={rule.pattern} />
          </span>
        </p>
        <p className="rule-facts">
          <ExactText line text={words.tools[rule.tool] ?? rule.tool} />
          {windowWords.between}
          <RulePlace {...props} />
        </p>
        <p className="rule-facts">
          <time dateTime={rule.createdAt} title={fullMoment(rule.createdAt)}>
            {words.made(messageMoment(rule.createdAt, now))}
          </time>
          {windowWords.between}
          {rule.lastUsedAt === null || rule.uses === 0
            ? words.never
            : words.used(rule.uses, wholeNumber(rule.uses), messageMoment(rule.lastUsedAt, now))}
        </p>
        {rule.lastMatches.length > 0 && (
          <details className="rule-matches">
            <summary>{words.matched}</summary>
            <ul>
              {inOrder(rule.lastMatches, (match, index) => (
                <li key={index} className="exact">
                  <ExactText line text={match} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <button
        type="button"
        className="button"
        data-revoke={rule.id}
        aria-label={words.revokeOf(words.decisions[rule.decision], rule.pattern)}
        onClick={props.onRevoke}
      >
        {words.revoke}
      </button>
    </li>
  )
}

function RulePlace({ rule, sessionTitle, onOpenSession }: RulesProps & { rule: Rule }) {
  const { scope, sessionId, folder } = rule
  const title = sessionId === null ? null : sessionTitle(sessionId)
  return (
    <>
      {scope === 'session' &&
        (title === null || sessionId === null ? (
          words.sessionGone
        ) : (
          <button type="button" className="link" onClick={() => onOpenSession(sessionId)}>
            <bdi>{words.session(title)}</bdi>
          </button>
        ))}
      {scope === 'session' && windowWords.between}
      <span className="path">
        <ExactText line text={folder} />
      </span>
    </>
  )
}

function revokeButtons(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-revoke]') ?? [])]
}
