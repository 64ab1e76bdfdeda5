// What lies in a skill's folder: names, sizes, which ones are scripts. A text opens in its place.
import { useEffect, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { skillsPage } from '../../shared/messages/skills-window.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import type { SkillFile } from '../../shared/skills.ts'
import type { Bridge } from '../app/bridge.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ExactText } from '../ui/exact-text.tsx'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { bytes } from '../ui/moments.ts'
import { Well } from '../ui/well.tsx'

const words = skillsPage.details

interface Source {
  bridge: Bridge
  key: string
  hash: string
}

/** So many are listed at once. */
const firstFiles = 40

export function SkillFiles(props: {
  files: readonly SkillFile[]
  /** Where they can be read; null for what is not installed. */
  source: Source | null
}) {
  const { files, source } = props
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
                <FileLine file={file} />
                <Icon name={opened === file.path ? 'up' : 'down'} small />
              </button>
            ) : (
              <div className="skill-file">
                <FileLine file={file} />
              </div>
            )}
            {source && opened === file.path && <OpenedFile source={source} path={file.path} />}
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

function FileLine({ file }: { file: SkillFile }) {
  return (
    <>
      <span className="path cut">
        <ExactText text={file.path} line />
      </span>
      {file.isScript && <span className="script-mark">{words.script}</span>}
      <span className="num file-size">{bytes(file.bytes)}</span>
    </>
  )
}

type Read = { text: string | null; isCut: boolean } | { failure: Failure }

function OpenedFile(props: { source: Source; path: string }) {
  const { source, path } = props
  const [read, setRead] = useState<Read | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when something in the folder has changed
  useEffect(() => {
    const controller = new AbortController()
    void source.bridge.call('skills.file', { key: source.key, path }, controller.signal).then((answer) => {
      if (!controller.signal.aborted) setRead(answer.ok ? answer.value : { failure: answer.failure })
    })
    return () => controller.abort()
  }, [source.bridge, source.key, source.hash, path])
  if (read === null) return <p className="detail-note">{words.reading}</p>
  if ('failure' in read) {
    const { message, detail } = read.failure
    return <FailureLine sentence={message} detail={detail} detailLabel={windowWords.details} urgent />
  }
  if (read.text === null) return <p className="detail-note">{words.noText}</p>
  return (
    <figure className="code opened-file">
      <figcaption>
        <span>{read.isCut ? words.fileCut : ''}</span>
        <span className="end" />
        <CopyButton text={read.text} label={windowWords.copyThis(path)} done={windowWords.copied} />
      </figcaption>
      <Well label={path} className="code-well">
        <pre>
          <ExactText text={read.text} />
        </pre>
      </Well>
    </figure>
  )
}
