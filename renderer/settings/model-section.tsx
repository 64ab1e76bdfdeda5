// The model of new sessions, and how much it thinks before it answers.
import { Select } from '@base-ui/react/select'
import { defaultModel, thinkLevels } from '../../shared/limits.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { Segmented } from '../ui/segmented.tsx'
import { Section, Setting } from './setting.tsx'
import '../ui/menu.css'

const compactionChoices = ['automatic', 'off'] as const

/** Stands for "no model chosen" in the list. */
const automatic = ''

export function ModelSection(props: { settings: Settings; host: HostState; change: (patch: SettingsPatch) => void }) {
  const { settings, change } = props
  return (
    <Section name={words.settings.model}>
      <Setting
        name={words.settings.newSessions}
        note={words.settings.newSessionsNote(defaultModel)}
        control={(noteId) => (
          <ModelSelect
            host={props.host}
            value={settings.model}
            describedBy={noteId}
            onChange={(model) => change({ model })}
          />
        )}
      />
      <Setting
        name={words.settings.thinking}
        note={words.settings.thinkingNote}
        control={(noteId) => (
          <Segmented
            legend={words.settings.thinking}
            describedBy={noteId}
            value={settings.think}
            options={thinkLevels.map((level) => ({ value: level, label: words.settings.thinkLevels[level] }))}
            onChange={(think) => change({ think })}
          />
        )}
      />
      <Setting
        name={words.settings.steps}
        note={words.settings.stepsNote}
        control={(noteId) => (
          <Segmented
            legend={words.settings.steps}
            describedBy={noteId}
            value={String(settings.rounds)}
            options={stepChoices(settings.rounds).map((count) => ({ value: String(count), label: String(count) }))}
            onChange={(count) => change({ rounds: Number(count) })}
          />
        )}
      />
      <Setting
        name={words.settings.compaction}
        note={words.settings.compactionNote}
        control={(noteId) => (
          <Segmented
            legend={words.settings.compaction}
            describedBy={noteId}
            value={settings.compaction}
            options={compactionChoices.map((value) => ({ value, label: words.settings.compactionChoices[value] }))}
            onChange={(compaction) => change({ compaction })}
          />
        )}
      />
    </Section>
  )
}

/** With the one that is in force, whoever wrote it into the file. */
function stepChoices(rounds: number): number[] {
  return [...new Set([10, 25, 50, 100, rounds])].sort((one, other) => one - other)
}

function ModelSelect(props: {
  host: HostState
  value: string | null
  describedBy: string
  onChange: (model: string | null) => void
}) {
  const { host, value } = props
  const installed = host.models.filter(
    (model) => model.capabilities.length === 0 || model.capabilities.includes('completion'),
  )
  const isGone = value !== null && !installed.some((model) => model.name === value)
  const items = [
    { value: automatic, label: words.settings.automatic, note: '' },
    ...installed.map((model) => ({ value: model.name, label: model.name, note: bytes(model.bytes) })),
    ...(isGone ? [{ value, label: value, note: words.models.notInstalled }] : []),
  ]
  return (
    <Select.Root
      items={items}
      value={value ?? automatic}
      onValueChange={(next) => props.onChange(next === null || next === automatic ? null : next)}
    >
      <Select.Trigger
        className="button select"
        aria-label={words.settings.newSessions}
        aria-describedby={props.describedBy}
      >
        <Select.Value className="cut" />
        <Icon name="down" small />
      </Select.Trigger>
      <Select.Portal render={<section aria-label={words.models.list} />}>
        <Select.Positioner className="menu-place" align="start" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="menu menu--wide scroll">
            {items.map((item) => (
              <Select.Item key={item.value} value={item.value} className="menu-item">
                <span className="menu-mark">
                  <Select.ItemIndicator>
                    <Icon name="check" />
                  </Select.ItemIndicator>
                </span>
                <Select.ItemText className="cut">{item.label}</Select.ItemText>
                <span className="end">{item.note}</span>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
