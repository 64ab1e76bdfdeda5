// What of the sessions is searched: which texts, which folder, archived ones, since when.
import { searchPage as words } from '../../shared/messages/search-window.ts'
import { Choice } from '../ui/choice.tsx'
import type { Span, Texts, Wanted } from './search-store.ts'

const texts = ['all', 'question', 'answer', 'tool'] as const satisfies readonly Texts[]
const spans = ['all', 'week', 'month', 'year'] as const satisfies readonly Span[]
/** Stands for "any" in the lists. */
const any = ''

export function SearchFilters(props: {
  wanted: Wanted
  folders: readonly string[]
  onChange: (changed: Partial<Wanted>) => void
}) {
  const { wanted, folders, onChange } = props
  return (
    <fieldset className="filters">
      <legend className="sr">{words.filters}</legend>
      <fieldset className="filter-texts">
        <legend className="sr">{words.texts}</legend>
        {texts.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={wanted.texts === each}
            onClick={() => onChange({ texts: each })}
          >
            {words.kinds[each]}
          </button>
        ))}
      </fieldset>
      {(folders.length > 0 || wanted.folder !== null) && (
        <Choice
          label={words.folder}
          className={wanted.folder === null ? 'chip' : 'chip chip--set'}
          value={wanted.folder ?? any}
          items={[
            { value: any, label: words.anyFolder },
            ...[...new Set([...folders, ...(wanted.folder === null ? [] : [wanted.folder])])].map((folder) => ({
              value: folder,
              label: lastPart(folder),
              title: folder,
            })),
          ]}
          onChange={(folder) => onChange({ folder: folder === any ? null : folder })}
        />
      )}
      <button
        type="button"
        className="chip"
        aria-pressed={wanted.archivedToo}
        onClick={() => onChange({ archivedToo: !wanted.archivedToo })}
      >
        {words.archivedToo}
      </button>
      <Choice
        label={words.time}
        className={wanted.span === 'all' ? 'chip' : 'chip chip--set'}
        value={wanted.span}
        items={spans.map((value) => ({ value, label: words.spans[value] }))}
        onChange={(span) => onChange({ span: spans.find((each) => each === span) ?? 'all' })}
      />
    </fieldset>
  )
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path
}
