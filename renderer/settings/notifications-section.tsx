// Whether the system says that a session asks or has ended.
import { safety } from '../../shared/messages/safety.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import { Segmented } from '../ui/segmented.tsx'
import { Section, Setting } from './setting.tsx'

const words = safety.notifications

export function NotificationsSection(props: { settings: Settings; change: (patch: SettingsPatch) => void }) {
  return (
    <Section name={words.title}>
      <Setting
        name={words.name}
        note={words.note}
        control={(noteId) => (
          <Segmented
            legend={words.name}
            describedBy={noteId}
            value={props.settings.notifications ? 'on' : 'off'}
            options={[
              { value: 'on', label: words.on },
              { value: 'off', label: words.off },
            ]}
            onChange={(chosen) => props.change({ notifications: chosen === 'on' })}
          />
        )}
      />
    </Section>
  )
}
