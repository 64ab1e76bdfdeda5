// A zip file byte by byte, also one that no decent program would write.
import { createHash } from 'node:crypto'
import { crc32, deflateRawSync } from 'node:zlib'

export interface RawEntry {
  name: string
  content: Buffer | string
  /** Unix type and permissions; a regular file unless told. */
  mode?: number
  /** What it says that it has, instead of what it has. */
  saysBytes?: number
  isEncrypted?: boolean
}

export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, mode = 0o100600, saysBytes, isEncrypted = false } of entries) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const label = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800 | (isEncrypted ? 1 : 0), 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(saysBytes ?? bytes.length, 18)
    fields.writeUInt16LE(label.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, label, packed])
    const central = Buffer.alloc(14)
    central.writeUInt32LE((mode << 16) >>> 0, 6)
    central.writeUInt32LE(offset, 10)
    const madeBy = Buffer.from([20, 3])
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), madeBy, fields, central, label]))
    parts.push(local)
    offset += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, list, Buffer.from('PK\u0005\u0006'), end])
}

/** Entries with the manifest that goes with them; `change` alters what it says. */
export function rawBackup(
  entries: readonly RawEntry[],
  change: (manifest: Record<string, unknown>) => object = (manifest) => manifest,
): Buffer {
  const files = entries.map(({ name, content, saysBytes }) => {
    const bytes = Buffer.from(content)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { path: name, bytes: saysBytes ?? bytes.length, sha256, changed: 1_000_000_000_000 }
  })
  const manifest = { carrelBackup: 1, app: '0.1.0', created: '2026-11-29T10:00:00.000Z', files }
  return rawZip([...entries, { name: 'carrel-backup.json', content: JSON.stringify(change(manifest)) }])
}
