// Which key sends a message.
import { window as words } from '../../shared/messages/window.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import { Segmented } from '../ui/segmented.tsx'
import { Section, Setting } from './setting.tsx'

export function WritingSection(props: {
  settings: Settings
  modifier: string
  change: (patch: SettingsPatch) => void
}) {
  const { sendWith } = props.settings
  return (
    <Section name={words.settings.writing}>
      <Setting
        name={words.settings.sendWith}
        note={words.settings.sendWithNote(sendWith)}
        control={(noteId) => (
          <Segmented
            legend={words.settings.sendWith}
            describedBy={noteId}
            value={sendWith}
            options={[
              { value: 'enter', label: words.settings.sendKeys.enter },
              { value: 'mod-enter', label: words.settings.sendKeys['mod-enter'](props.modifier) },
            ]}
            onChange={(next) => props.change({ sendWith: next })}
          />
        )}
      />
    </Section>
  )
}
