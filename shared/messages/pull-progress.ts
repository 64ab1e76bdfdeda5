// How far a model on its way is, in words: the same in the window and in the terminal.
import type { Pull } from '../pulls.ts'
import { size } from './sizes.ts'

/** "45 s", "12 min", "1 h 5 min": a guess is not said to the second when it is long. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** Whole percent, and never 100 before all of it is there. */
export function percent({ doneBytes, totalBytes }: Pick<Pull, 'doneBytes' | 'totalBytes'>): number {
  return totalBytes === 0 ? 0 : Math.floor((doneBytes / totalBytes) * 100)
}

/** "3.2 GB of 9.6 GB"; empty while no size is known. */
export function amount({ doneBytes, totalBytes }: Pick<Pull, 'doneBytes' | 'totalBytes'>): string {
  return totalBytes === 0 ? '' : `${size(doneBytes)} of ${size(totalBytes)}`
}

const steps = {
  manifest: 'Asking the registry',
  download: 'Downloading',
  verify: 'Checking what has come',
  write: 'Installing',
} as const

/** What goes on, in a few words: how fast and how long as far as that is known. */
export function stepWords({ step, bytesPerSecond, secondsLeft }: Pull): string {
  if (step !== 'download') return step === null ? '' : steps[step]
  if (bytesPerSecond === null) return steps.download
  if (bytesPerSecond === 0) return 'Nothing is coming just now'
  const left = secondsLeft === null ? '' : `, about ${timeLeft(secondsLeft)} left`
  return `${size(bytesPerSecond)}/s${left}`
}
