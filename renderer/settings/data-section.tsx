// Where the data lies, whether it is sound, and what leaves this machine.
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Failure } from '../../shared/failure.ts'
import { importPage } from '../../shared/messages/importing.ts'
import { safety } from '../../shared/messages/safety.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { clockTime, wholeNumber } from '../ui/moments.ts'
import { BackupSetting } from './backup-setting.tsx'
import { CancelButton } from './cancel-button.tsx'
import { type DataCheck, type DataCheckState, dataCheckOf } from './data-check.ts'
import { DataFindings, DataSentence } from './data-findings.tsx'
import { Section, Setting } from './setting.tsx'
import './data.css'

export function DataSection(props: {
  bridge: Bridge
  home: string
  version: string
  onOpenSession: (sessionId: string) => void
  onOpenLedger: () => void
  onImport: () => void
}) {
  const { bridge } = props
  const [failure, setFailure] = useState<Failure | null>(null)
  const check = dataCheckOf(bridge)
  const state = useStore(check.store)
  const { running, report, wasStopped } = state
  const shownFailure = failure ?? state.failure

  const showFolder = async () => {
    const answer = await bridge.call('window.showDataFolder', {})
    setFailure(answer.ok ? null : answer.failure)
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
        name={importPage.setting}
        note={importPage.settingNote}
        control={() => (
          <button type="button" className="button" onClick={props.onImport}>
            {importPage.settingAct}
          </button>
        )}
      />
      <Setting
        name={words.settings.sound}
        note={words.settings.soundNote}
        control={() => <CheckControl check={check} state={state} />}
      />
      <div role="status">
        {!running && wasStopped && <p className="setting-note">{words.settings.checkStopped}</p>}
        {!running && !wasStopped && report && <DataSentence report={report} />}
      </div>
      {!running && !wasStopped && report && (
        <DataFindings check={check} report={report} onOpenSession={props.onOpenSession} />
      )}
      {shownFailure && (
        <FailureLine sentence={shownFailure.message} detail={shownFailure.detail} detailLabel={words.details} urgent />
      )}
      <BackupSetting bridge={bridge} />
      <div className="privacy">
        <h3>{words.settings.privacy}</h3>
        <p>{words.settings.privacySentence}</p>
        <button type="button" className="link" onClick={props.onOpenLedger}>
          {safety.ledgerLink}
        </button>
        <p className="faint">{words.settings.version(props.version)}</p>
      </div>
    </Section>
  )
}

function CheckControl({ check, state }: { check: DataCheck; state: DataCheckState }) {
  const { running, report } = state
  const button = useRef<HTMLButtonElement>(null)
  const label = running ? words.settings.checking : report ? words.settings.checkAgain : words.settings.check
  return (
    <>
      <div className="check-line">
        <button
          ref={button}
          type="button"
          className="button"
          aria-busy={running !== null}
          onClick={() => void check.run()}
        >
          {running && <Icon name="running" turning />}
          {label}
        </button>
        {running && <CancelButton onCancel={check.cancel} focusAfter={button} />}
        {!running && report && <span className="faint">{words.settings.checkedAt(clockTime(report.at))}</span>}
      </div>
      {running && <Progress running={running} />}
    </>
  )
}

function Progress({ running: { progress } }: { running: NonNullable<DataCheckState['running']> }) {
  const said =
    progress === null
      ? words.settings.checkBegins
      : progress.files === progress.of
        ? words.settings.checkAsks
        : words.settings.checkReads(wholeNumber(progress.files), wholeNumber(progress.of))
  // By bytes, because one session can be as large as a thousand others.
  const known = progress !== null && progress.ofBytes > 0 ? { value: progress.bytes, max: progress.ofBytes } : {}
  return (
    <div className="check-progress">
      <span className="num">{said}</span>
      <progress aria-label={words.settings.sound} {...known} />
    </div>
  )
}
