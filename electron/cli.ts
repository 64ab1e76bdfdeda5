#!/usr/bin/env node
// The terminal entry of the checkout: the same boot() as the window, in Node, without Electron.
import { sideStarter } from './side-process.ts'
import { runOnStandardStreams } from './terminal-entry.ts'

process.exitCode = await runOnStandardStreams(process.argv.slice(2), sideStarter(import.meta.dirname))
