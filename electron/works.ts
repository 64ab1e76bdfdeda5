// What works behind the window, in a file of its own: the window opens while it is being loaded.
export { boot } from './boot.ts'
export { runOnStandardStreams } from './terminal-entry.ts'
