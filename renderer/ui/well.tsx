// A part of the page that scrolls by itself, so it has a name and can be reached by keyboard.
import type { ReactNode } from 'react'

export function Well(props: { label: string; className: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls; this is a text that scrolls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div role="group" aria-label={props.label} tabIndex={0} className={`${props.className} scroll`}>
      {props.children}
    </div>
  )
}
