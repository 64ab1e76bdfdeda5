// Where the data lies, whether it is sound, and what leaves this machine.
import { useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import type { Check, Output } from '../../shared/ipc.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { Section, Setting } from './setting.tsx'

type Report = Output<'app.check'>

export function DataSection(props: { bridge: Bridge; home: string; version: string }) {
  const { bridge } = props
  const [report, setReport] = useState<Report | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isChecking, setChecking] = useState(false)

  const showFolder = async () => {
    const answer = await bridge.call('window.showDataFolder', {})
    setFailure(answer.ok ? null : answer.failure)
  }
  const check = async () => {
    if (isChecking) return
    setChecking(true)
    const answer = await bridge.call('app.check', {})
    setChecking(false)
    setFailure(answer.ok ? null : answer.failure)
    setReport(answer.ok ? answer.value : null)
  }

  return (
    <Section name={words.settings.data}>
      <Setting
        name={words.settings.folder}
        note={words.settings.folderNote}
        control={() => (
          <div className="folder-line">
            <span className="path">{props.home}</span>
            <button type="button" className="button" onClick={() => void showFolder()}>
              {words.settings.showFolder}
            </button>
          </div>
        )}
      />
      <Setting
        name={words.settings.sound}
        note={words.settings.soundNote}
        control={() => (
          <button type="button" className="button" aria-busy={isChecking} onClick={() => void check()}>
            {isChecking && <Icon name="running" turning />}
            {isChecking ? words.settings.checking : words.settings.check}
          </button>
        )}
      />
      <div role="status">{report && <ReportView report={report} />}</div>
      {failure && <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />}
      <div className="privacy">
        <h3>{words.settings.privacy}</h3>
        <p>{words.settings.privacySentence}</p>
        <p className="faint">{words.settings.version(props.version)}</p>
      </div>
    </Section>
  )
}

const marks: Record<Check['status'], { icon: IconName; className: string }> = {
  ok: { icon: 'check', className: 'good' },
  warn: { icon: 'warn', className: 'careful' },
  fail: { icon: 'warn', className: 'bad' },
}

function ReportView(props: { report: Report }) {
  const { checks, skippedBytes } = props.report
  return (
    <>
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
      {skippedBytes > 0 && <p className="setting-note">{words.settings.skipped(bytes(skippedBytes))}</p>}
    </>
  )
}
