// Before the first message of a session that was imported: from where.
import type { LogKind } from '../../shared/importing.ts'
import { importWords, importPage as words } from '../../shared/messages/importing.ts'
import { Icon } from '../ui/icon.tsx'
import { plainTitle } from '../ui/plain-title.ts'
import type { Imported } from './use-imported.ts'

export function ImportedNote({ imported: { from, folder, ...imported } }: { imported: Imported }) {
  const path = plainTitle(imported.path)
  const kind = Object.hasOwn(importWords.kind, from) ? importWords.kind[from as LogKind] : from
  return (
    <p className="origin">
      <Icon name="export" />
      <span className="cut" dir="auto" title={folder === null ? path : words.noteFolder(path, plainTitle(folder))}>
        {words.note(kind, path)}
      </span>
    </p>
  )
}
