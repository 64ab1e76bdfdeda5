// A figure: a value with what it is compared to, and the sentence of the table about it.

export interface Figure {
  name: string
  value: number
  unit: string
  /** What the same work costs at least, measured in the same run; for an absolute limit that limit. */
  baseline: number
  /** A cost: value by baseline. */
  ratio: number
  /** Greatest ratio that is good enough. */
  limit: number
  ok: boolean
}

export interface Pair {
  own: number
  baseline: number
}

/** A figure from interleaved runs, so that a busy moment of the machine hits both alike. */
export function comparedFigure(name: string, unit: string, limit: number, pairs: readonly Pair[]): Figure {
  const value = median(pairs.map(({ own }) => own))
  const baseline = median(pairs.map((pair) => pair.baseline))
  return judge({ name, value, unit, baseline, ratio: value / baseline, limit })
}

/** A figure that must not exceed `most`, whatever anything else costs. */
export function absoluteFigure(name: string, unit: string, most: number, values: readonly number[]): Figure {
  const value = median(values)
  return judge({ name, value, unit, baseline: most, ratio: value / most, limit: 1 })
}

/** A figure that must be zero: there is no zero to divide by, so it is compared to one and its limit is nought. */
export function noneFigure(name: string, unit: string, values: readonly number[]): Figure {
  const value = median(values)
  return judge({ name, value, unit, baseline: 1, ratio: value, limit: 0 })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.')
  return (low + high) / 2
}

function judge(figure: Omit<Figure, 'ok'>): Figure {
  const [value, baseline, ratio] = [figure.value, figure.baseline, figure.ratio].map(round) as [number, number, number]
  return { ...figure, value, baseline, ratio, ok: ratio <= figure.limit }
}

/** Three digits that mean something. */
function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
