// The shape of the page: a section with its heading, and one setting with its name, its note and its control.
import { type ReactNode, useId } from 'react'

export function Section(props: { name: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="settings-section" aria-labelledby={id}>
      <h2 id={id}>{props.name}</h2>
      {props.children}
    </section>
  )
}

/** `control` gets the id of the note, to be described by it. */
export function Setting(props: {
  name: string
  note?: string
  /** Of the one field, when there is one; a group of choices carries its own name. */
  fieldId?: string
  control: (noteId: string) => ReactNode
}) {
  const noteId = useId()
  return (
    <div className="setting">
      <div className="setting-words">
        {props.fieldId === undefined ? <h3>{props.name}</h3> : <label htmlFor={props.fieldId}>{props.name}</label>}
        {props.note !== undefined && (
          <p id={noteId} className="setting-note">
            {props.note}
          </p>
        )}
      </div>
      <div className="setting-control">{props.control(noteId)}</div>
    </div>
  )
}
