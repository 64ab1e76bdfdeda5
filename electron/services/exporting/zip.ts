// A session's file with what is too large for its lines, as a zip that is put together in memory.
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { exportWords as words } from '../../../shared/messages/exports.ts'
import { size } from '../../../shared/messages/sizes.ts'
import { plain } from './plain.ts'

const mostBytes = 300_000_000
const name = /sha256:([0-9a-f]{2})([0-9a-f]{62})/g

export async function zipOf(
  title: string,
  session: Uint8Array,
  blob: (name: string) => Promise<Uint8Array | null>,
  { now, version }: { now: Date; version: string },
): Promise<Uint8Array> {
  const zip = new ZipFile()
  const options = { mtime: now, mode: 0o100600 }
  let bytes = 0
  let missing = 0
  const add = (path: string, content: Uint8Array) => {
    bytes += content.length
    if (bytes > mostBytes) throw new ExpectedFailure('limit', words.zipLimit(size(mostBytes)))
    zip.addBuffer(Buffer.from(content), path, options)
  }
  add('session.jsonl', session)
  // Whatever names one, as when blobs are cleared away: one too many does no harm.
  const named = new Map(
    [...Buffer.from(session).toString('latin1').matchAll(name)].map(([all, start, rest]) => [
      all,
      `${start}/${start}${rest}`,
    ]),
  )
  for (const [hash, path] of named) {
    const content = await blob(hash)
    if (content) add(`blobs/${path}`, content)
    else missing++
  }
  const exported = words.exported(now.toISOString().slice(0, 10), version)
  add('README.txt', Buffer.from(words.zipNote(plain(title) || words.untitled, exported, missing)))
  zip.end()
  return await buffer(zip.outputStream)
}
