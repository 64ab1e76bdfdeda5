// Whether an answer counts already: not in the first moment in which somebody can see what is asked.
import { useEffect, useState } from 'react'
import { armsAfterMs } from '../../shared/approval.ts'

/** A little more than the main process waits, so that it never has to refuse. Milliseconds. */
const margin = 60

/** Begins anew when the window was away: who comes back with a click has not read it yet. */
export function useArmed(): boolean {
  const [isArmed, setArmed] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const begin = () => {
      clearTimeout(timer)
      setArmed(false)
      if (document.visibilityState === 'visible') timer = setTimeout(() => setArmed(true), armsAfterMs + margin)
    }
    begin()
    window.addEventListener('focus', begin)
    document.addEventListener('visibilitychange', begin)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', begin)
      document.removeEventListener('visibilitychange', begin)
    }
  }, [])
  return isArmed
}
