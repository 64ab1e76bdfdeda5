// @ts-check
// `npm run -s carrel -- …`: the terminal front from the sources. It needs no Electron and no display.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from './provision/paths.mjs'
import { provision } from './provision/provision.mjs'
import { searchStages, terminalStages } from './provision/stages.mjs'

await provision(terminalStages, { silentWhenFresh: true })
// The search index needs its database for this Node; without it Carrel reads the files, and says so.
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
if (asked[0] === 'index' || (asked[0] === 'sessions' && asked[1] === 'search')) {
  await provision(searchStages, { silentWhenFresh: true, isOptional: true })
}

const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
process.argv[1] = program
dropRepeatedInterrupts()
await import(pathToFileURL(program).href)

/** A Ctrl+C reaches this process twice, from the terminal and from npm; the program must see it once. */
function dropRepeatedInterrupts() {
  const emit = process.emit
  let last = Number.NEGATIVE_INFINITY
  process.emit = /** @type {typeof process.emit} */ (
    (/** @type {string} */ event, /** @type {unknown[]} */ ...rest) => {
      if (event === 'SIGINT') {
        const isRepeated = performance.now() - last < 200
        last = performance.now()
        if (isRepeated) return true
      }
      return Reflect.apply(emit, process, [event, ...rest])
    }
  )
}
