// What the word before the cursor may become: a command or a skill after a slash, a file of the folder after an @.
export interface Suggestion {
  /** In the place of the word. */
  text: string
  note: string
}

export interface Suggestions {
  /** What would be replaced, from the cursor back. */
  word: string
  items: readonly Suggestion[]
}

const shownAtMost = 8

/** `before` is the text up to the cursor. Files are asked for only where an @ stands. */
export async function suggestionsFor(
  before: string,
  names: readonly Suggestion[],
  files: () => Promise<readonly string[]>,
): Promise<Suggestions | null> {
  const command = /^\/[^\s/]*$/.exec(before)?.[0]
  if (command !== undefined) return ofNames(command, names)
  const mention = /(?:^|\s)(@[^\s@]*)$/.exec(before)?.[1]
  if (mention === undefined) return null
  const wanted = mention.slice(1)
  const found = best(await files(), wanted, (path) => path).map((path) => ({ text: `@${path} `, note: '' }))
  return found.length === 0 ? null : { word: mention, items: found }
}

/** The same for commands alone, which are known at once. */
export function ofNames(word: string, names: readonly Suggestion[]): Suggestions | null {
  const items = best(names, word.slice(1), ({ text }) => text.slice(1)).map(({ text, note }) => ({
    text: `${text} `,
    note,
  }))
  return items.length === 0 ? null : { word, items }
}

/** Those that begin so, then those whose last name does, then those that have it inside. */
function best<Item>(items: readonly Item[], wanted: string, nameOf: (item: Item) => string): Item[] {
  const low = wanted.toLocaleLowerCase()
  const ranked = items.flatMap((item) => {
    const name = nameOf(item).toLocaleLowerCase()
    const at = name.indexOf(low)
    if (at < 0) return []
    const lastName = name.slice(name.lastIndexOf('/') + 1)
    return [{ item, rank: at === 0 ? 0 : lastName.startsWith(low) ? 1 : 2 }]
  })
  return ranked
    .sort((one, other) => one.rank - other.rank)
    .slice(0, shownAtMost)
    .map(({ item }) => item)
}
