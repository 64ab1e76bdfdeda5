// The same work for many, a few at a time.

/** Results in the order of the items. Ends with the first that fails. */
export async function pooled<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const rest = items.entries()
  const workers = Array.from({ length: Math.min(atATime, items.length) }, async () => {
    for (const [at, item] of rest) results[at] = await work(item)
  })
  await Promise.all(workers)
  return results
}
