// Theme, density and text size.
import { window as words } from '../../shared/messages/window.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Section, Setting } from './setting.tsx'

const smallest = 80
const largest = 200
const step = 10

export function AppearanceSection(props: { settings: Settings; change: (patch: SettingsPatch) => void }) {
  const { settings, change } = props
  return (
    <Section name={words.settings.appearance}>
      <Setting
        name={words.settings.theme}
        control={() => (
          <Segmented
            legend={words.settings.theme}
            value={settings.theme}
            options={[
              { value: 'system', label: words.settings.themes.system },
              { value: 'light', label: words.settings.themes.light },
              { value: 'dark', label: words.settings.themes.dark },
            ]}
            onChange={(theme) => change({ theme })}
          />
        )}
      />
      <Setting
        name={words.settings.density}
        control={() => (
          <Segmented
            legend={words.settings.density}
            value={settings.density}
            options={[
              { value: 'comfortable', label: words.settings.densities.comfortable },
              { value: 'compact', label: words.settings.densities.compact },
            ]}
            onChange={(density) => change({ density })}
          />
        )}
      />
      <Setting
        name={words.settings.textSize}
        control={() => <TextSize percent={settings.textSize} onChange={(textSize) => change({ textSize })} />}
      />
    </Section>
  )
}

function TextSize(props: { percent: number; onChange: (percent: number) => void }) {
  const { percent, onChange } = props
  const go = (by: number) => onChange(Math.min(largest, Math.max(smallest, Math.round((percent + by) / step) * step)))
  return (
    <fieldset className="stepper">
      <legend className="sr">{words.settings.textSize}</legend>
      <button
        type="button"
        className="icon-button"
        aria-label={words.settings.smaller}
        aria-disabled={percent <= smallest}
        onClick={() => percent > smallest && go(-step)}
      >
        <Icon name="minus" />
      </button>
      <output className="num">{words.settings.percent(percent)}</output>
      <button
        type="button"
        className="icon-button"
        aria-label={words.settings.larger}
        aria-disabled={percent >= largest}
        onClick={() => percent < largest && go(step)}
      >
        <Icon name="plus" />
      </button>
    </fieldset>
  )
}
