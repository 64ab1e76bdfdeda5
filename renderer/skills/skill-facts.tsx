// Where a skill comes from and what it says of itself: as texts, which grant nothing.
import { useId } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import type { SkillDetails } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'

const words = skillsPage.details

export function SkillFacts(props: { details: SkillDetails; onChoose: (key: string) => void }) {
  const { skill, license, compatibility, allowedTools, metadata, others } = props.details
  const note = useId()
  return (
    <section aria-label={words.facts}>
      <dl className="facts">
        <div>
          <dt>{words.found}</dt>
          <dd>
            <span className="path">
              <ExactText text={skill.folder} line />
            </span>
            <span className="faint">{skillsPage.scopes[skill.scope]}</span>
          </dd>
        </div>
        {others.length > 0 && skill.state !== 'shadowed' && (
          <div>
            <dt>{words.others}</dt>
            <dd>
              {others.map((other) => (
                <button key={other.key} type="button" className="link path" onClick={() => props.onChoose(other.key)}>
                  <ExactText text={other.folder} line />
                </button>
              ))}
            </dd>
          </div>
        )}
        <Fact name={words.source} value={skill.source} isPath />
        <Fact name={words.license} value={license} />
        <Fact name={words.compatibility} value={compatibility} />
        {allowedTools.length > 0 && (
          <div>
            <dt>{words.allowedTools}</dt>
            <dd aria-describedby={note}>
              <span className="path">
                <ExactText text={allowedTools.join(' ')} line />
              </span>
              <span id={note} className="faint">
                {words.allowedToolsNote}
              </span>
            </dd>
          </div>
        )}
        {metadata.length > 0 && (
          <div>
            <dt>{words.metadata}</dt>
            <dd>
              {inOrder(metadata, ({ name, value }, place) => (
                <span key={place} dir="auto">
                  <ExactText text={`${name}: ${value}`} line />
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}

function Fact(props: { name: string; value: string | null; isPath?: boolean }) {
  if (props.value === null || props.value === '') return null
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <span className={props.isPath ? 'path' : undefined} dir={props.isPath ? undefined : 'auto'}>
          <ExactText text={props.value} line />
        </span>
      </dd>
    </div>
  )
}
