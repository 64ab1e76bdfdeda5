// A choice of one among a list that may be long: a button that shows it, and the list when it is pressed.
import { Select } from '@base-ui/react/select'
import { useId } from 'react'
import { Icon } from './icon.tsx'
import './menu.css'

export interface ChoiceItem {
  value: string
  label: string
  /** What is not in its label. */
  title?: string
}

export function Choice(props: {
  /** For those who listen; what is seen is the choice itself. */
  label: string
  value: string
  items: readonly ChoiceItem[]
  /** Of the button. */
  className: string
  isWide?: boolean
  onChange: (value: string) => void
}) {
  const labelId = useId()
  return (
    <Select.Root
      items={props.items}
      value={props.value}
      onValueChange={(next) => next !== null && props.onChange(next)}
    >
      <span id={labelId} className="sr">
        {props.label}
      </span>
      <Select.Trigger className={props.className} aria-labelledby={labelId}>
        <Select.Value className="cut" />
        <Icon name="down" small />
      </Select.Trigger>
      <Select.Portal render={<section aria-label={props.label} />}>
        <Select.Positioner className="menu-place" align="start" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className={props.isWide ? 'menu menu--wide scroll' : 'menu scroll'}>
            {props.items.map((item) => (
              <Select.Item key={item.value} value={item.value} className="menu-item" title={item.title}>
                <span className="menu-mark">
                  <Select.ItemIndicator>
                    <Icon name="check" />
                  </Select.ItemIndicator>
                </span>
                <Select.ItemText className="cut">
                  <bdi>{item.label}</bdi>
                </Select.ItemText>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
