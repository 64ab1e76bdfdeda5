// A session as a file of the person's choice; the ending of its name says in which form.
import { exportFormats } from '../../shared/export-format.ts'
import { exportWords } from '../../shared/messages/exports.ts'
import type { Services, Surface } from '../contracts.ts'

/** Longest part of a title in the name of a file that is proposed, in code points. */
const nameLength = 60

export async function exportSession(
  { exporting, sessions }: Pick<Services, 'exporting' | 'sessions'>,
  surface: Surface,
  sessionId: string,
  signal: AbortSignal,
): Promise<{ saved: string | null }> {
  const { session } = await sessions.open(sessionId, { slice: { at: 'end', entryId: null, branch: null } })
  const saved = await surface.chooseSessionFile(`${fileName(session.title)}.md`, signal)
  if (saved === null) return { saved }
  // Without an ending, or with one of another kind, it is to be read.
  const format = exportFormats.find((one) => saved.toLowerCase().endsWith(`.${one}`)) ?? 'md'
  await exporting.exportTo(saved, sessionId, format)
  return { saved }
}

/** What every system takes for a name in a folder. */
export function fileName(title: string): string {
  const plain = [...title.replace(/[^\p{L}\p{M}\p{N}\p{Emoji}' ,()-]+/gu, ' ').trim()].slice(0, nameLength).join('')
  const name = plain.replace(/\s+/g, ' ').trim()
  // Names of devices of Windows, whatever follows them.
  return name === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? exportWords.fileName : name
}
