// @ts-check
// Stamps: small JSON files that remember for which inputs a stage succeeded.
// A stage removes its stamp before it changes anything and writes it last, so an interrupted run is never taken for a finished one.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectCache } from './paths.mjs'

/** @param {string} name */
const stampFile = (name) => join(projectCache, `${name}.json`)

/**
 * @param {string} name
 * @returns {Record<string, unknown>} empty when there is none or it cannot be read
 */
export function readStamp(name) {
  try {
    return JSON.parse(readFileSync(stampFile(name), 'utf8'))
  } catch {
    return {}
  }
}

/**
 * @param {string} name
 * @param {Record<string, unknown>} facts
 */
export function writeStamp(name, facts) {
  const file = stampFile(name)
  mkdirSync(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, JSON.stringify(facts))
  renameSync(beside, file)
}

/** @param {string} name */
export function removeStamp(name) {
  rmSync(stampFile(name), { force: true })
}
