// The front door of the search room.
export { SearchPlace } from './search-place.tsx'
export { createSearch, type Search } from './search-store.ts'
