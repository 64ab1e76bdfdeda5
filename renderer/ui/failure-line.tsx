// A sentence about what went wrong, its raw details folded away, and what can be done now.
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { Well } from './well.tsx'
import './failure-line.css'

export function FailureLine(props: {
  icon?: IconName
  tone?: 'fault' | 'wait' | 'quiet'
  sentence: string
  detail?: string | undefined
  detailLabel: string
  /** Says it at once to someone who listens; only for what has just happened. */
  urgent?: boolean
  children?: ReactNode
}) {
  return (
    <div className={`failure-line failure-line--${props.tone ?? 'fault'}`} {...(props.urgent ? { role: 'alert' } : {})}>
      <Icon name={props.icon ?? 'warn'} />
      <div className="failure-words">
        <p dir="auto">{props.sentence}</p>
        {props.detail !== undefined && props.detail !== '' && (
          <details>
            <summary>{props.detailLabel}</summary>
            <Well label={props.detailLabel} className="failure-detail">
              {props.detail}
            </Well>
          </details>
        )}
      </div>
      {props.children && <div className="failure-acts">{props.children}</div>}
    </div>
  )
}
