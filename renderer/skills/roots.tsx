// Where Carrel looks for skills, from the folder that comes first to the one that comes last.
import type { RefObject } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillRoot } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'
import { Problems } from './problems.tsx'

const words = skillsPage.roots

export function Roots(props: {
  roots: readonly SkillRoot[]
  heading: RefObject<HTMLHeadingElement | null>
  onCheck: () => void
}) {
  return (
    <>
      <div className="detail-head">
        <h2 ref={props.heading} tabIndex={-1}>
          {words.title}
        </h2>
        <span className="end" />
        <button type="button" className="button" onClick={props.onCheck}>
          {skillsPage.again}
        </button>
      </div>
      <p className="lead">{words.say}</p>
      <ol className="roots" aria-label={words.title}>
        {inOrder(props.roots, (root, place) => (
          <li key={place} data-state={root.state}>
            <span className="path">
              <ExactText text={root.path} line />
            </span>
            <span className="root-facts">
              <span>
                {words.scopes[root.scope]}
                {root.isOurs && root.scope === 'user' && `, ${words.ours}`}
              </span>
              <span className={root.state === 'unreadable' ? 'bad' : root.state === 'untrusted' ? 'careful' : 'faint'}>
                {words.states[root.state]}
              </span>
              {root.state !== 'missing' && <span className="num">{words.found(root.found)}</span>}
            </span>
            {root.state === 'untrusted' && <p className="detail-note">{words.untrustedSay}</p>}
            {root.problems.length > 0 && <Problems problems={root.problems} onFix={null} />}
          </li>
        ))}
      </ol>
    </>
  )
}
