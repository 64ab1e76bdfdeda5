// Ids of calls: unlike every other in the conversation, whatever a server sent or a model wrote.

/** Answers the given id when it is one and is still free, else the next free `call_N`. Each answer is taken from then on. */
export function createCallIds(taken: Iterable<string>): (given: string | null | undefined) => string {
  const all = new Set(taken)
  let last = all.size
  return (given) => {
    let id = given ?? ''
    while (id === '' || all.has(id)) {
      last += 1
      id = `call_${last}`
    }
    all.add(id)
    return id
  }
}
