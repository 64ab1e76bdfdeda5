// @ts-check
// Electron's fuses: switches inside the program file, after a sentinel: a version byte, a count, one '0' or '1' for each.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const positions = { EnableNodeCliInspectArguments: 3, LoadBrowserProcessSpecificV8Snapshot: 6 }

/**
 * @param {string} program
 * @param {Partial<Record<keyof typeof positions, boolean>>} switches
 */
export function setFuses(program, switches) {
  const content = readFileSync(program)
  const wire = content.indexOf(sentinel) + sentinel.length
  if (wire < sentinel.length || content[wire] !== 1) throw new Error(`${program} has no fuses of version 1.`)
  const file = openSync(program, 'r+')
  for (const [name, isOn] of Object.entries(switches)) {
    const position = positions[/** @type {keyof typeof positions} */ (name)]
    writeSync(file, isOn ? '1' : '0', wire + 2 + position)
  }
  closeSync(file)
}
