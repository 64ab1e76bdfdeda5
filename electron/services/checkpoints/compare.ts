// What lies between two stocks of a folder: the changes that can be taken back, and those that cannot.
import { checkpointWords } from '../../../shared/messages/changes.ts'
import type { NotKept, Seen } from './look.ts'
import { isKept, nothing, type Path, parentOf, type State, same, shown } from './state.ts'
import type { Stock, StockLimits } from './stock.ts'

export interface Change {
  path: Path
  before: State
  after: State
}

export interface Difference {
  changes: Change[]
  /** Sentences about what was changed and cannot be taken back. */
  missed: string[]
}

/** `look` sees a place that the later stock had no room for; null when that is not possible. */
export async function differenceOf(
  before: Stock,
  after: Stock,
  look: (path: Path) => Promise<Seen | null>,
): Promise<Difference> {
  const changes: Change[] = []
  const missed: string[] = []
  for (const path of new Set([...before.places.keys(), ...after.places.keys()])) {
    const was = before.places.get(path) ?? nothing
    // Nobody knows whether it was there.
    if (was.kind === 'none' && isUnseen(before, path)) continue
    let is = after.places.get(path) ?? nothing
    let why = after.notKept.get(path) ?? before.notKept.get(path) ?? null
    if (is.kind === 'none' && isUnseen(after, path)) {
      const seen = await look(path)
      if (seen === null) {
        missed.push(checkpointWords.closed([shown(parentOf(path))]))
        continue
      }
      is = seen.state
      why = seen.notKept ?? why
    }
    if (same(was, is)) continue
    if (isKept(was) && isKept(is)) changes.push({ path, before: was, after: is })
    else missed.push(checkpointWords.missed(shown(path), actionOf(was, is), why))
  }
  if (after.hasGit && !before.hasGit) missed.push(checkpointWords.gitMade)
  return { changes, missed: [...new Set(missed)] }
}

export function actionOf(before: State, after: State): 'created' | 'changed' | 'deleted' {
  if (before.kind === 'none') return 'created'
  return after.kind === 'none' ? 'deleted' : 'changed'
}

function isUnseen({ unseen, closed }: Stock, path: Path): boolean {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    if (unseen.has(folder) || closed.has(folder)) return true
    if (folder === '') return false
  }
}

/** What of a folder no undo covers, whatever happens there. */
export function limitsOf(stock: Stock, limits: StockLimits): string[] {
  const said: string[] = []
  const names = (paths: Iterable<Path>) => [...paths].map((path) => shown(path) || '.')
  const filesThatAre = (why: NotKept) =>
    names([...stock.notKept].filter(([, reason]) => reason === why).map(([path]) => path))
  if (stock.unseen.size > 0) said.push(checkpointWords.unseen(names(stock.unseen), limits.places))
  if (stock.closed.size > 0) said.push(checkpointWords.closed(names(stock.closed)))
  const large = filesThatAre('large')
  if (large.length > 0) said.push(checkpointWords.large(large, limits.fileBytes))
  const room = filesThatAre('room')
  if (room.length > 0) said.push(checkpointWords.noRoom(room, limits.bytes))
  const unreadable = filesThatAre('unreadable')
  if (unreadable.length > 0) said.push(checkpointWords.unreadable(unreadable))
  const unsteady = filesThatAre('unsteady')
  if (unsteady.length > 0) said.push(checkpointWords.unsteady(unsteady))
  return said
}
