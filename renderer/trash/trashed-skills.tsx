// Skills that were removed, and their way back.
import { useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { window as words } from '../../shared/messages/window.ts'
import type { TrashedSkill } from '../../shared/skills.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { bytes, fullMoment, messageMoment } from '../ui/moments.ts'
import type { Trash } from './trash-store.ts'

export function TrashedSkills(props: {
  trash: Trash
  skills: readonly TrashedSkill[]
  isReadOnly: boolean
  /** A row has gone, and the focus with it. */
  onGone: () => void
}) {
  const { trash, skills, isReadOnly } = props
  const [refused, setRefused] = useState<{ trashId: string; failure: Failure } | null>(null)
  const takeBack = async (trashId: string) => {
    const answer = await trash.takeBack(trashId)
    setRefused(answer.ok ? null : { trashId, failure: answer.failure })
    if (answer.ok) setTimeout(props.onGone)
  }
  return (
    <ul className="trashed" aria-label={words.trash.skills}>
      {skills.map(({ trashId, name, deletedAt, bytes: size }) => (
        <li key={trashId} className="trashed-row">
          <span className="trashed-name">
            <b className="cut" dir="auto" title={name}>
              {name}
            </b>
            <span className="trashed-facts">
              {words.trash.isSkill}
              {words.between}
              <time dateTime={deletedAt} title={fullMoment(deletedAt)}>
                {words.trash.deleted(messageMoment(deletedAt, new Date()))}
              </time>
              {words.between}
              {bytes(size)}
            </span>
          </span>
          {!isReadOnly && (
            <button
              type="button"
              className="button"
              aria-label={words.trash.restoreOf(name)}
              onClick={() => void takeBack(trashId)}
            >
              {words.trash.restore}
            </button>
          )}
          {refused?.trashId === trashId && (
            <div className="trashed-failure">
              <FailureLine
                sentence={refused.failure.message}
                detail={refused.failure.detail}
                detailLabel={words.details}
                urgent
              />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
