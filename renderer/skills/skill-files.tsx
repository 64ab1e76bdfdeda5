// What lies in a skill's folder: names, sizes, which ones are scripts. A text opens in its place.
import { useEffect, useState } from 'react'
import type { Answer } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { ShownFile, SkillFile } from '../../shared/skills.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Diff } from '../ui/diff.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { Well } from '../ui/well.tsx'
import { diffWords } from './diff-words.ts'

const words = skillsPage.details

/** Where files can be read: of a skill that is seen, or of one that is looked at before it is installed. */
export interface FileSource {
  /** Another one when something in the folder has changed. */
  version: string
  read(path: string, signal: AbortSignal): Promise<Answer<ShownFile>>
}

/** What would become of a file that takes the place of another one. */
export interface FileChange {
  said: string
  /** null when it cannot be shown as lines. */
  diff: string | null
}

/** So many are listed at once. */
const firstFiles = 40

export function SkillFiles(props: {
  files: readonly SkillFile[]
  /** null where they cannot be read: of what is refused nothing is kept. */
  source: FileSource | null
  /** By path. */
  changes?: ReadonlyMap<string, FileChange>
}) {
  const { files, source, changes } = props
  const [isWhole, setWhole] = useState(false)
  const [opened, setOpened] = useState<string | null>(null)
  const shown = isWhole ? files : files.slice(0, firstFiles)
  const hasScripts = files.some(({ isScript }) => isScript)
  return (
    <>
      <ul className="skill-files" aria-label={words.files}>
        {shown.map((file) => (
          <li key={file.path}>
            {source ? (
              <button
                type="button"
                className="skill-file"
                aria-expanded={opened === file.path}
                onClick={() => setOpened(opened === file.path ? null : file.path)}
              >
                <FileLine file={file} change={changes?.get(file.path)} />
                <Icon name={opened === file.path ? 'up' : 'down'} small />
              </button>
            ) : (
              <div className="skill-file">
                <FileLine file={file} />
              </div>
            )}
            {source && opened === file.path && (
              <OpenedFile source={source} path={file.path} diff={changes?.get(file.path)?.diff ?? null} />
            )}
          </li>
        ))}
      </ul>
      {shown.length < files.length && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {words.moreFiles(files.length - shown.length)}
        </button>
      )}
      {hasScripts && <p className="detail-note">{words.scriptNote}</p>}
    </>
  )
}

function FileLine({ file, change }: { file: SkillFile; change?: FileChange | undefined }) {
  return (
    <>
      <span className="path cut">
        <ExactText text={file.path} line />
      </span>
      {change && <span className="change-mark">{change.said}</span>}
      {file.isScript && <span className="script-mark">{words.script}</span>}
      <span className="num file-size">{bytes(file.bytes)}</span>
    </>
  )
}

function OpenedFile(props: { source: FileSource; path: string; diff: string | null }) {
  const { source, path, diff } = props
  const [isWhole, setWhole] = useState(diff === null)
  if (diff === null) return <WholeFile source={source} path={path} />
  return (
    <div className="opened-change">
      <fieldset className="tabs" aria-label={words.changeOrAll(path)}>
        <button type="button" aria-pressed={!isWhole} onClick={() => setWhole(false)}>
          {words.change}
        </button>
        <button type="button" aria-pressed={isWhole} onClick={() => setWhole(true)}>
          {words.all}
        </button>
      </fieldset>
      {isWhole ? <WholeFile source={source} path={path} /> : <Diff path={path} diff={diff} said="" words={diffWords} />}
    </div>
  )
}

function WholeFile(props: { source: FileSource; path: string }) {
  const { source, path } = props
  const [answer, setAnswer] = useState<Answer<ShownFile> | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when something in the folder has changed
  useEffect(() => {
    const controller = new AbortController()
    void source.read(path, controller.signal).then((read) => {
      if (!controller.signal.aborted) setAnswer(read)
    })
    return () => controller.abort()
  }, [source.version, path])
  if (answer === null) return <p className="detail-note">{words.reading}</p>
  if (!answer.ok) {
    const { message, detail } = answer.failure
    return <FailureLine sentence={message} detail={detail} detailLabel={windowWords.details} urgent />
  }
  const shown = answer.value
  if (shown.text === null) return <p className="detail-note">{words.noText}</p>
  return (
    <figure className="code opened-file">
      <figcaption>
        <span>{shown.isCut ? words.fileCut : shown.text === '' ? words.fileEmpty : ''}</span>
        <span className="end" />
        <CopyButton text={shown.text} label={windowWords.copyThis(path)} done={windowWords.copied} />
      </figcaption>
      <Well label={path} className="code-well">
        <pre>
          <ExactText text={shown.text} />
        </pre>
      </Well>
    </figure>
  )
}
