// What of the sessions is searched: which texts, which folder, archived ones, since when.
import { Select } from '@base-ui/react/select'
import { useId } from 'react'
import { searchPage as words } from '../../shared/messages/search-window.ts'
import { Icon } from '../ui/icon.tsx'
import type { Span, Texts, Wanted } from './search-store.ts'
import '../ui/menu.css'

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

interface Item {
  value: string
  label: string
  title?: string
}

function Choice(props: { label: string; value: string; items: readonly Item[]; onChange: (value: string) => void }) {
  const labelId = useId()
  const isAny = props.value === (props.items[0]?.value ?? '')
  return (
    <Select.Root
      items={props.items}
      value={props.value}
      onValueChange={(next) => next !== null && props.onChange(next)}
    >
      <span id={labelId} className="sr">
        {props.label}
      </span>
      <Select.Trigger className={isAny ? 'chip' : 'chip chip--set'} aria-labelledby={labelId}>
        <Select.Value className="cut" />
        <Icon name="down" small />
      </Select.Trigger>
      <Select.Portal render={<section aria-label={props.label} />}>
        <Select.Positioner className="menu-place" align="start" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="menu scroll">
            {props.items.map((item) => (
              <Select.Item key={item.value} value={item.value} className="menu-item" title={item.title}>
                <span className="menu-mark">
                  <Select.ItemIndicator>
                    <Icon name="check" />
                  </Select.ItemIndicator>
                </span>
                <Select.ItemText className="cut">
                  <bdi>{item.label}</bdi>
                </Select.ItemText>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
