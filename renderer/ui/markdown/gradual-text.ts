// A long text that is there as a whole is read and drawn a little at a time, so that no frame waits for all of it.
import { useEffect, useState } from 'react'

/** Texts up to here are drawn at once. Characters. */
const atOnce = 24_000
/** So much more is drawn whenever the window has nothing else to do. */
const step = 8_000

export interface GradualText {
  /** The beginning of the text that is to be drawn now. */
  shown: string
  /** It was long when it was first drawn. A text that grew from a short one is drawn as it grows. */
  isLong: boolean
}

export function useGradualText(text: string): GradualText {
  const [isLong] = useState(text.length > atOnce)
  const [upTo, setUpTo] = useState(isLong ? step : Number.POSITIVE_INFINITY)
  const end = endOfLine(text, upTo)
  const isAll = end >= text.length
  useEffect(() => {
    if (isAll) return
    const job = requestIdleCallback(() => setUpTo(end + step), { timeout: 200 })
    return () => cancelIdleCallback(job)
  }, [isAll, end])
  return { shown: isAll ? text : text.slice(0, end), isLong }
}

/** Behind an empty line where there is one soon: there most blocks end. */
export function endOfLine(text: string, from: number): number {
  if (from >= text.length) return text.length
  const blank = text.indexOf('\n\n', from)
  if (blank >= 0 && blank - from < step) return blank + 2
  const line = text.indexOf('\n', from)
  return line < 0 || line - from > step ? from + step : line + 1
}
