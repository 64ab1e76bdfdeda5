// Where the owner's socket lies: in the data folder, or in a short private folder when that path is too long for one.
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket's path may have 107 bytes on Linux and 103 on macOS. */
const longest = 103

export function socketPathFor(home: string, environment: Readonly<Record<string, string | undefined>>): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\carrel-${name}`
  const inside = join(home, 'owner.sock')
  if (Buffer.byteLength(inside) <= longest) return inside
  const runtime = environment.XDG_RUNTIME_DIR
  const folder = runtime ? join(runtime, `carrel-${name}`) : join(tmpdir(), `carrel-${process.getuid?.() ?? 0}-${name}`)
  return join(folder, 'owner.sock')
}
