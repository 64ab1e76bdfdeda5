// What is said of a session's file that could not be read as a whole.
import { window as words } from '../../shared/messages/window.ts'
import { type Diagnostic, skippedBytes, skippedPlaces } from '../../shared/session.ts'
import { bytes, wholeNumber } from '../ui/moments.ts'

/** More places than this are counted, not listed. */
const listed = 50

export function damageSentence(diagnostics: readonly Diagnostic[]): string {
  const skipped = skippedPlaces(diagnostics)
  const missing = diagnostics.filter(({ code }) => code === 'missing_blob').length
  const said = [
    ...(skipped > 0 ? [words.damage.skipped(skipped, bytes(skippedBytes(diagnostics)))] : []),
    ...(missing > 0 ? [words.data.missingBlobs(missing)] : []),
  ]
  return said.length === 0 ? words.damage.mended : said.join(' ')
}

/** One line for each place. */
export function damageDetail(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics
    .slice(0, listed)
    .map(({ offset, length, message }) => words.damage.place(wholeNumber(offset), wholeNumber(length), length, message))
  const more = diagnostics.length - listed
  return [...lines, ...(more > 0 ? [words.damage.more(more)] : [])].join('\n')
}
