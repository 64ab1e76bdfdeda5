// Loads files of the app as V8 compiled them the last time. Newer versions of Node do this by themselves (`module.enableCompileCache`).
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
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
  /** Keeps what has been compiled until now for the next start, as far as that is not there already. Never throws. */
  keep(): void
}

interface Part {
  exports: unknown
  keep(): void
}

/** The window and the terminal share a cache, and neither can use what the other's V8 has compiled. */
const engine = process.versions['electron'] === undefined ? 'node' : 'electron'
const others = engine === 'node' ? 'electron' : 'node'

/**
 * A file by its absolute path, which the build has made of a CommonJS module: `(function (exports, require, module, __filename,
 * __dirname, $later) { … })` in ASCII, `$later(` for `import(`, which Node lets a script have only as an experiment. What it asks
 * for as `./NAME.cjs` is such a file, too. The cache lies in `folder`, which is nobody's but the person's; null for none. V8 itself
 * looks only at the length of the source, at its own version and its flags; so the name of a cache has the hash of the source in it.
 */
export function loadCompiled<Module>(file: string, folder: string | null): Compiled<Module> {
  const parts = new Map<string, Part>()

  function load(path: string): unknown {
    const there = parts.get(path)
    if (there) return there.exports
    const part = compile(path, folder, (specifier) => load(join(dirname(path), specifier)))
    parts.set(path, part)
    return part.exports
  }

  return {
    exports: load(file) as Module,
    keep() {
      for (const part of parts.values()) part.keep()
    },
  }
}

function compile(file: string, folder: string | null, load: (specifier: string) => unknown): Part {
  const source = readFileSync(file)
  const kind = `${basename(file)}-${engine}-`
  const hash = createHash('sha256').update(process.versions.v8).update(source).digest('hex').slice(0, 32)
  const name = `${kind}${hash}`
  const cachedData = folder === null ? undefined : readOwn(join(folder, name))
  // One sign a byte where the build has seen to it: half of the memory, and no copy of it to put something around it.
  const script = new Script(source.toString('latin1'), { filename: file, ...(cachedData && { cachedData }) })
  const module = { exports: {} }
  const at = pathToFileURL(file)
  const isPart = (specifier: string) => specifier.startsWith('./') && specifier.endsWith('.cjs')
  const usual = createRequire(file)
  const require = (specifier: string) => (isPart(specifier) ? load(specifier) : usual(specifier))
  const later = async (specifier: string) => {
    if (isPart(specifier)) return load(specifier)
    return await import(specifier.startsWith('.') ? new URL(specifier, at).href : specifier)
  }
  script.runInThisContext()(module.exports, require, module, file, dirname(file), later)
  return {
    exports: module.exports,
    keep() {
      if (folder === null || (cachedData && !script.cachedDataRejected)) return
      try {
        makeFolders(folder)
        const temporary = join(folder, `${name}.${process.pid}.tmp`)
        writeFileSync(temporary, script.createCachedData(), { mode: 0o600, flag: 'wx' })
        renameSync(temporary, join(folder, name))
        const there = new Set(readdirSync(dirname(file)))
        // Of earlier versions of the app: of this file, and of files that it has no more.
        const isOld = (one: string) =>
          one.startsWith(`${basename(file)}-`)
            ? one !== name && !one.startsWith(`${basename(file)}-${others}-`)
            : !there.has(one.replace(/\.cjs-.*$/, '.cjs'))
        for (const one of readdirSync(folder)) {
          if (isOld(one)) rmSync(join(folder, one), { recursive: true, force: true })
        }
      } catch {
        // The next start compiles it again.
      }
    },
  }
}

/** With the one it lies in. Not `recursive`, which goes on for ever where no folder can be made (in /proc). */
function makeFolders(folder: string): void {
  for (const one of [dirname(folder), folder]) {
    if (!existsSync(one)) mkdirSync(one, { mode: 0o700 })
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
