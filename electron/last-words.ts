// A process that ends itself waits for what it has said.

/** Resolves when all of it has been handed over, also when nobody reads any more. */
export async function written(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}
