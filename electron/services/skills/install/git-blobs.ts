// The bytes of objects, from one git process that is asked for one after the other.
import { endOf, type GitCommand, type GitProcess, startGit } from './git-run.ts'

export interface BlobReader {
  /** In pieces; each has to be read to its end, or given up, before the next is asked for. */
  read(object: string): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

const newline = 10
const longestHead = 200

export function createBlobReader(command: GitCommand): BlobReader {
  let started: { child: GitProcess; ended: Promise<unknown>; pieces: AsyncIterator<Buffer> } | null = null
  let rest: Buffer = Buffer.alloc(0)

  function git() {
    if (started) return started
    const child = startGit(command)
    child.stderr.resume()
    const ended = endOf(child).catch(() => undefined)
    started = { child, ended, pieces: child.stdout[Symbol.asyncIterator]() }
    return started
  }

  async function more(): Promise<void> {
    const next = await git().pieces.next()
    command.signal.throwIfAborted()
    if (next.done) throw new Error('git ended before it had told everything')
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value])
  }

  async function head(): Promise<number> {
    for (;;) {
      const end = rest.indexOf(newline)
      if (end !== -1) {
        const said = /^[0-9a-f]+ blob (\d+)$/.exec(rest.subarray(0, end).toString('latin1'))
        if (!said) throw new Error('git has no such object')
        rest = rest.subarray(end + 1)
        return Number(said[1])
      }
      if (rest.length > longestHead) throw new Error('git answers in another way')
      await more()
    }
  }

  return {
    async *read(object) {
      git().child.stdin.write(`${object}\n`)
      let left = await head()
      while (left > 0) {
        if (rest.length === 0) await more()
        const piece = rest.subarray(0, left)
        rest = rest.subarray(piece.length)
        left -= piece.length
        yield piece
      }
      // A line ends what it has told.
      while (rest.length === 0) await more()
      rest = rest.subarray(1)
    },
    async close() {
      if (!started) return
      started.child.stdin.end()
      started.child.stdout.destroy()
      await started.ended
    },
  }
}
