// Settings: one page, saved at once.
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { DataSection } from './data-section.tsx'
import { ModelSection } from './model-section.tsx'
import { NotificationsSection } from './notifications-section.tsx'
import { RulesSection } from './rules-section.tsx'
import { SandboxSection } from './sandbox-section.tsx'
import { ServerSection } from './server-section.tsx'
import { WritingSection } from './writing-section.tsx'
import './settings.css'

export interface SettingsPageProps {
  bridge: Bridge
  settings: Settings
  host: HostState
  /** Absolute path of the data folder. */
  home: string
  version: string
  modifier: string
  isLooking: boolean
  barStart: ReactNode
  onLook: () => void
  onOpenSession: (sessionId: string) => void
  onOpenLedger: () => void
  onImport: () => void
  sessionTitle: (sessionId: string) => string | null
  update: (patch: SettingsPatch) => Promise<Failure | null>
}

/** The word "Saved" stays this long. Milliseconds. */
const savedStays = 2_500

export function SettingsPage(props: SettingsPageProps) {
  const { update } = props
  const [saved, setSaved] = useState(0)
  const [isSaid, setSaid] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    if (saved === 0) return
    setSaid(true)
    const timer = setTimeout(() => setSaid(false), savedStays)
    return () => clearTimeout(timer)
  }, [saved])

  const change = useCallback(
    (patch: SettingsPatch) => {
      void update(patch).then((failed) => {
        setFailure(failed)
        if (failed) setSaid(false)
        else setSaved((count) => count + 1)
      })
    },
    [update],
  )

  return (
    <>
      <header className="bar">
        {props.barStart}
        <h1 ref={heading} tabIndex={-1}>
          {words.settings.title}
        </h1>
        <span className="saved" role="status">
          {isSaid ? words.settings.saved : ''}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="settings scroll" aria-label={words.settings.title} tabIndex={0}>
        <div className="settings-column">
          {failure && (
            <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={words.details} urgent />
          )}
          <ServerSection {...props} change={change} />
          <ModelSection {...props} change={change} />
          <AppearanceSection settings={props.settings} change={change} />
          <WritingSection settings={props.settings} modifier={props.modifier} change={change} />
          <RulesSection bridge={props.bridge} sessionTitle={props.sessionTitle} onOpenSession={props.onOpenSession} />
          <SandboxSection bridge={props.bridge} settings={props.settings} />
          <NotificationsSection settings={props.settings} change={change} />
          <DataSection
            bridge={props.bridge}
            home={props.home}
            version={props.version}
            onOpenSession={props.onOpenSession}
            onOpenLedger={props.onOpenLedger}
            onImport={props.onImport}
          />
        </div>
      </section>
    </>
  )
}
