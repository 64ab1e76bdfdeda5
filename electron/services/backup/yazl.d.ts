// The part of yazl 3 that is used here, and the list it works on (see zip-writer.ts); the package brings no types.
declare module 'yazl' {
  import type { Readable } from 'node:stream'

  export interface EntryOptions {
    mtime: Date
    mode: number
    size?: number
    compressionLevel?: number
  }

  export class ZipFile {
    readonly outputStream: Readable
    entries: unknown[]
    on(event: 'error', listener: (thrown: Error) => void): this
    addReadStreamLazy(
      name: string,
      options: EntryOptions,
      open: (done: (thrown: Error | null, source: Readable) => void) => void,
    ): void
    addBuffer(content: Buffer, name: string, options: EntryOptions): void
    end(): void
  }
}
