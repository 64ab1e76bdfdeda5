// Below the list while sessions are being selected: how many, how large, and what can be done with them.
import { useState } from 'react'
import type { ExportFormat } from '../../shared/export-format.ts'
import type { BulkAct } from '../../shared/list-view.ts'
import { listWords } from '../../shared/messages/session-list.ts'
import type { SessionSummary } from '../../shared/session.ts'
import { Icon } from '../ui/icon.tsx'
import { type MenuAnchor, PopupMenu } from '../ui/popup-menu.tsx'
import type { SessionsState } from './sessions-store.ts'

const formats = ['md', 'html', 'json', 'jsonl'] as const satisfies readonly ExportFormat[]

interface SelectBarProps {
  chosen: readonly SessionSummary[]
  /** What is going on with many. */
  bulk: SessionsState['bulk']
  /** Nothing can be saved: only export is left. */
  isReadOnly: boolean
  onAct: (act: Exclude<BulkAct, 'take-back'>) => void
  onExport: (format: ExportFormat) => void
  onLeave: () => void
}

export function SelectBar({ chosen, bulk, isReadOnly, onAct, onExport, onLeave }: SelectBarProps) {
  const [anchor, setAnchor] = useState<MenuAnchor | null>(null)
  const bytes = chosen.reduce((sum, session) => sum + session.bytes, 0)
  const mayAct = chosen.length > 0 && bulk === null
  const archived = chosen.filter((session) => session.archived).length
  const button = (label: string, isOn: boolean, run: (element: HTMLElement) => void, hasMenu = false) => (
    <button
      type="button"
      className="button button--plain"
      disabled={!isOn}
      {...(hasMenu ? { 'aria-haspopup': 'menu' as const } : {})}
      onClick={(event) => run(event.currentTarget)}
    >
      {label}
    </button>
  )
  return (
    <section className="select-bar" aria-label={listWords.bar}>
      <p aria-live="polite">
        {bulk ? listWords.doing(bulk.act, bulk.done, bulk.of) : listWords.selected(chosen.length, bytes)}
      </p>
      <button
        type="button"
        className="icon-button icon-button--s"
        aria-label={listWords.leave}
        title={listWords.leave}
        onClick={onLeave}
      >
        <Icon name="close" small />
      </button>
      <div className="select-acts">
        {!isReadOnly &&
          (archived < chosen.length || chosen.length === 0) &&
          button(listWords.archive, mayAct, () => onAct('archive'))}
        {!isReadOnly && archived > 0 && button(listWords.restore, mayAct, () => onAct('restore'))}
        {button(listWords.export, mayAct, (element) => setAnchor({ element, point: null }), true)}
        {!isReadOnly && button(listWords.delete, mayAct, () => onAct('delete'))}
      </div>
      <PopupMenu
        anchor={anchor}
        label={listWords.formats}
        commands={formats.map((id) => ({
          id,
          label: listWords.format[id],
          icon: 'export',
          run: () => onExport(id),
        }))}
        onClose={() => setAnchor(null)}
      />
    </section>
  )
}
