#!/usr/bin/env node
// The terminal entry of the checkout: the same boot() as the window, in Node, without Electron.
import { join } from 'node:path'
import { sideStarter } from './side-process.ts'
import { runOnStandardStreams } from './terminal-entry.ts'

// Built into dist/electron, two folders below the root of the checkout.
const skillsFolder = join(import.meta.dirname, '..', '..', 'skills')
process.exitCode = await runOnStandardStreams(process.argv.slice(2), sideStarter(import.meta.dirname), skillsFolder)
