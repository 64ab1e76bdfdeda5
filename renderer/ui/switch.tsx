// A thing that is on or off, at once.
import './switch.css'

export function Switch(props: {
  label: string
  isOn: boolean
  /** Why it cannot be switched now. It is still reached by the keyboard, so that one hears why. */
  notNow?: string | undefined
  onSwitch: (on: boolean) => void
}) {
  const { label, isOn, notNow } = props
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-label={label}
      title={notNow}
      aria-disabled={notNow !== undefined}
      aria-description={notNow}
      onClick={() => notNow === undefined && props.onSwitch(!isOn)}
    />
  )
}
