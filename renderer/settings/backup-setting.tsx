// Everything as one file, and back: where to, which, and whether at all a person says natively.
import { useRef } from 'react'
import { useStore } from 'zustand'
import { backupWords } from '../../shared/messages/backup.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { type BackupWorkState, backupWorkOf } from './backup-work.ts'
import { CancelButton } from './cancel-button.tsx'
import { Setting } from './setting.tsx'

const says = backupWords.window

export function BackupSetting({ bridge }: { bridge: Bridge }) {
  const work = backupWorkOf(bridge)
  const state = useStore(work.store)
  const { running, failure, begins } = state
  const own = { backup: useRef<HTMLButtonElement>(null), restore: useRef<HTMLButtonElement>(null) }
  const button = (kind: 'backup' | 'restore', label: string, act: () => Promise<void>) => (
    <button
      ref={own[kind]}
      type="button"
      className="button"
      aria-busy={running?.kind === kind}
      // Not disabled: that would take the focus of whoever has just pressed it.
      aria-disabled={begins || (running !== null && running.kind !== kind)}
      onClick={() => void act()}
    >
      {running?.kind === kind && <Icon name="running" turning />}
      {label}
    </button>
  )
  return (
    <>
      <Setting
        name={says.name}
        note={says.note}
        control={() => (
          <>
            <div className="check-line">
              {button('backup', says.backUp, work.backUp)}
              {button('restore', says.restore, work.restore)}
              {running?.progress && <CancelButton onCancel={work.cancel} focusAfter={own[running.kind]} />}
            </div>
            {running?.progress && <Progress kind={running.kind} progress={running.progress} />}
            <div role="status" className="backup-said">
              {begins && <p>{says.begins}</p>}
              {state.written && <Written written={state.written} />}
            </div>
          </>
        )}
      />
      {failure && (
        <FailureLine
          sentence={failure.message}
          detail={failure.detail}
          detailLabel={words.details}
          urgent={failure.code !== 'cancelled'}
        />
      )}
    </>
  )
}

function Progress(props: {
  kind: 'backup' | 'restore'
  progress: NonNullable<NonNullable<BackupWorkState['running']>['progress']>
}) {
  const { bytes, ofBytes } = props.progress
  const known = ofBytes > 0 ? { value: bytes, max: ofBytes } : {}
  return (
    <div className="check-progress">
      <span className="num">{says.progress(props.kind, bytes, ofBytes)}</span>
      <progress aria-label={says.name} {...known} />
    </div>
  )
}

function Written({
  written: { path, bytes, sessions, leftOut },
}: {
  written: NonNullable<BackupWorkState['written']>
}) {
  return (
    <>
      <p>{says.written(bytes, sessions)}</p>
      <p className="path">{path}</p>
      {leftOut.length > 0 && (
        <details>
          <summary>{backupWords.leftOutCount(leftOut.length)}</summary>
          <ul>
            {leftOut.map(({ path: left, why }) => (
              <li key={left}>
                <span className="path">{left}</span>
                {says.because(backupWords.leftOut[why])}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
