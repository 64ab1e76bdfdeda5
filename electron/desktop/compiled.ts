// Loads a file of the app as V8 compiled it the last time. Newer versions of Node do this by themselves (`module.enableCompileCache`).
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'

export interface Compiled<Module> {
  exports: Module
  /** Keeps what has been compiled until now for the next start, unless that is there already. Never throws. */
  keep(): void
}

/**
 * A file by its absolute path, which the build has made of a CommonJS module: `(function (exports, require, module, __filename,
 * __dirname, $later) { … })` in ASCII, `$later(` for `import(`, which Node lets a script have only as an experiment. The cache lies in `folder`, which is nobody's but the person's; null for none. V8 itself
 * looks only at the length of the source, at its own version and its flags; so the name of a cache has the hash of the source in it.
 */
export function loadCompiled<Module>(file: string, folder: string | null): Compiled<Module> {
  const source = readFileSync(file)
  const name = `${basename(file)}-${createHash('sha256').update(source).digest('hex').slice(0, 32)}`
  const cachedData = folder === null ? undefined : readOwn(join(folder, name))
  // One sign a byte where the build has seen to it: half of the memory, and no copy of it to put something around it.
  const script = new Script(source.toString('latin1'), { filename: file, ...(cachedData && { cachedData }) })
  const module = { exports: {} }
  const at = pathToFileURL(file)
  const later = (specifier: string) => import(specifier.startsWith('.') ? new URL(specifier, at).href : specifier)
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file), later)
  return {
    exports: module.exports as Module,
    keep() {
      if (folder === null || (cachedData && !script.cachedDataRejected)) return
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const temporary = join(folder, `${name}.${process.pid}.tmp`)
        writeFileSync(temporary, script.createCachedData(), { mode: 0o600, flag: 'wx' })
        renameSync(temporary, join(folder, name))
        // Of earlier versions of the app.
        for (const old of readdirSync(folder))
          if (old !== name) rmSync(join(folder, old), { recursive: true, force: true })
      } catch {
        // The next start compiles it again.
      }
    },
  }
}

/** It is run, so nobody else may have been able to write it. */
function readOwn(path: string): Buffer | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const { uid, mode } = fstatSync(descriptor)
      const isOwn = process.platform === 'win32' || (uid === process.getuid?.() && (mode & 0o022) === 0)
      return isOwn ? readFileSync(descriptor) : undefined
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}
