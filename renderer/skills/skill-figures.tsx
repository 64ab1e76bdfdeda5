// What became of a skill, and what it costs: numbers that were counted, and the sessions in which it was used last.
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillSummary, SkillUse } from '../../shared/skills.ts'
import { inOrder } from '../ui/in-order.ts'
import { fullMoment, messageMoment, wholeNumber } from '../ui/moments.ts'
import { plainTitle } from '../ui/plain-title.ts'
import type { Skills } from './skills-store.ts'

const words = skillsPage.details

export type OpenUse = (sessionId: string, at?: { entryId: string }) => void

export function SkillFigures(props: { skills: Skills; skill: SkillSummary; onOpenUse: OpenUse }) {
  const { skills, skill } = props
  const use = useStore(skills.store, (each) => each.uses.get(skill.key))
  const age = useStore(skills.store, (each) => each.usesAge)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when what is known may be old
  useEffect(() => skills.wantUse(skill.key), [skills, skill.key, age])
  const costs = (
    <section>
      <h3 className="kicker">{words.cost}</h3>
      <dl>
        <Figure name={words.eachTurn} value={skill.tokens.catalogue} />
        <Figure name={words.whenRead} value={skill.tokens.loaded} />
      </dl>
    </section>
  )
  return (
    <>
      <div className="figures">
        <section>
          <h3 className="kicker">{words.period}</h3>
          <dl>
            <Figure name={words.offered} value={use?.offered} />
            <Figure name={words.chosen} value={use?.chosen} />
            <Figure name={words.read} value={use?.read} />
          </dl>
        </section>
        {costs}
      </div>
      {use !== undefined && use.latest.length > 0 && <Latest use={use} onOpenUse={props.onOpenUse} />}
    </>
  )
}

/** A dash until it was counted: nought would be an answer. */
function Figure(props: { name: string; value: number | undefined }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value === undefined ? '–' : wholeNumber(props.value)}</dd>
    </div>
  )
}

function Latest(props: { use: SkillUse; onOpenUse: OpenUse }) {
  const now = new Date()
  return (
    <ul className="uses" aria-label={words.uses}>
      {inOrder(props.use.latest, ({ sessionId, title, entryId, ts, by }, place) => {
        const name = plainTitle(title) || windowWords.untitled
        return (
          <li key={place}>
            <button
              type="button"
              title={words.openUse}
              onClick={() => props.onOpenUse(sessionId, entryId === null ? undefined : { entryId })}
            >
              <span className="cut" dir="auto">
                {name}
              </span>
              <span className="muted">{by === 'user' ? words.byUser : words.byModel}</span>
              <time dateTime={ts} title={fullMoment(ts)}>
                {messageMoment(ts, now)}
              </time>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
