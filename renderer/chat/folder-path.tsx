// Where a folder lies: the whole path in the order of its parts, with nothing cut and nothing hidden.
import { Fragment } from 'react'
import { ExactText } from '../ui/exact-text.tsx'
import { inOrder } from '../ui/in-order.ts'
import './calls.css'

export function FolderPath(props: { path: string }) {
  return (
    <span className="path folder-path">
      {inOrder(props.path.split(/(?<=[/\\])/), (part, place) => (
        <Fragment key={place}>
          {/* Each by itself: folders in a script from right to left would change places. */}
          <bdi dir="ltr">
            <ExactText text={part} line />
          </bdi>
          <wbr />
        </Fragment>
      ))}
    </span>
  )
}

/** What a person calls a folder: the last part of its path. */
export function folderName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path
}
