// What is not as it should be, each with its place and with what can be done about it.
import type { ReactNode } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillProblem } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'

const words = skillsPage.problems

export function Problems(props: {
  problems: readonly SkillProblem[]
  /** null where Carrel may mend nothing. */
  onFix: ((fix: NonNullable<SkillProblem['fix']>) => void) | null
  /** What else can be done. */
  acts?: ReactNode
}) {
  const { problems, onFix } = props
  return (
    <>
      <ol className="problems" aria-label={words.list}>
        {inOrder(problems, ({ code, message, line, path, fix }, place) => (
          <li key={place} data-code={code}>
            <span className="at">
              {line !== null ? words.line(line) : path !== null && <ExactText text={path} line />}
            </span>
            <span className="problem">
              <span dir="auto">
                <ExactText text={message} line />
              </span>
              {fix !== null && onFix && (
                <button
                  type="button"
                  className="link"
                  aria-label={words.fixOf(words.fixes[fix], message)}
                  onClick={() => onFix(fix)}
                >
                  {words.fixes[fix]}
                </button>
              )}
            </span>
          </li>
        ))}
      </ol>
      {props.acts && <div className="next">{props.acts}</div>}
    </>
  )
}
