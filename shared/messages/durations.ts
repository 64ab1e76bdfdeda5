// How long something has taken, as cards, live lines and the terminal say it.

/** "12 s", "2:05". */
export function elapsed(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** "0.1 s", "12 s", "2:05". */
export function took(ms: number): string {
  const seconds = ms / 1_000
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : elapsed(Math.round(seconds))
}
