// The skills beside the composer: how many a model is told of, and for this session which.
import { Popover } from '@base-ui/react/popover'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { Switch } from '../ui/switch.tsx'
import { type Choices, type SessionSkill, skillsOfSession } from './session-choice.ts'
import type { Skills } from './skills-store.ts'
import '../ui/menu.css'
import './session-skills.css'

const words = skillsPage.composer

export interface SessionSkillsProps {
  skills: Skills
  /** null before the session has begun. */
  sessionId: string | null
  /** What was said for this session alone, by name; before it has begun, what it shall begin with. */
  choices: Choices
  /** Of a session that has not begun: on or off in it, or as for all. */
  onBegin: (name: string, on: boolean | null) => void
  /** The one that is tried in this session. */
  only: string | null
  /** It is no more to be tried; null once the session has begun. */
  onNotOnly: (() => void) | null
  /** Why nothing can be switched here now. */
  notNow: string | undefined
  onManage: () => void
}

export function SessionSkills(props: SessionSkillsProps) {
  const { skills, choices, only } = props
  const library = useStore(skills.store, (each) => each.library)
  useEffect(() => skills.want(), [skills])
  const all = useMemo(() => skillsOfSession(library?.skills ?? [], choices, only), [library, choices, only])
  const on = all.filter(({ isOn }) => isOn).length
  if (library === null) return null
  return (
    <Popover.Root>
      <Popover.Trigger
        className="chip chip--plain skills-chip"
        aria-label={only === null ? words.chipLabel(on) : words.chipOnly(only)}
      >
        <Icon name="book" small />
        <span className="num cut">{only === null ? words.chip(wholeNumber(on)) : words.chipOnly(only)}</span>
        <Icon name="down" small />
      </Popover.Trigger>
      <Popover.Portal render={<section aria-label={words.title} />}>
        <Popover.Positioner className="menu-place" side="top" align="start" sideOffset={6} collisionPadding={8}>
          <Popover.Popup className="menu skills-card">
            <Popover.Title>{props.sessionId === null ? words.newTitle : words.title}</Popover.Title>
            <p className="card-note">
              {only !== null ? words.onlySay(only) : props.sessionId === null ? words.newSay : words.say}
            </p>
            <Choosing {...props} all={all} />
            <div className="next">
              {props.onNotOnly && (
                <button type="button" className="link" onClick={props.onNotOnly}>
                  {words.notOnly}
                </button>
              )}
              <button type="button" className="link" onClick={props.onManage}>
                {words.manage}
              </button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Choosing(props: SessionSkillsProps & { all: readonly SessionSkill[] }) {
  const { skills, sessionId, notNow, all } = props
  const [failure, setFailure] = useState<Failure | null>(null)
  const choose = async (skill: SessionSkill, on: boolean) => {
    if (on && !skill.isAccepted) {
      // The switch is the yes to what is there now, for this session.
      const accepted = await skills.bridge.call('skills.accept', { key: skill.key, hash: skill.hash })
      if (!accepted.ok) return setFailure(accepted.failure)
    }
    // Back to what holds for all is no choice of its own.
    const chosen = on === skill.isOnForAll ? null : on
    if (sessionId === null) {
      setFailure(null)
      return props.onBegin(skill.name, chosen)
    }
    const answer = await skills.bridge.call('skills.setForSession', { sessionId, name: skill.name, on: chosen })
    setFailure(answer.ok ? null : answer.failure)
  }
  return (
    <>
      {failure && (
        <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
      )}
      {all.length === 0 && <p className="card-note">{words.none}</p>}
      <ul className="session-skills scroll" aria-label={skillsPage.list}>
        {all.map((skill) => (
          <li key={skill.name}>
            <span className="session-skill">
              <span className="cut" dir="auto">
                <ExactText text={skill.name} line />
              </span>
              {props.only === null && skill.isChosenHere && <span className="faint">{words.onlyHere}</span>}
            </span>
            {props.only === null && (
              <Switch label={skill.name} isOn={skill.isOn} notNow={notNow} onSwitch={(on) => void choose(skill, on)} />
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
