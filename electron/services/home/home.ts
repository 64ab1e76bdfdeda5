// The data folder: made with mode 0700, owned by one process, and its small files replaced as a whole.
import { constants } from 'node:fs'
import { access, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { errorCode, writeFailure } from '../../../shared/disk-failure.ts'
import { ExpectedFailure, type Failure } from '../../../shared/failure.ts'
import { backupWords } from '../../../shared/messages/backup.ts'
import { messages } from '../../../shared/messages/messages.ts'
import type { Home, Surroundings } from '../../contracts.ts'
import { replaceFile } from '../../replace-file.ts'
import { beginExchange, finishExchange, isExchanging, stageBeside } from './exchange.ts'
import { type LockContent, takeOwnerLock } from './owner-lock.ts'
import { socketPathFor } from './socket-path.ts'

const betweenTriesMs = 1_000

/**
 * Opens the data folder. An owner makes it when it is missing and takes the lock; when it cannot, the home is
 * read-only and says why. A reader takes no lock, makes nothing and writes nothing.
 */
export async function openHome(path: string, as: 'owner' | 'reader', surroundings: Surroundings): Promise<Home> {
  const socketPath = socketPathFor(path, surroundings.environment)
  let readOnly: Failure | null = null
  let otherSocket: string | null = null
  let release: () => Promise<void> = async () => undefined
  let isClosed = false
  let lastWrite: Promise<unknown> = Promise.resolve()

  if (as === 'reader') {
    await finishForReader()
    readOnly = { code: 'denied', message: messages.failures.readOnlyFolder(path) }
  } else {
    await takeOver()
  }

  async function takeOver(): Promise<void> {
    try {
      await makeFolder(path)
      const lock = await takeOwnerLock(path, surroundings.newId(), socketPath)
      readOnly = lock.held ? null : { code: 'busy', message: busySentence(lock.by) }
      otherSocket = lock.held || lock.by?.host !== hostname() ? null : lock.by.socket
      if (lock.held) {
        release = lock.release
        await finishExchange(path).catch((thrown) => {
          throw new ExpectedFailure('denied', backupWords.exchangeFailed(path), String(thrown))
        })
      }
    } catch (thrown) {
      readOnly = whyReadOnly(path, thrown)
    }
  }

  /** What a person has restored and a crash kept out: a reader would see half of it. Whoever has the lock does it otherwise. */
  async function finishForReader(): Promise<void> {
    try {
      if (!(await isExchanging(path))) return
      const lock = await takeOwnerLock(path, surroundings.newId())
      if (!lock.held) return
      await finishExchange(path).finally(lock.release)
    } catch (thrown) {
      surroundings.log(`a restored backup could not be put in its place: ${String(thrown)}`)
    }
  }

  async function waitForTheFolder(signal: AbortSignal, tell: (readOnly: Failure | null) => void): Promise<void> {
    while (readOnly?.code === 'busy' && !signal.aborted && !isClosed) {
      await pause(betweenTriesMs, undefined, { signal, ref: false })
      const before = readOnly.message
      await takeOver()
      if (readOnly?.message !== before) tell(readOnly)
    }
  }

  function requireWritable(): void {
    if (readOnly) throw new ExpectedFailure(readOnly.code, readOnly.message, readOnly.detail)
    if (isClosed) throw new ExpectedFailure('cancelled', messages.failures.cancelled)
  }

  return {
    path,
    socketPath,
    get readOnly() {
      return readOnly
    },
    get otherSocket() {
      return otherSocket
    },
    watch(signal, tell) {
      waitForTheFolder(signal, tell).catch((thrown) => {
        if (!signal.aborted) surroundings.log(`waiting for the data folder: ${String(thrown)}`)
      })
    },
    requireWritable,
    async read(name) {
      try {
        return await readFile(join(path, name), 'utf8')
      } catch (thrown) {
        if (errorCode(thrown) === 'ENOENT' || errorCode(thrown) === 'ENOTDIR') return null
        throw thrown
      }
    },
    async write(name, text) {
      requireWritable()
      // One after the other: of two writes of the same file the later one stays.
      const write = lastWrite.then(() => replace(join(path, name), text, surroundings.newId()))
      lastWrite = write.catch(() => undefined)
      await write
    },
    async setAside(name) {
      requireWritable()
      const stamp = surroundings.now().toISOString().replace(/[:.]/g, '-')
      const kept = name.replace(/(\.[a-z]+)?$/, `.broken-${stamp}$1`)
      await rename(join(path, name), join(path, kept))
      return kept
    },
    async stage() {
      requireWritable()
      return await stageBeside(path)
    },
    async exchange(name, withRights) {
      requireWritable()
      return await beginExchange(path, name, withRights, surroundings.now())
    },
    async close() {
      isClosed = true
      await lastWrite
      await release()
    },
  }
}

async function makeFolder(path: string): Promise<void> {
  await makeMissing(path)
  const found = await stat(path)
  if (!found.isDirectory()) throw new ExpectedFailure('denied', messages.failures.folderUnusable(path))
  await access(path, constants.W_OK | constants.X_OK)
}

/**
 * With its parents, which Node's own `recursive` would go on making forever where none can be made (in /proc). Only what is made here
 * gets its mode: `--home` may name a folder that other programs live in.
 */
async function makeMissing(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT' || dirname(path) === path) throw thrown
    await makeMissing(dirname(path))
    await makeOne(path)
  }
}

/** Also when somebody else has made it, or the disk takes nothing new. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (thrown) {
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isThere) throw thrown
  }
}

function busySentence(by: LockContent | null): string {
  if (!by) return messages.failures.ownerUnknown
  return by.host === hostname() ? messages.failures.ownerBusy(by.pid) : messages.failures.ownerElsewhere(by.host)
}

function whyReadOnly(path: string, thrown: unknown): Failure {
  const { failure } = writeFailure(thrown, path, path)
  return failure.code === 'internal'
    ? { ...failure, code: 'denied', message: messages.failures.folderUnusable(path) }
    : failure
}

async function replace(path: string, text: string, nonce: string): Promise<void> {
  await replaceFile(path, text, join(dirname(path), `.${basename(path)}.${nonce}`)).catch((thrown) => {
    throw writeFailure(thrown, path, dirname(path))
  })
}
