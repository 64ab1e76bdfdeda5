// A choice of one among a few words, as real radio buttons.
import { useId } from 'react'
import './segmented.css'

export function Segmented<Value extends string>(props: {
  legend: string
  value: Value
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
  describedBy?: string
}) {
  const name = useId()
  return (
    <fieldset className="segmented" aria-describedby={props.describedBy}>
      <legend className="sr">{props.legend}</legend>
      {props.options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            className="sr"
            name={name}
            value={option.value}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
