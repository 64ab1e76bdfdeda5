// What a check has found: a sentence, the sizes, the sessions with damage, what else lies there, and every session.
import type { DataReport } from '../../shared/data-report.ts'
import { sumUp } from '../../shared/data-sums.ts'
import type { Check } from '../../shared/ipc.ts'
import { terminal } from '../../shared/messages/terminal.ts'
import { window as words } from '../../shared/messages/window.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { bytes, wholeNumber } from '../ui/moments.ts'
import { DamagedSessions, titleOf } from './damaged-sessions.tsx'
import type { DataCheck, DataCheckState } from './data-check.ts'
import { SessionTable } from './session-table.tsx'

type Report = NonNullable<DataCheckState['report']>

/** The whole result in one sentence. */
export function DataSentence({ report: { data } }: { report: Report }) {
  if (!data) return <Sentence mark="fail">{words.data.unknown}</Sentence>
  const { count, bytes: size, damaged, skippedBytes, missingBlobs } = sumUp(data)
  if (damaged > 0) {
    return (
      <Sentence mark="warn">{words.data.damaged(damaged, wholeNumber(count), skippedBytes, missingBlobs)}</Sentence>
    )
  }
  return (
    <Sentence mark="ok">{count === 0 ? words.data.none : words.data.whole(wholeNumber(count), bytes(size))}</Sentence>
  )
}

function Sentence(props: { mark: Check['status']; children: string }) {
  return (
    <p className="data-sentence">
      <Icon name={marks[props.mark].icon} className={marks[props.mark].className} />
      {props.children}
    </p>
  )
}

const marks: Record<Check['status'], { icon: IconName; className: string }> = {
  ok: { icon: 'check', className: 'good' },
  warn: { icon: 'warn', className: 'careful' },
  fail: { icon: 'warn', className: 'bad' },
}

export function DataFindings(props: { check: DataCheck; report: Report; onOpenSession: (sessionId: string) => void }) {
  const { checks, data } = props.report
  // What the sentence and the sizes say already is not said twice.
  const isSaid = ({ name, status }: Check) =>
    data !== null && (name === terminal.checks.sessions || (name === terminal.checks.space && status === 'ok'))
  return (
    <div className="data-findings">
      {data && (
        <>
          <Figures data={data} />
          <DamagedSessions {...props} data={data} />
          <Besides data={data} />
        </>
      )}
      <h3>{words.data.rest}</h3>
      <Checks checks={checks.filter((each) => !isSaid(each))} />
      {data && data.sessions.length > 0 && (
        <SessionTable sessions={data.sessions} onOpenSession={props.onOpenSession} />
      )}
    </div>
  )
}

function Figures({ data }: { data: DataReport }) {
  const { disk, trash, blobs, checkpoints } = data
  const free =
    disk === null ? words.data.unknownSpace : disk.isLow ? words.data.low(bytes(disk.free)) : bytes(disk.free)
  const { archived, bytes: size, count, damaged } = sumUp(data)
  const figures: [name: string, value: string, mark?: string][] = [
    [words.data.figures.active, wholeNumber(count - archived)],
    [words.data.figures.archived, wholeNumber(archived)],
    // Else the sentence says it.
    ...(damaged > 0 ? [[words.data.figures.size, bytes(size)] as [string, string]] : []),
    ...(blobs.count > 0 ? [[words.data.figures.blobs, bytes(blobs.bytes)] as [string, string]] : []),
    ...(checkpoints ? [[words.data.figures.checkpoints, bytes(checkpoints.bytes)] as [string, string]] : []),
    [
      words.data.figures.trash,
      trash.failure ?? words.data.trash(trash.count, bytes(trash.bytes)),
      trash.failure === null ? '' : 'careful',
    ],
    [words.data.figures.free, free, disk?.isLow ? 'careful' : ''],
  ]
  return (
    <dl className="figures">
      {figures.map(([name, value, mark = '']) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={mark}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Besides({ data: { sessions, others, sameButCase } }: { data: DataReport }) {
  const found = [
    ...sessions.filter(({ state }) => state === 'readonly').map((one) => words.data.newer(titleOf(one))),
    ...sessions.filter(({ shadowed }) => shadowed).map((one) => words.data.shadowed(titleOf(one))),
    ...sessions.filter(({ beingWritten }) => beingWritten).map((one) => words.data.beingWritten(titleOf(one))),
    ...sessions.flatMap((one) => (one.copy === null ? [] : [words.data.copies[one.copy](titleOf(one))])),
    ...sameButCase.map(words.data.sameButCase),
    ...others.map(({ name, kind, bytes: size }) => words.data.others[kind](name, bytes(size))),
  ]
  if (found.length === 0) return null
  return (
    <>
      <h3>{words.data.besides}</h3>
      <ul className="besides">
        {found.map((sentence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two sessions may have one title, and what was found never moves.
          <li key={`${sentence} ${index}`} dir="auto">
            {sentence}
          </li>
        ))}
      </ul>
    </>
  )
}

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="checks">
      {checks.map((check) => (
        <li key={check.name}>
          <Icon name={marks[check.status].icon} className={marks[check.status].className} />
          <span className="check-name">
            {check.name}
            <span className="sr">{words.settings.checkStatus[check.status]}</span>
          </span>
          <span className="check-detail">
            {check.detail}
            {check.fix !== null && <span className="check-fix">{check.fix}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
