// Room: what no run needs any more goes, and when all of it is too much, the oldest runs give up what was kept for them.
import type { Manifest, Manifests } from './manifests.ts'
import type { Objects } from './objects.ts'
import type { State } from './state.ts'

/** Bytes of everything that is kept. */
export const totalLimit = 4_294_967_296

/** The hashes a run needs to be undone and redone. */
function hashesOf({ changes, pending, givenUp }: Manifest): string[] {
  if (givenUp) return []
  const states: State[] = [
    ...changes.flatMap(({ before, after }) => [before, after]),
    ...pending.map(({ before }) => before),
  ]
  return states.flatMap((one) => (one.kind === 'file' && one.hash !== null ? [one.hash] : []))
}

export async function allManifests(manifests: Manifests): Promise<Manifest[]> {
  const found: Manifest[] = []
  for (const sessionId of await manifests.sessions()) found.push(...(await manifests.of(sessionId)))
  return found.sort((one, other) => (one.at < other.at ? -1 : 1))
}

/** Nobody else may be at work: what a stock keeps is named by nobody until it is written. */
export async function removeUnneeded(
  objects: Objects,
  manifests: Pick<Manifests, 'readStock'>,
  all: readonly Manifest[],
): Promise<void> {
  const needed = new Set(all.flatMap(hashesOf))
  for (const one of all) {
    const stock = one.stocked ? await manifests.readStock(one) : null
    for (const place of stock?.places.values() ?? []) {
      if (place.kind === 'file' && place.hash !== null) needed.add(place.hash)
    }
  }
  for (const hash of [...objects.all()]) if (!needed.has(hash)) await objects.remove(hash)
}

/** The newest run of a session keeps what it has, and so does one that goes on. Answers the runs that gave up theirs. */
export async function makeRoom(objects: Objects, manifests: Manifests, limit: number): Promise<Manifest[]> {
  if (objects.bytes() <= limit) return []
  const all = await allManifests(manifests)
  await removeUnneeded(objects, manifests, all)
  const newest = new Map(all.map((one) => [one.sessionId, one.runId]))
  const givenUp: Manifest[] = []
  for (const one of all) {
    if (objects.bytes() <= limit) break
    if (one.givenUp || !one.ended || newest.get(one.sessionId) === one.runId) continue
    one.givenUp = true
    // First the word, then the deed: a crash between them leaves bytes that nobody needs.
    await manifests.write(one)
    givenUp.push(one)
    await removeUnneeded(objects, manifests, all)
  }
  return givenUp
}
