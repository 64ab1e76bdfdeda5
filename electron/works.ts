// What works behind the window, in a file of its own: the window opens while it is being loaded.
import './zod-settings.ts'

export { boot } from './boot.ts'
export { runOnStandardStreams } from './terminal-entry.ts'
