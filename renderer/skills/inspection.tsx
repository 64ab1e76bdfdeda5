// What would be installed: all of it, before any of it is.
import { useMemo } from 'react'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillInspection } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { Diff } from '../ui/diff.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Markdown, type MarkdownReader } from '../ui/markdown/markdown.tsx'
import { bytes, wholeNumber } from '../ui/moments.ts'
import { diffWords } from './diff-words.ts'
import { Problems } from './problems.tsx'
import { type FileChange, type FileSource, SkillFiles } from './skill-files.tsx'

const words = skillsPage.install

export function Inspection(props: {
  bridge: Bridge
  inspection: SkillInspection
  overwrites: boolean
  /** null when there is nothing of the person's to overwrite. */
  onOverwrite: ((overwrites: boolean) => void) | null
}) {
  const { bridge, inspection } = props
  const { judgement, replaces, files, totals } = inspection
  const problems = [...inspection.problems, ...judgement.problems]
  const reader = useMemo<MarkdownReader>(
    () => ({ words: windowWords.markdown, openLink: (url) => void bridge.call('window.openLink', { url }) }),
    [bridge],
  )
  const { id } = inspection
  const source: FileSource | null =
    id === null
      ? null
      : {
          version: id,
          read: (path, signal) => bridge.call('skills.inspectedFile', { id, path }, signal),
        }
  const changes = useMemo(() => changesOf(inspection), [inspection])
  return (
    <div className="inspection">
      {judgement.name !== '' && (
        <h3 className="inspected-name" dir="auto">
          <ExactText text={judgement.name} line />
        </h3>
      )}
      {judgement.description !== '' && (
        <p className="lead" dir="auto">
          <ExactText text={judgement.description} line />
        </p>
      )}
      {inspection.id === null ? (
        <FailureLine sentence={words.noneInstallable} detailLabel={windowWords.details} urgent />
      ) : (
        judgement.status === 'invalid' && (
          <FailureLine tone="wait" sentence={words.refused} detailLabel={windowWords.details} />
        )
      )}
      {replaces?.isSame && <p className="sheet-note">{words.same}</p>}
      <dl className="facts">
        <div>
          <dt>{words.from}</dt>
          <dd>
            <span className="path">
              <ExactText text={inspection.source} line />
            </span>
          </dd>
        </div>
        {inspection.id !== null && inspection.folderName !== '' && (
          <div>
            <dt>{words.into}</dt>
            <dd>
              <span className="path">
                <ExactText text={inspection.folderName} line />
              </span>
            </dd>
          </div>
        )}
        {judgement.tokens.loaded > 0 && (
          <div>
            <dt>{skillsPage.details.cost}</dt>
            <dd className="num">
              {words.costs(wholeNumber(judgement.tokens.catalogue), wholeNumber(judgement.tokens.loaded))}
            </dd>
          </div>
        )}
      </dl>
      {problems.length > 0 && (
        <section>
          <h3 className="kicker">{words.wrong}</h3>
          <Problems problems={problems} onFix={null} />
        </section>
      )}
      {replaces && !replaces.isSame && (
        <section>
          <h3 className="kicker">{words.replaces(replaces.changes.length)}</h3>
          {props.onOverwrite && (
            <fieldset className="edited">
              <legend>{words.edited}</legend>
              <label>
                <input
                  type="radio"
                  name="edited"
                  checked={!props.overwrites}
                  onChange={() => props.onOverwrite?.(false)}
                />
                {words.keep}
              </label>
              <label>
                <input
                  type="radio"
                  name="edited"
                  checked={props.overwrites}
                  onChange={() => props.onOverwrite?.(true)}
                />
                {words.overwrite}
              </label>
            </fieldset>
          )}
          <div className="inspected-changes">
            {replaces.changes.map(({ path, change, diff }) => (
              <Diff key={path} path={path} diff={diff} said={words.actions[change]} words={diffWords} />
            ))}
          </div>
        </section>
      )}
      {files.length > 0 && (
        <section>
          <div className="kicker kicker--file">
            <h3>{words.contents}</h3>
            <span className="num faint">
              {skillsPage.details.filesOf(totals.files, bytes(totals.bytes), totals.scripts)}
            </span>
          </div>
          <SkillFiles files={files} source={source} changes={changes} />
        </section>
      )}
      {inspection.body.trim() !== '' && (
        <section>
          <div className="kicker kicker--file">
            <h3>{skillsPage.details.skillFile}</h3>
          </div>
          <Markdown text={inspection.body} finished reader={reader} />
        </section>
      )}
    </div>
  )
}

function changesOf({ replaces }: SkillInspection): ReadonlyMap<string, FileChange> {
  const told = replaces?.isSame === false ? replaces.changes : []
  return new Map(told.map(({ path, change, diff }) => [path, { said: words.actions[change], diff }]))
}
