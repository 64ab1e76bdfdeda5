// Everything that lies over the page, in a file of its own: the first words need none of it, and it is a quarter of all scripts.
import { useState } from 'react'

export const loadPopups = () => import('./popups-late.ts')

/** Whether this was ever true. */
export function useOnce(isNow: boolean): boolean {
  const [was, setWas] = useState(isNow)
  if (isNow && !was) setWas(true)
  return was || isNow
}
