// A unified diff as lines to be drawn, with the numbers they have in the file.

export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'gap' | 'note'
  /** In the file as it is now; of a removed line, as it was. null where there is none. */
  number: number | null
  text: string
}

export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = []
  let before = 0
  let after = 0
  let isInHunk = false
  const all = diff.split('\n')
  // A newline at the end does not begin another line.
  if (all.at(-1) === '') all.pop()
  for (const line of all) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
    if (hunk) {
      if (isInHunk) lines.push({ kind: 'gap', number: null, text: '' })
      isInHunk = true
      before = Number(hunk[1])
      after = Number(hunk[2])
    } else if (!isInHunk) continue
    else if (line.startsWith('+')) lines.push({ kind: 'added', number: after++, text: line.slice(1) })
    else if (line.startsWith('-')) lines.push({ kind: 'removed', number: before++, text: line.slice(1) })
    else if (line.startsWith('\\')) lines.push({ kind: 'note', number: null, text: line.slice(1).trim() })
    else {
      lines.push({ kind: 'same', number: after++, text: line.slice(1) })
      before++
    }
  }
  return lines
}
