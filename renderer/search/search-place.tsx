// The search page, and a field that takes what is written before it is there: who searches writes on at once.
import { lazy, Suspense, useLayoutEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { searchPage as words } from '../../shared/messages/search-window.ts'
import type { SearchPageProps } from './search-page.tsx'
import type { Search } from './search-store.ts'

/** Loaded when it is gone to: the window's first words do not wait for it. */
const SearchPage = lazy(async () => ({ default: (await import('./search-page.tsx')).SearchPage }))

export function SearchPlace(props: Omit<SearchPageProps, 'hasBegun'>) {
  const hasBegun = useRef(false)
  const begin = () => {
    hasBegun.current = true
  }
  return (
    <Suspense fallback={<FirstField search={props.search} onBegin={begin} />}>
      <SearchPage {...props} hasBegun={hasBegun} />
    </Suspense>
  )
}

function FirstField({ search, onBegin }: { search: Search; onBegin: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  const text = useStore(search.store, ({ wanted }) => wanted.text)
  useLayoutEffect(() => field.current?.select(), [])
  return (
    <input
      ref={field}
      className="sr"
      type="search"
      aria-label={words.field}
      value={text}
      onChange={(event) => {
        onBegin()
        search.want({ text: event.target.value })
      }}
    />
  )
}
