// Which sessions are selected, as a person builds it: one by one, up to here, all.

export interface Selection {
  ids: ReadonlySet<string>
  /** Where a stretch begins, and what was selected before it: a stretch that becomes shorter gives back what it had taken. */
  anchor: string | null
  before: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()
export const nothingSelected: Selection = { ids: none, anchor: null, before: none }

export function toggled({ ids }: Selection, id: string): Selection {
  const now = new Set(ids)
  if (!now.delete(id)) now.add(id)
  return { ids: now, anchor: id, before: now }
}

/** Everything from the anchor to this one, or from where the person stands when there is no anchor in the list any more. */
export function extendedTo(
  { anchor, before }: Selection,
  order: readonly string[],
  from: string,
  to: string,
): Selection {
  const begin = anchor !== null && order.includes(anchor) ? anchor : from
  const ends = [order.indexOf(begin), order.indexOf(to)].sort((one, other) => one - other)
  const [first = 0, last = -1] = ends
  return { ids: new Set([...before, ...order.slice(Math.max(0, first), last + 1)]), anchor: begin, before }
}

export function allOf(order: readonly string[]): Selection {
  return { ids: new Set(order), anchor: order[0] ?? null, before: none }
}
