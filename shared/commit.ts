// The paths of a commit as a model gives them: a tool's parameters are flat, so they are the lines of one text.

/** Empty for everything. Without `./` and a slash at the end, which say nothing. */
export function commitPaths(text: string | undefined): string[] {
  const paths = (text ?? '')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^(\.\/+)+/, '')
        .replace(/(.)\/+$/, '$1'),
    )
    .filter((path) => path !== '')
  return paths.includes('.') ? [] : [...new Set(paths)]
}
