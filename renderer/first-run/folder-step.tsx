// Step three: a folder, the tour, or none.
import { type ReactNode, useState } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { firstRunWords } from '../../shared/messages/first-run.ts'
import { window as windowWords } from '../../shared/messages/window.ts'
import { FailureLine } from '../ui/failure-line.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import type { FirstRunProps } from './first-run.tsx'
import { useStepFocus } from './step-focus.ts'
import { TourButton } from './tour-button.tsx'
import { VersionNote } from './version-note.tsx'

const words = firstRunWords.folder

export function FolderStep(props: FirstRunProps) {
  const { bridge } = props
  const [isChoosing, setChoosing] = useState(false)
  const [failure, setFailure] = useState<Pick<Failure, 'message' | 'detail'> | null>(null)
  const first = useStepFocus<HTMLButtonElement>()
  const choose = async () => {
    if (isChoosing) return
    setChoosing(true)
    setFailure(null)
    const answer = await bridge.call('window.chooseFolder', {})
    setChoosing(false)
    if (!answer.ok) return setFailure(answer.failure)
    const { folder, refused } = answer.value
    if (refused !== null) setFailure({ message: refused })
    if (folder !== null) props.onFolder(folder)
  }
  return (
    <>
      <h1>{words.title}</h1>
      <p className="say">{words.say}</p>
      <ul className="choices">
        <Choice icon="folder" {...words.choose}>
          <button
            type="button"
            ref={first}
            className="button button--main"
            aria-label={isChoosing ? words.choose.busy : words.choose.name}
            aria-disabled={isChoosing}
            onClick={() => void choose()}
          >
            {isChoosing ? words.choose.busy : words.choose.act}
          </button>
        </Choice>
        <Choice icon="book" {...words.tour}>
          <TourButton
            {...props}
            className="button"
            label={words.tour.act}
            description={words.tour.says}
            fail={setFailure}
          />
        </Choice>
        <Choice icon="write" {...words.none}>
          <button type="button" className="button" aria-label={words.none.says} onClick={() => props.onFolder(null)}>
            {words.none.act}
          </button>
        </Choice>
      </ul>
      {failure && (
        <FailureLine
          tone="wait"
          sentence={failure.message}
          detail={failure.detail}
          detailLabel={windowWords.details}
          urgent
        />
      )}
      <VersionNote host={props.host} />
      <p className="sr" role="status">
        {words.title}
      </p>
    </>
  )
}

function Choice(props: { icon: IconName; name: string; about: string; children: ReactNode }) {
  return (
    <li className="choice">
      <Icon name={props.icon} />
      <div>
        <b>{props.name}</b>
        <p>{props.about}</p>
      </div>
      {props.children}
    </li>
  )
}
