// Said plainly when the server is too old for gemma4, or old enough to be wary of.
import { gemmaVersion } from '../../shared/first-model.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { HostState } from '../../shared/model.ts'
import { FailureLine } from '../ui/failure-line.tsx'

const words = firstRunWords.version

/** Of interest while gemma4 is to be got, or is there. */
export function VersionNote({ host }: { host: HostState }) {
  const { version, models } = host
  const judged = gemmaVersion(version)
  const isConcerned = models.length === 0 || models.some(({ name }) => name.startsWith('gemma4'))
  if (version === null || judged === 'fine' || !isConcerned) return null
  const sentence = judged === 'too-old' ? words.tooOld(version) : words.shaky(version)
  return (
    <div className="version-note">
      <FailureLine tone="wait" sentence={sentence} detailLabel={windowWords.details} />
    </div>
  )
}
