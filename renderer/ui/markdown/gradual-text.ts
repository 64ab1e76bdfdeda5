// A long text that is there as a whole is read and drawn a little at a time, so that no frame waits for all of it.
import { useEffect, useState } from 'react'

/** Texts up to here are drawn at once. Characters. */
const atOnce = 24_000
/** So much more is drawn whenever the window has nothing else to do. */
const step = 16_000

/** The beginning of the text that is to be drawn now. Of a text that grew from a short one that is all of it. */
export function useGradualText(text: string): string {
  const [upTo, setUpTo] = useState(() => (text.length > atOnce ? step : Number.POSITIVE_INFINITY))
  const end = endOfLine(text, upTo)
  const isAll = end >= text.length
  useEffect(() => {
    if (isAll) return
    const job = requestIdleCallback(() => setUpTo(end + step), { timeout: 200 })
    return () => cancelIdleCallback(job)
  }, [isAll, end])
  return isAll ? text : text.slice(0, end)
}

/** Behind an empty line where there is one soon: there most blocks end. */
export function endOfLine(text: string, from: number): number {
  if (from >= text.length) return text.length
  const blank = text.indexOf('\n\n', from)
  if (blank >= 0 && blank - from < step) return blank + 2
  const line = text.indexOf('\n', from)
  return line < 0 || line - from > step ? from + step : line + 1
}
