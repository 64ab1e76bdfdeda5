// The files of a folder by name, for @-completion: those that a search of the model's looks into. Names only, and never for long.
import { rememberRoot } from '../../services/tools/workspace/opening.ts'
import { type FoundFiles, filesBelow as filesOfSearch } from '../../services/tools/workspace/walk.ts'
import { isShownAsIs } from './safe-text.ts'

/** So many are enough to choose from. */
const most = 5_000
/** Milliseconds. */
const longest = 300

/** Paths from the folder on, with slashes, those near its top first; none of a folder that has gone. A link is not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await searched(folder).catch(() => null)
  return (
    (found?.folders ?? [])
      .toSorted((one, other) => one.folder.length - other.folder.length)
      .flatMap(({ folder: above, names }) => names.map((name) => [...above, name].join('/')))
      // What cannot be typed as it is shown is left out.
      .filter(isShownAsIs)
  )
}

async function searched(folder: string): Promise<FoundFiles> {
  const deadline = performance.now() + longest
  const root = await rememberRoot(folder, null)
  const goesOn = () => performance.now() < deadline
  // The person may name any file of theirs: whether the model gets to read it is decided when it wants to.
  return await filesOfSearch([], { root, limit: most, mayRead: () => undefined, goesOn }, folder)
}
