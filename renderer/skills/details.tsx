// One skill: whether it is on, whether it was used, what it costs, where it comes from, what is wrong with it, and what it says.
import { type ReactNode, type RefObject, useMemo } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillDetails, SkillProblem } from '../../shared/skills.ts'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { Markdown, type MarkdownReader } from '../ui/markdown/markdown.tsx'
import { bytes } from '../ui/moments.ts'
import { Switch } from '../ui/switch.tsx'
import { Problems } from './problems.tsx'
import { SkillFacts } from './skill-facts.tsx'
import { type OpenUse, SkillFigures } from './skill-figures.tsx'
import { SkillFiles } from './skill-files.tsx'
import type { Skills } from './skills-store.ts'
import { isShownOn, notSwitchable } from './switchable.ts'

const words = skillsPage.details
const said = skillsPage.said

export interface DetailsProps {
  skills: Skills
  details: SkillDetails
  heading: RefObject<HTMLHeadingElement | null>
  isReadOnly: boolean
  onOpenUse: OpenUse
  onSwitch: (on: boolean) => void
  onMore: (button: HTMLElement) => void
  onChoose: (key: string) => void
  onTrust: () => void
  onFix: (fix: NonNullable<SkillProblem['fix']>) => void
  onShow: (what: 'folder' | 'editor') => void
  onCheck: () => void
  onEdit: (() => void) | null
}

export function Details(props: DetailsProps) {
  const { skills, details, isReadOnly } = props
  const { skill } = details
  const { bridge } = skills
  const reader = useMemo<MarkdownReader>(
    () => ({ words: windowWords.markdown, openLink: (url) => void bridge.call('window.openLink', { url }) }),
    [bridge],
  )
  const isOn = isShownOn(skill)
  const notNow = isReadOnly ? skillsPage.readOnly : notSwitchable(skill)
  const hasOwnFiles = details.files.length > 1
  return (
    <>
      <div className="detail-head">
        <h2 ref={props.heading} tabIndex={-1} dir="auto">
          <ExactText text={skill.name} line />
        </h2>
        <span className="end" />
        {skill.state === 'refused' ? (
          <span className="skill-mark bad">
            <Icon name="warn" small />
            {skillsPage.marks.refused}
          </span>
        ) : (
          <>
            <span className="muted">{isOn ? words.on : words.off}</span>
            <Switch label={words.switch} isOn={isOn} notNow={notNow} onSwitch={props.onSwitch} />
          </>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={words.more(skill.name)}
          aria-haspopup="menu"
          onClick={(event) => props.onMore(event.currentTarget)}
        >
          <Icon name="more" />
        </button>
      </div>
      {skill.description !== '' && (
        <p className="lead" dir="auto">
          <ExactText text={skill.description} line />
        </p>
      )}
      <State {...props} />
      {skill.problems.length > 0 && (
        <section className="detail-problems" aria-label={skillsPage.problems.list}>
          <h3 className="kicker">
            {skill.state === 'refused' ? said.refused(skill.problems.length) : said.warned(skill.problems.length)}
          </h3>
          <Problems
            problems={skill.problems}
            onFix={skill.isOurs && !isReadOnly ? props.onFix : null}
            acts={
              <>
                {props.onEdit && (
                  <button type="button" className="link" onClick={props.onEdit}>
                    {skillsPage.acts.edit}
                  </button>
                )}
                <button type="button" className="link" onClick={() => props.onShow('editor')}>
                  {skillsPage.acts.editor}
                </button>
                <button type="button" className="link" onClick={() => props.onShow('folder')}>
                  {skillsPage.acts.folder}
                </button>
                <button type="button" className="link" onClick={props.onCheck}>
                  {skillsPage.again}
                </button>
              </>
            }
          />
        </section>
      )}
      <SkillFigures skills={skills} skill={skill} onOpenUse={props.onOpenUse} />
      <SkillFacts details={details} onChoose={props.onChoose} />
      {hasOwnFiles && (
        <section>
          <div className="kicker kicker--file">
            <h3>{words.files}</h3>
            <span className="num faint">{words.filesOf(skill.files, bytes(skill.bytes), skill.scripts)}</span>
          </div>
          <SkillFiles
            key={skill.key}
            files={details.files}
            source={{
              version: `${skill.key} ${skill.hash}`,
              read: (path, signal) => bridge.call('skills.file', { key: skill.key, path }, signal),
            }}
          />
        </section>
      )}
      <section>
        <div className="kicker kicker--file">
          <h3>{words.skillFile}</h3>
          {!hasOwnFiles && (
            <span className="num faint">{words.filesOf(skill.files, bytes(skill.bytes), skill.scripts)}</span>
          )}
          <span className="end" />
          {skill.problems.length === 0 && (
            <>
              {props.onEdit && (
                <button type="button" className="link" onClick={props.onEdit}>
                  {skillsPage.acts.edit}
                </button>
              )}
              <button type="button" className="link" onClick={() => props.onShow('folder')}>
                {skillsPage.acts.folder}
              </button>
            </>
          )}
        </div>
        <div className="paper">
          {details.body.trim() === '' ? (
            <p className="detail-note">{words.emptyBody}</p>
          ) : (
            <Markdown key={`${skill.key} ${skill.hash}`} text={details.body} finished reader={reader} />
          )}
        </div>
      </section>
    </>
  )
}

/** Why no model is told of it, though it is none that is refused. */
function State(props: DetailsProps): ReactNode {
  const { details, isReadOnly } = props
  const { skill } = details
  const [first] = details.others
  const act = (label: string, run: () => void) => (
    <button type="button" className="link" aria-disabled={isReadOnly} onClick={() => !isReadOnly && run()}>
      {label}
    </button>
  )
  switch (skill.state) {
    case 'changed':
      return <StateLine sentence={said.changed}>{act(said.changedAct, () => props.onSwitch(true))}</StateLine>
    case 'untrusted':
      return <StateLine sentence={said.untrusted}>{act(said.untrustedAct, props.onTrust)}</StateLine>
    case 'shadowed': {
      const other = skill.shadowedBy ?? first?.key ?? null
      return (
        <StateLine sentence={said.shadowed}>
          {other !== null && (
            <button type="button" className="link" onClick={() => props.onChoose(other)}>
              {said.shadowedAct}
            </button>
          )}
        </StateLine>
      )
    }
    case 'on':
    case 'off':
    case 'refused':
      return null
    default:
      return skill.state satisfies never
  }
}

function StateLine(props: { sentence: string; children: ReactNode }) {
  return (
    <div className="detail-state">
      <FailureLine tone="wait" icon="waiting" sentence={props.sentence} detailLabel={windowWords.details}>
        {props.children}
      </FailureLine>
    </div>
  )
}
