// The time of day as React state: for what shows how long something has taken.
import { useEffect, useState } from 'react'

/** Now, in milliseconds, renewed every `every` milliseconds while `active`. */
export function useNow(every: number, active = true): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!active) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every, active])
  return now
}
