// Times and sizes in the system's own locale and time zone; hours run to 24, as the design sets them.

const twoDigits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const clock = date(twoDigits)
const clockWithSeconds = date({ ...twoDigits, second: '2-digit' })
const weekday = date({ weekday: 'short' })
const dayAndMonth = date({ day: 'numeric', month: 'short' })
const dayMonthYear = date({ day: 'numeric', month: 'short', year: 'numeric' })
const inFull = date({ dateStyle: 'full', timeStyle: 'short' })
const oneDigit = later(() => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }))
const whole = later(() => new Intl.NumberFormat())

function date(form: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  return later(() => new Intl.DateTimeFormat(undefined, form))
}

/** Made when it is first asked for: each costs a start a millisecond or more, and the first words need none. */
function later<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** What every message shows, made before the first does: together 10 to 20 ms, which it would be drawn that much later. */
export const momentWarmUps: readonly (() => void)[] = [clock, inFull].map((form) => () => void form().format(0))

function parse(iso: string): Date | null {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? null : date
}

/** Whole days of the calendar between a moment and now: 0 is today, 1 yesterday. Infinity when it cannot be read. */
export function daysAgo(iso: string, now: Date): number {
  const date = parse(iso)
  if (!date) return Number.POSITIVE_INFINITY
  const day = (each: Date) => Date.UTC(each.getFullYear(), each.getMonth(), each.getDate())
  return Math.round((day(now) - day(date)) / 86_400_000)
}

/** "14:02" today and yesterday, "Fri" within the week, "9 Nov", "9 Nov 2024". */
export function shortMoment(iso: string, now: Date): string {
  const date = parse(iso)
  if (!date) return ''
  const days = daysAgo(iso, now)
  if (days <= 1) return clock().format(date)
  if (days < 7) return weekday().format(date)
  return (date.getFullYear() === now.getFullYear() ? dayAndMonth() : dayMonthYear()).format(date)
}

/** "14:02" today, else with its day. */
export function messageMoment(iso: string, now: Date): string {
  const date = parse(iso)
  if (!date) return ''
  const time = clock().format(date)
  return daysAgo(iso, now) === 0 ? time : `${shortDay(date, now)} ${time}`
}

function shortDay(date: Date, now: Date): string {
  const days = daysAgo(date.toISOString(), now)
  if (days < 7) return weekday().format(date)
  return (date.getFullYear() === now.getFullYear() ? dayAndMonth() : dayMonthYear()).format(date)
}

export function fullMoment(iso: string): string {
  const date = parse(iso)
  return date ? inFull().format(date) : ''
}

export function clockTime(iso: string): string {
  const date = parse(iso)
  return date ? clockWithSeconds().format(date) : ''
}

/** "0:48", "12:05", "1:02:09". */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const head = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes)
  return `${head}:${two(seconds % 60)}`
}

/** Decimal units, as Ollama counts them: "9.6 GB". */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${oneDigit().format(value)} ${units[unit] ?? ''}`
}

export function wholeNumber(value: number): string {
  return whole().format(value)
}

export function oneDecimal(value: number): string {
  return oneDigit().format(value)
}
