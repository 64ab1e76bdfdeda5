// The title of a session as it may stand in a line with other words: it turns no letters around and is not invisible.

/** Characters that turn the direction of what comes after them, beyond the end of the title. */
const turning = /[\u202A-\u202E\u2066-\u2069]/gu
const invisible = /[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Empty when there is nothing to be seen in it. */
export function plainTitle(title: string): string {
  const plain = title.replace(turning, '')
  return plain.replace(invisible, '') === '' ? '' : plain
}

export function withPlainTitle<Titled extends { title: string }>(titled: Titled): Titled {
  return { ...titled, title: plainTitle(titled.title) }
}
