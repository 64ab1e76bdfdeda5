// @ts-check
// The fuses of a package as they stand in its program file: a sentinel, a version byte, a count, one character each.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ProvisionFailure } from '../provision/failure.mjs'

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** In the order of the wire. electron-builder.yml sets the same; here it is known, so that it can be read back. */
export const releaseFuses = /** @type {const} */ ([
  ['RunAsNode', 'off'],
  ['EnableCookieEncryption', 'on'],
  ['EnableNodeOptionsEnvironmentVariable', 'off'],
  ['EnableNodeCliInspectArguments', 'off'],
  ['EnableEmbeddedAsarIntegrityValidation', 'on'],
  ['OnlyLoadAppFromAsar', 'on'],
  ['LoadBrowserProcessSpecificV8Snapshot', 'off'],
  ['GrantFileProtocolExtraPrivileges', 'off'],
  ['WasmTrapHandlers', 'on'],
])
/** Electron 33 has these; the later ones came after it, and where they are they must be right, too. */
const oldestCount = 8

/** @typedef {Record<string, string>} Fuses 'on', 'off', or whatever else stands there, by name */

/**
 * @param {string} file
 * @returns {Fuses}
 */
export function readFuses(file) {
  const content = readFileSync(file)
  const wires = wiresIn(content)
  if (wires.length === 0) throw new ProvisionFailure(`${file} has no fuses: it is not the program of an Electron.`)
  const [first = '', ...others] = wires.map((wire) => wire.toString('latin1'))
  // A program for two kinds of processor has them twice.
  if (others.some((other) => other !== first)) throw new ProvisionFailure(`${file} has two sets of fuses that differ.`)
  return Object.fromEntries(
    [...first].map((state, index) => [releaseFuses[index]?.[0] ?? `number ${index}`, stateNames[state] ?? state]),
  )
}

const stateNames = /** @type {Record<string, string>} */ ({ 0: 'off', 1: 'on', r: 'removed' })

/** @param {Buffer} content */
function wiresIn(content) {
  const wires = []
  for (let at = content.indexOf(sentinel); at >= 0; at = content.indexOf(sentinel, at + 1)) {
    const version = at + sentinel.length
    const count = content[version + 1] ?? 0
    if (content[version] === 1) wires.push(content.subarray(version + 2, version + 2 + count))
  }
  return wires
}

/**
 * Every fuse of the wire is known and as wanted, and none of ours is missing.
 * @param {Fuses} found
 * @param {Fuses} [wanted]
 * @returns {string[]} what is wrong, one each
 */
export function faultsOf(found, wanted = Object.fromEntries(releaseFuses)) {
  const wrong = Object.entries(found).flatMap(([name, state]) => {
    const right = wanted[name]
    if (right === undefined) return [`a fuse nobody here knows (${name}) is ${state}`]
    return state === right ? [] : [`${name} is ${state}`]
  })
  const missing = releaseFuses
    .slice(0, oldestCount)
    .flatMap(([name]) => (name in found ? [] : [`${name} is not there`]))
  return [...wrong, ...missing]
}

/**
 * @param {string} file
 * @param {Fuses} [wanted]
 */
export function requireFuses(file, wanted) {
  const faults = faultsOf(readFuses(file), wanted)
  if (faults.length > 0) {
    throw new ProvisionFailure(
      `The fuses of ${basename(file)} are not as a release needs them (${faults.join(', ')}): correct electron-builder.yml, or scripts/package/fuse-wire.mjs when this Electron has new ones.`,
    )
  }
}
