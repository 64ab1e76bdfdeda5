#!/usr/bin/env node
// The terminal entry of the checkout: the same boot() as the window, in Node, without Electron.
import { runOnStandardStreams } from './terminal-entry.ts'

process.exitCode = await runOnStandardStreams(process.argv.slice(2))
