// The log of a session as it comes back without the rights of its backup: nothing in it lets more happen unasked.

/** What every record that says a mode has in it: the name as it is, or any letter of it as an escape. */
const marks = [Buffer.from('mode'), Buffer.from('\\u')]
const newline = 0x0a

export interface LineFilter {
  /** What of the bytes can be written by now. */
  take(piece: Buffer): Buffer
  end(): Buffer
}

/**
 * For the bytes of a session's file, piece by piece. A mode that asks less than the usual one becomes the usual one, and the record says
 * what it was; every other line stays as it is, byte for byte.
 */
export function withoutRights(): LineFilter {
  let rest: Buffer[] = []
  return {
    take(piece) {
      const end = piece.lastIndexOf(newline) + 1
      if (end === 0) {
        rest.push(Buffer.from(piece))
        return Buffer.alloc(0)
      }
      const lines = Buffer.concat([...rest, piece.subarray(0, end)])
      // A copy: the piece may be used again by whoever gave it.
      rest = [Buffer.from(piece.subarray(end))]
      return filtered(lines)
    },
    end: () => filtered(Buffer.concat(rest)),
  }
}

function filtered(lines: Buffer): Buffer {
  if (!marks.some((mark) => lines.includes(mark))) return lines
  const parts: Buffer[] = []
  for (let start = 0; start < lines.length; ) {
    const found = lines.indexOf(newline, start)
    const end = found === -1 ? lines.length : found
    const line = lines.subarray(start, end)
    parts.push(marks.some((mark) => line.includes(mark)) ? lessened(line) : line)
    if (found !== -1) parts.push(lines.subarray(end, end + 1))
    start = end + 1
  }
  return Buffer.concat(parts)
}

function lessened(line: Buffer): Buffer {
  let value: unknown
  try {
    value = JSON.parse(line.toString('utf8').replace(/^\ufeff/, ''))
  } catch {
    // Whoever reads it later cannot read it either.
    return line
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return line
  const record = { ...value } as Record<string, unknown>
  const isAsking = record['mode'] === undefined || record['mode'] === 'workspace' || record['mode'] === 'read-only'
  const spilled = record['spilled']
  // What stands for these in a blob would be put in their place when the file is read.
  const hides = typeof spilled === 'object' && spilled !== null && ('mode' in spilled || 'type' in spilled)
  if (isAsking && !hides) return line
  if (hides) delete record['spilled']
  if (!isAsking) Object.assign(record, { mode: 'workspace', modeBefore: record['mode'] })
  return Buffer.from(JSON.stringify(record))
}
