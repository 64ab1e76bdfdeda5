// The icons of Carrel: 16 grid, 1.5 stroke, round ends; and its sign on a 40 grid.
import type { ReactNode } from 'react'

const shapes = {
  again: (
    <>
      <path d="M13 8a5 5 0 1 1-1.5-3.6" />
      <path d="M13.25 2.5v2.75h-2.75" />
    </>
  ),
  archive: (
    <>
      <rect x="2.5" y="3" width="11" height="3" rx=".75" />
      <path d="M3.5 6v5.75c0 .69.56 1.25 1.25 1.25h6.5c.69 0 1.25-.56 1.25-1.25V6m-6 2.75h3" />
    </>
  ),
  arrowdown: (
    <>
      <path d="M8 3v9.75M3.75 8.5 8 12.75l4.25-4.25" />
    </>
  ),
  barred: (
    <>
      <circle cx="8" cy="8" r="5.25" />
      <path d="m4.4 4.4 7.2 7.2" />
    </>
  ),
  book: (
    <>
      <path d="M8 4.4C6.8 3.4 5 3 2.5 3v9c2.5 0 4.3.4 5.5 1.4 1.2-1 3-1.4 5.5-1.4V3C11 3 9.2 3.4 8 4.4zm0 0v9" />
    </>
  ),
  check: (
    <>
      <path d="m3.25 8.5 3 3 6.5-7" />
    </>
  ),
  chip: (
    <>
      <rect x="4" y="4" width="8" height="8" rx="1.5" />
      <path d="M6.5 2v2m3-2v2m-3 8v2m3-2v2M2 6.5h2m-2 3h2m8-3h2m-2 3h2" />
    </>
  ),
  close: (
    <>
      <path d="m4.25 4.25 7.5 7.5m0-7.5-7.5 7.5" />
    </>
  ),
  correct: (
    <>
      <path d="M3 3.25v4.5c0 1.1.9 2 2 2h8" />
      <path d="m9.75 6.25 3.5 3.5-3.5 3.5" />
    </>
  ),
  export: (
    <>
      <path d="M8 10V2.75M5.25 5.25 8 2.5l2.75 2.75" />
      <path d="M3 9.5v2.25c0 .69.56 1.25 1.25 1.25h7.5c.69 0 1.25-.56 1.25-1.25V9.5" />
    </>
  ),
  prompt: (
    <>
      <path d="m3 4.5 3.5 3.5L3 11.5M8 11.75h5" />
    </>
  ),
  crossing: (
    <>
      <path d="M4.5 3v10M4.5 8h8.75m-2.75-2.75L13.25 8l-2.75 2.75" />
    </>
  ),
  copy: (
    <>
      <rect x="5.75" y="5.75" width="7.5" height="7.5" rx="1.25" />
      <path d="M10.25 5.75V4c0-.7-.55-1.25-1.25-1.25H4c-.7 0-1.25.55-1.25 1.25v5c0 .7.55 1.25 1.25 1.25h1.75" />
    </>
  ),
  down: (
    <>
      <path d="M3.75 6 8 10.25 12.25 6" />
    </>
  ),
  eye: (
    <>
      <path d="M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8z" />
      <circle cx="8" cy="8" r="1.75" />
    </>
  ),
  eyeoff: (
    <>
      <path d="M6.4 3.95A6.4 6.4 0 0 1 8 3.75c4 0 6.25 4.25 6.25 4.25a11 11 0 0 1-1.75 2.3M4.1 5.1A10.6 10.6 0 0 0 1.75 8S4 12.25 8 12.25a6.3 6.3 0 0 0 3.2-.9M6.75 6.75a1.75 1.75 0 0 0 2.5 2.5" />
      <path d="m2.75 2.75 10.5 10.5" />
    </>
  ),
  file: (
    <>
      <path d="M4.25 2.5h5l3 3v7.25c0 .41-.34.75-.75.75h-7.25a.75.75 0 0 1-.75-.75v-9.5c0-.41.34-.75.75-.75z" />
      <path d="M9 2.75v3h3" />
    </>
  ),
  clip: (
    <>
      <path d="m12.5 7.5-4.6 4.6a2.8 2.8 0 0 1-4-4l5-5a1.9 1.9 0 0 1 2.7 2.7l-4.9 4.9a.95.95 0 0 1-1.35-1.35L9.75 5" />
    </>
  ),
  folder: (
    <>
      <path d="M2.25 4.5c0-.7.55-1.25 1.25-1.25h2.6L7.75 5h4.75c.7 0 1.25.55 1.25 1.25v5.25c0 .7-.55 1.25-1.25 1.25h-9c-.7 0-1.25-.55-1.25-1.25z" />
    </>
  ),
  fork: (
    <>
      <circle cx="4.25" cy="3.75" r="1.5" />
      <circle cx="11.75" cy="3.75" r="1.5" />
      <circle cx="8" cy="12.25" r="1.5" />
      <path d="M4.25 5.25C4.25 8 8 7.5 8 10.75M11.75 5.25C11.75 8 8 7.5 8 10.75" />
    </>
  ),
  left: (
    <>
      <path d="M10 3.75 5.75 8 10 12.25" />
    </>
  ),
  lines: (
    <>
      <path d="M3 4.25h10M3 8h10m-10 3.75h6" />
    </>
  ),
  minus: <path d="M3.25 8h9.5" />,
  more: (
    <>
      <circle className="solid" cx="3.5" cy="8" r="1.1" />
      <circle className="solid" cx="8" cy="8" r="1.1" />
      <circle className="solid" cx="12.5" cy="8" r="1.1" />
    </>
  ),
  panel: (
    <>
      <rect x="2.25" y="3" width="11.5" height="10" rx="1.5" />
      <path d="M9.75 3v10" />
    </>
  ),
  pencil: (
    <>
      <path d="m10.75 2.9 2.35 2.35-7.5 7.5-3 .65.65-3z" />
    </>
  ),
  pin: (
    <>
      <path d="M5.75 2.75h4.5l-.5 3.75 2.5 2.75h-8.5L6.25 6.5zM8 9.25v4" />
    </>
  ),
  plus: (
    <>
      <path d="M8 3.25v9.5M3.25 8h9.5" />
    </>
  ),
  right: (
    <>
      <path d="M6 3.75 10.25 8 6 12.25" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.25" strokeOpacity=".28" />
      <path d="M8 2.75A5.25 5.25 0 0 1 13.25 8" />
    </>
  ),
  seal: (
    <>
      <path d="m8 2.25 4.75 1.75v3.75c0 2.9-1.9 4.9-4.75 6-2.85-1.1-4.75-3.1-4.75-6V4z" />
      <path d="m5.9 7.9 1.5 1.5 2.8-3" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  send: (
    <>
      <path d="M8 13V3.25M3.75 7.5 8 3.25l4.25 4.25" />
    </>
  ),
  sidebar: (
    <>
      <rect x="2.25" y="3" width="11.5" height="10" rx="1.5" />
      <path d="M6.25 3v10" />
    </>
  ),
  sliders: (
    <>
      <path d="M2.5 5h5.6m3.8 0h1.6M2.5 11h1.6m3.8 0h5.6" />
      <circle cx="10" cy="5" r="1.75" />
      <circle cx="6" cy="11" r="1.75" />
    </>
  ),
  stop: (
    <>
      <rect className="solid" x="4.25" y="4.25" width="7.5" height="7.5" rx="1.25" />
    </>
  ),
  thought: (
    <>
      <path d="M3 4.5h1.5m2 0H13M3 8h6.5m2 0H13M3 11.5h3.5m2 0H10" />
    </>
  ),
  told: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 7.5v3.25m0-5.6v.05" />
    </>
  ),
  tool: (
    <>
      <path d="M6.25 3.25 3 8l3.25 4.75M9.75 3.25 13 8l-3.25 4.75" />
    </>
  ),
  trash: (
    <>
      <path d="M2.75 4.5h10.5M6 4.5V3.25c0-.28.22-.5.5-.5h3c.28 0 .5.22.5.5V4.5" />
      <path d="m4 4.5.55 7.6c.05.65.6 1.15 1.25 1.15h4.4c.65 0 1.2-.5 1.25-1.15L12 4.5M6.75 7.25v3.5m2.5-3.5v3.5" />
    </>
  ),
  undo: (
    <>
      <path d="M5.75 3 2.75 6l3 3" />
      <path d="M2.75 6h6.5a3.5 3.5 0 0 1 0 7H6.5" />
    </>
  ),
  up: (
    <>
      <path d="M3.75 10 8 5.75 12.25 10" />
    </>
  ),
  waiting: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M6.5 6.1v3.8m3-3.8v3.8" />
    </>
  ),
  warn: (
    <>
      <path d="m8 2.75 5.75 10.1H2.25z" />
      <path d="M8 6.75v2.75m0 1.6v.05" />
    </>
  ),
  write: (
    <>
      <path d="M8.5 3H4.25C3.56 3 3 3.56 3 4.25v7.5c0 .69.56 1.25 1.25 1.25h7.5c.69 0 1.25-.56 1.25-1.25V7.5" />
      <path d="m12 2.25 1.75 1.75-5.5 5.5-2.25.5.5-2.25z" />
    </>
  ),
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

/** A picture beside a word; never the only bearer of a meaning, so it is hidden from assistive technology. */
export function Icon(props: { name: IconName; small?: boolean; turning?: boolean; className?: string }) {
  const classes = ['icon', props.small && 'icon--s', props.turning && 'turning', props.className].filter(Boolean)
  const turns = props.name === 'left' || props.name === 'right' ? 'onward' : undefined
  return (
    <svg className={classes.join(' ')} viewBox="0 0 16 16" aria-hidden="true" focusable="false" data-turns={turns}>
      {shapes[props.name]}
    </svg>
  )
}

/** The sign of Carrel: a desk between two walls, with its lamp. */
export function Sign() {
  return (
    <svg className="icon sign" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <path d="M6 36V7m28 29V7M6 26h28M16.5 26h7M20 26V16.5M13 16.5c0-3.6 2.8-6.5 7-6.5s7 2.9 7 6.5zM20 10V8" />
    </svg>
  )
}
