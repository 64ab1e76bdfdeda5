// Another folder's content in the place of what is in the data folder, which is kept beside it. A crash at any moment is gone on from.

import { randomBytes } from 'node:crypto'
import {
  access,
  constants,
  copyFile,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { exchangeName, isTheirs, rightsFiles } from '../../../shared/data-places.ts'
import { errorCode } from '../../../shared/disk-failure.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { backupWords as words } from '../../../shared/messages/backup.ts'
import { replaceFile } from '../../replace-file.ts'
import { syncFolder } from '../../sync-disk.ts'

/**
 * `keep`: what is theirs in the data folder is the old, and on its way out. `place`: nothing old is left there, and what is staged
 * moves in. Each step is the same when it is done again.
 */
const journal = z.strictObject({
  v: z.literal(1),
  step: z.enum(['keep', 'place']),
  /** Names beside the data folder are made of these, and of nothing else that a file says. */
  staged: z.string().regex(/^[0-9a-f]{16}$/),
  keptAt: z.string().regex(/^[0-9TZ-]{10,40}$/),
  /** What says how much may happen without a question is exchanged, too. */
  withRights: z.boolean(),
})
type Journal = z.infer<typeof journal>

const stagedEnding = '.restoring-'

/** A folder to be made beside the data folder. What earlier ones have left there goes. Of the folder's owner only. */
export async function stageBeside(home: string): Promise<{ name: string; path: string }> {
  const folder = await realpath(home)
  const parent = dirname(folder)
  try {
    await access(parent, constants.W_OK | constants.X_OK)
    if ((await stat(parent)).dev !== (await stat(folder)).dev) throw new Error('another disk')
  } catch (thrown) {
    throw new ExpectedFailure('denied', words.notBeside(home), String(thrown))
  }
  const left = await readdir(parent)
  for (const name of left) {
    const isOurs = name.startsWith(`${basename(folder)}${stagedEnding}`) && /-[0-9a-f]{16}$/.test(name)
    if (isOurs) await rm(join(parent, name), { recursive: true, force: true })
  }
  const name = randomBytes(8).toString('hex')
  return { name, path: `${folder}${stagedEnding}${name}` }
}

/** From here on the exchange is a matter of the next opening. Answers where what is there now will be; null when nothing is. */
export async function beginExchange(
  home: string,
  staged: string,
  withRights: boolean,
  now: Date,
): Promise<{ kept: string | null }> {
  const folder = await realpath(home)
  const keptAt = now.toISOString().replace(/[:.]/g, '-')
  const hasOld = (await readdir(folder)).some(isTheirs)
  await write(folder, { v: 1, step: 'keep', staged, keptAt, withRights })
  return { kept: hasOld ? keptPath(folder, keptAt) : null }
}

/** Whether an exchange was begun and not finished. */
export async function isExchanging(home: string): Promise<boolean> {
  return (await read(home)) !== null
}

/** Finishes what was begun, if anything was. Only for who holds the lock, and before anything else is read there. */
export async function finishExchange(home: string): Promise<void> {
  const begun = await read(home)
  if (begun === null) return
  const folder = await realpath(home)
  const staged = `${folder}${stagedEnding}${begun.staged}`
  if (begun.step === 'keep') {
    // Somebody took it away: then what is there stays there.
    if (!(await isFolder(staged))) return await end(folder)
    await keepOld(folder, begun)
    await write(folder, { ...begun, step: 'place' })
  }
  await moveIn(folder, staged)
  await dropCaches(folder)
  await end(folder)
  await rm(staged, { recursive: true, force: true })
}

const keptPath = (folder: string, keptAt: string) => `${folder}-before-restore-${keptAt}`

async function keepOld(folder: string, { keptAt, withRights }: Journal): Promise<void> {
  const names = (await readdir(folder)).filter(isTheirs)
  if (names.length === 0) return
  const kept = keptPath(folder, keptAt)
  await mkdir(kept, { recursive: true, mode: 0o700 })
  for (const name of names) {
    // These stay; so that what is kept is whole, it has them as well.
    if (!withRights && rightsFiles.includes(name)) await copyFile(join(folder, name), join(kept, name))
    else await rename(join(folder, name), join(kept, name))
  }
  await syncFolder(kept)
  await syncFolder(folder)
  await syncFolder(dirname(folder))
}

async function moveIn(folder: string, staged: string): Promise<void> {
  if (!(await isFolder(staged))) return
  for (const name of await readdir(staged)) if (isTheirs(name)) await rename(join(staged, name), join(folder, name))
  await syncFolder(folder)
}

/** They are of what was there before. Chromium's and the compiled services are of no session. */
async function dropCaches(folder: string): Promise<void> {
  const cache = join(folder, 'cache')
  for (const name of await readdir(cache).catch(() => [])) {
    if (name !== 'chromium' && name !== 'code') await rm(join(cache, name), { recursive: true, force: true })
  }
}

async function end(folder: string): Promise<void> {
  await unlink(join(folder, exchangeName))
  await syncFolder(folder)
}

async function read(home: string): Promise<Journal | null> {
  try {
    return journal.parse(JSON.parse(await readFile(join(home, exchangeName), 'utf8')))
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') return null
    throw new ExpectedFailure('damaged', words.exchangeFailed(home), String(thrown))
  }
}

async function write(folder: string, one: Journal): Promise<void> {
  const beside = join(folder, `.${exchangeName}.new`)
  // What a crash has left of it: nobody else writes here.
  await rm(beside, { force: true })
  await replaceFile(join(folder, exchangeName), JSON.stringify(one), beside)
  await syncFolder(folder)
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
