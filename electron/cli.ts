#!/usr/bin/env node
// The terminal entry of the checkout: the same boot() as the window, in Node, without Electron.
import { join } from 'node:path'
import { loadCompiled } from './compiled.ts'
import { homeFor, standingIn } from './home-path.ts'
import { written } from './last-words.ts'
import { sideStarter } from './side-process.ts'

/** Loaded as it was compiled the last time, and so no import of this file. */
type Works = typeof import('./works.ts')

const words = process.argv.slice(2)
// Asked often by scripts, and worth no more than this file.
if (words.length === 1 && words[0] === '--version') {
  // What keeps it from being written is dealt with where everything is.
  process.stdout.once('error', () => void runWorks())
  process.stdout.write(`${__APP_VERSION__}\n`)
} else void runWorks()

async function runWorks(): Promise<void> {
  // Some waits keep no process alive, as a window is alive without them; this one is until its command is done.
  setInterval(() => undefined, 2 ** 30)
  const home = homeFor(namedHome(words), process.env, standingIn(process.env) ?? '/')
  const works = loadCompiled<Works>(join(import.meta.dirname, 'works', 'works.cjs'), join(home, 'cache', 'code'))
  // Built into dist/electron, two folders below the root of the checkout.
  const skillsFolder = join(import.meta.dirname, '..', '..', 'skills')
  let isOwner = false
  process.exitCode = await works.exports.runOnStandardStreams(
    words,
    sideStarter(import.meta.dirname),
    skillsFolder,
    () => {
      isOwner = true
    },
  )
  if (isOwner) works.keep()
  await Promise.all([process.stdout, process.stderr].map(written))
  // Left to itself Node takes its memory apart first, which takes longer than many a command.
  process.exit()
}

/** Where to look for what was compiled; that the words are right is found out behind. */
function namedHome(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word === '--home' || word.startsWith('--home='))
  const word = words[at]
  if (word === undefined) return null
  return (word === '--home' ? words[at + 1] : word.slice('--home='.length)) || null
}
