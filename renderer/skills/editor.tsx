// SKILL.md, written in place: what is to be said of it stands below while one writes.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillDetails, SkillJudgement } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { wholeNumber } from '../ui/moments.ts'
import { Problems } from './problems.tsx'

const words = skillsPage.editor

/** One who writes on is not judged at every letter. Milliseconds. */
const judgeMs = 250

export interface EditorProps {
  bridge: Bridge
  /** As it is on the disk now, which may be newer than what is being written. */
  details: SkillDetails
  onSaved: (details: SkillDetails) => void
  /** Without saving. */
  onClose: () => void
}

export function Editor(props: EditorProps) {
  const { bridge, details } = props
  const { skill } = details
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(details.text ?? '')
  /** What one began with, and is saved over. */
  const [begun, setBegun] = useState(details.text ?? '')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isSaving, setSaving] = useState(false)
  const judgement = useJudgement(bridge, text, folderName(skill.folder))
  const isConflict = details.text !== begun
  const isUnsaved = text !== begun
  useEffect(() => area.current?.focus({ preventScroll: true }), [])

  const save = async () => {
    if (isSaving) return
    setSaving(true)
    const answer = await bridge.call('skills.save', { key: skill.key, text, before: skill.hash })
    setSaving(false)
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) props.onSaved(answer.value)
  }
  const takeTheirs = () => {
    setText(details.text ?? '')
    setBegun(details.text ?? '')
    setFailure(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 's') {
      event.preventDefault()
      if (isUnsaved && !isConflict) void save()
    } else if (event.key === 'Escape') {
      // Of the page before the window: there it would stop an answer.
      event.stopPropagation()
      if (!isUnsaved) props.onClose()
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the field and its buttons
    <div className="skill-editor" onKeyDown={onKeyDown}>
      <textarea
        ref={area}
        className="scroll"
        aria-label={words.label}
        spellCheck={false}
        dir="ltr"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="editor-said">
        {isConflict && (
          <FailureLine tone="wait" sentence={words.conflict} detailLabel={windowWords.details} urgent>
            <button type="button" className="link" onClick={takeTheirs}>
              {words.theirs}
            </button>
            <button type="button" className="link" onClick={() => void save()}>
              {words.mine}
            </button>
          </FailureLine>
        )}
        {failure && (
          <FailureLine sentence={failure.message} detail={failure.detail} detailLabel={windowWords.details} urgent />
        )}
        <Judgement judgement={judgement} />
      </div>
      <div className="editor-acts">
        <button
          type="button"
          className="button button--main"
          aria-disabled={!isUnsaved || isConflict || isSaving}
          onClick={() => isUnsaved && !isConflict && void save()}
        >
          {words.save}
        </button>
        <button type="button" className="button" onClick={props.onClose}>
          {isUnsaved ? words.discard : skillsPage.install.close}
        </button>
        {isUnsaved && <span className="faint">{words.unsaved}</span>}
      </div>
    </div>
  )
}

function Judgement({ judgement }: { judgement: SkillJudgement | null }) {
  return (
    <div role="status">
      {judgement === null ? (
        <p className="detail-note">{words.judging}</p>
      ) : (
        <>
          <p className="detail-note">
            {judgement.problems.length === 0
              ? words.well
              : judgement.status === 'invalid'
                ? skillsPage.said.refused(judgement.problems.length)
                : skillsPage.said.warned(judgement.problems.length)}{' '}
            <span className="faint num">
              {words.cost(wholeNumber(judgement.tokens.catalogue), wholeNumber(judgement.tokens.loaded))}
            </span>
          </p>
          {judgement.problems.length > 0 && <Problems problems={judgement.problems} onFix={null} />}
        </>
      )}
    </div>
  )
}

/** null until the first is there. */
function useJudgement(bridge: Bridge, text: string, name: string): SkillJudgement | null {
  const [judgement, setJudgement] = useState<SkillJudgement | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(async () => {
      const answer = await bridge.call('skills.judge', { text, folderName: name }, controller.signal)
      if (answer.ok && !controller.signal.aborted) setJudgement(answer.value)
    }, judgeMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [bridge, text, name])
  return judgement
}

function folderName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).at(-1) ?? path
}
