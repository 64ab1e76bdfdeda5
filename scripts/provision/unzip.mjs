// @ts-check
// Unpacks a zip file with its file modes and symbolic links.
import { createWriteStream, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

const fileTypeMask = 0o170000
const symbolicLink = 0o120000

/**
 * @param {string} zipFile
 * @param {string} folder made when it does not exist
 * @param {(name: string) => string} place maps a name in the zip to one in the folder; '' leaves it out
 */
export async function unzip(zipFile, folder, place) {
  // Not at the top: this module is loaded before node_modules exists.
  const { openPromise } = await import('yauzl')
  const zip = await openPromise(zipFile)
  mkdirSync(folder, { recursive: true })
  for await (const entry of zip.eachEntry()) {
    const name = place(entry.fileName)
    if (!name || name.endsWith('/')) continue
    const target = join(folder, name)
    mkdirSync(dirname(target), { recursive: true })
    const mode = entry.externalFileAttributes >>> 16
    const content = await zip.openReadStreamPromise(entry)
    if ((mode & fileTypeMask) === symbolicLink) symlinkSync(await text(content), target)
    else await pipeline(content, createWriteStream(target, { mode: mode & 0o777 }))
  }
}
