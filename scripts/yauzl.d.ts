// The part of yauzl 3 that is used here; the package brings no types.
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    readonly fileName: string
    /** As it stands in the archive; `fileName` is the same without `decodeStrings`. */
    readonly fileNameRaw: Buffer
    readonly extraFields: readonly unknown[]
    readonly generalPurposeBitFlag: number
    /** The system in the upper byte. */
    readonly versionMadeBy: number
    readonly compressedSize: number
    readonly crc32: number
    readonly externalFileAttributes: number
    readonly uncompressedSize: number
    isEncrypted(): boolean
  }

  export interface ZipFile {
    readonly entryCount: number
    eachEntry(): AsyncIterable<Entry>
    openReadStreamPromise(entry: Entry): Promise<Readable>
    close(): void
  }

  export interface Options {
    autoClose?: boolean
    strictFileNames?: boolean
    decodeStrings?: boolean
  }

  export function openPromise(path: string, options?: Options): Promise<ZipFile>
  export function fromBufferPromise(bytes: Buffer, options?: Options): Promise<ZipFile>
  /** The name, not judged; with `strictFileNames` a backslash stays one. */
  export function getFileNameLowLevel(
    generalPurposeBitFlag: number,
    fileNameRaw: Buffer,
    extraFields: readonly unknown[],
    strictFileNames: boolean,
  ): string
}
