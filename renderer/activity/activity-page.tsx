// Activity: which session or service is alive, what waits, what failed; restart or stop one.
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { ActivityReport } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { clockTime, elapsed } from '../ui/moments.ts'
import { useNow } from '../ui/use-now.ts'
import './activity.css'

type Actor = ActivityReport['actors'][number]
type Service = ActivityReport['services'][number]
type Happening = ActivityReport['happenings'][number]

export interface ActivityPageProps {
  bridge: Bridge
  barStart: ReactNode
  /** What a person knows a session by, or null. */
  sessionTitle: (sessionId: string) => string | null
}

export function ActivityPage(props: ActivityPageProps) {
  const { bridge } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const { seen, failure, act } = useActivity(bridge)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 ref={heading} tabIndex={-1}>
          {words.activity.title}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="activity scroll" aria-label={words.activity.title} tabIndex={0}>
        <div className="activity-column">
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />
          )}
          {seen && (
            <>
              <Actors {...props} seen={seen} act={act} />
              <Services services={seen.report.services} />
              <Happenings happenings={seen.report.happenings} sessionTitle={props.sessionTitle} />
            </>
          )}
        </div>
      </section>
    </>
  )
}

interface Seen {
  report: ActivityReport
  /** Milliseconds since 1970. */
  at: number
}

/** Milliseconds. */
const lookEvery = 1_000

/** The list as it is now, read again whenever something has changed and every second while it is looked at. */
function useActivity(bridge: Bridge) {
  const [seen, setSeen] = useState<Seen | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const look = useCallback(async () => {
    const answer = await bridge.call('activity.list', {})
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) setSeen({ report: answer.value, at: Date.now() })
  }, [bridge])
  useEffect(() => {
    void look()
    const stop = bridge.on('activity.changed', () => void look())
    // Queues and states move without an event of their own, which would cost every message one.
    const timer = setInterval(() => void look(), lookEvery)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [bridge, look])
  const act = async (channel: 'activity.restart' | 'activity.stop', name: string) => {
    const answer = await bridge.call(channel, { name })
    setFailure(answer.ok ? null : answer.failure)
    await look()
  }
  return { seen, failure, act }
}

interface ActorsProps extends ActivityPageProps {
  seen: Seen
  act: (channel: 'activity.restart' | 'activity.stop', name: string) => Promise<void>
}

function Actors({ seen, act, sessionTitle }: ActorsProps) {
  const { actors } = seen.report
  const now = useNow(1_000, actors.length > 0)
  return (
    <section className="activity-section">
      <h2>{words.activity.alive}</h2>
      {actors.length === 0 && <p className="muted">{words.activity.nobody}</p>}
      <ul className="actors">
        {actors.map((actor) => {
          const title = nameOf(actor, sessionTitle)
          return (
            <li key={actor.name} className="actor">
              <Icon
                name={actor.pipes > 0 ? 'running' : actor.kind === 'models' ? 'chip' : 'lines'}
                turning={actor.pipes > 0}
              />
              <span className="actor-name">
                <b>{title}</b>
                <span className="actor-facts">
                  {words.activity.facts(stateOf(actor), actor.queueLength, actor.capacity, actor.restarts)}
                </span>
              </span>
              <span className="num actor-time">{elapsed(actor.uptimeMs + Math.max(0, now - seen.at))}</span>
              <button
                type="button"
                className="button"
                aria-label={words.activity.restartOf(title)}
                onClick={() => void act('activity.restart', actor.name)}
              >
                {words.activity.restart}
              </button>
              <button
                type="button"
                className="button"
                aria-label={words.activity.stopOf(title)}
                onClick={() => void act('activity.stop', actor.name)}
              >
                {words.activity.stop}
              </button>
            </li>
          )
        })}
      </ul>
      {actors.length > 0 && <p className="activity-note">{words.activity.kept}</p>}
    </section>
  )
}

function nameOf(actor: Actor, sessionTitle: (sessionId: string) => string | null): string {
  const rest = actor.name.slice(actor.kind.length + 1)
  if (actor.kind === 'models') return words.activity.modelHost(rest)
  return actor.kind === 'sessions' ? words.activity.session(sessionTitle(rest) || words.untitled) : actor.name
}

/** Actors are told by their names, which hold ids; a person knows a session by its title. */
function named(message: string, sessionTitle: (sessionId: string) => string | null): string {
  const withHosts = message.replace(/models\/(https?:\S+[^\s:])/g, (_name, host: string) =>
    words.activity.modelHost(host),
  )
  return withHosts.replace(/sessions\/([A-Za-z0-9_.-]+)/g, (name, id: string) => {
    const title = sessionTitle(id)
    return title === null ? name : words.activity.session(title || words.untitled)
  })
}

function stateOf(actor: Actor): string {
  return actor.state === 'idle' && actor.pipes > 0 ? words.activity.states.working : words.activity.states[actor.state]
}

function Services({ services }: { services: readonly Service[] }) {
  return (
    <section className="activity-section">
      <h2>{words.activity.services}</h2>
      <ul className="happenings">
        {services.map(({ service, state, reason }) => (
          <li key={service}>
            <Icon name={state === 'ok' ? 'check' : 'warn'} className={state === 'ok' ? 'good' : 'bad'} />
            <span>{words.activity.serviceNames[service] ?? service}</span>
            <span className="muted">{state === 'ok' ? words.activity.works : words.activity.not(state, reason)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const marks: Record<Happening['severity'], { icon: IconName; className: string }> = {
  info: { icon: 'check', className: 'good' },
  warn: { icon: 'warn', className: 'careful' },
  fault: { icon: 'warn', className: 'bad' },
}

function Happenings({
  happenings,
  sessionTitle,
}: Pick<ActivityPageProps, 'sessionTitle'> & { happenings: readonly Happening[] }) {
  return (
    <section className="activity-section">
      <h2>{words.activity.lately}</h2>
      {happenings.length === 0 && <p className="muted">{words.activity.nothing}</p>}
      <ul className="happenings">
        {happenings.map(({ ts, severity, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two happenings may be equal in all they have.
          <li key={`${ts} ${index}`}>
            <Icon name={marks[severity].icon} className={marks[severity].className} />
            <time dateTime={ts}>{clockTime(ts)}</time>
            <span>{named(message, sessionTitle)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
