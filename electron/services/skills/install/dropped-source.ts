// What was dropped onto the page as a source: the bytes themselves, since no page may name a path.
import { ExpectedFailure } from '../../../../shared/failure.ts'
import { skillInstallWords } from '../../../../shared/messages/skill-install.ts'
import { droppedBytesLimit } from '../../../../shared/skill-calls.ts'
import type { SkillSource } from '../../../contracts.ts'
import { archiveName, openArchive } from './archive-source.ts'
import type { Incoming, IncomingEntry } from './incoming.ts'

const words = skillInstallWords.source
const startOfScript = Buffer.from('#!')

/** One file is an archive. Throws `invalid-input`, and `Refused`. */
export async function openDropped({ name, files }: Extract<SkillSource, { kind: 'bytes' }>): Promise<Incoming> {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  if (bytes > droppedBytesLimit) {
    throw new ExpectedFailure('invalid-input', words.droppedTooLarge(droppedBytesLimit))
  }
  const [only] = files
  if (files.length === 1 && only && !/(^|\/)skill\.md$/i.test(only.path)) {
    if (!/\.(zip|skill)$/i.test(name)) throw new ExpectedFailure('invalid-input', words.dropped)
    return await openArchive(Buffer.from(only.bytes), archiveName(name))
  }
  const known = new Map<IncomingEntry, Uint8Array>(
    // A page is not told the mode of a file.
    files.map((file) => [
      {
        path: file.path,
        kind: 'file',
        bytes: file.bytes.length,
        packed: null,
        executable: startOfScript.equals(file.bytes.subarray(0, startOfScript.length)),
      },
      file.bytes,
    ]),
  )
  return {
    name,
    entries: [...known.keys()],
    packed: null,
    isWhole: true,
    isGit: false,
    commit: null,
    async read(entry) {
      const bytes = known.get(entry)
      if (!bytes) throw new Error('an entry of something else')
      return once(bytes)
    },
    close: async () => undefined,
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
