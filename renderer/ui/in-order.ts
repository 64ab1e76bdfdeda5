// Draws a list whose parts are known by their place alone, as the words of a text are: they only ever grow at the end.
import type { ReactNode } from 'react'

export function inOrder<Value>(
  values: readonly Value[],
  draw: (value: Value, place: number) => ReactNode,
): ReactNode[] {
  return values.map(draw)
}
