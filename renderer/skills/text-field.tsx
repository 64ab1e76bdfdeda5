// One line to write in, with its name above and what there is to know below.
import { useId } from 'react'

export function TextField(props: {
  label: string
  value: string
  example?: string
  note?: string
  isPath?: boolean
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div className="text-field">
      <label htmlFor={id}>{props.label}</label>
      <div className="field">
        <input
          id={id}
          type="text"
          spellCheck={!props.isPath}
          autoComplete="off"
          className={props.isPath ? 'path' : undefined}
          dir={props.isPath ? 'ltr' : 'auto'}
          aria-describedby={props.note ? `${id}-note` : undefined}
          placeholder={props.example}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      </div>
      {props.note && (
        <p id={`${id}-note`} className="detail-note">
          {props.note}
        </p>
      )}
    </div>
  )
}
