// How much a skill may have that is installed. All are counted on the bytes that really come.
import { largestFile, largestSkill, mostFiles } from '../limits.ts'

export const limits = {
  files: mostFiles,
  /** Of all files together. */
  bytes: largestSkill,
  fileBytes: largestFile,
  /** So many times its packed size may a file have, and an archive. */
  ratio: 100,
  /** Below this many bytes nobody's disk fills, however well they were packed. */
  ratioFrom: 1_048_576,
  /** Of an archive, packed. */
  archiveBytes: 67_108_864,
  /** Of what git fetches: a repository has more in it than one skill. */
  repositoryBytes: 209_715_200,
  gitMs: 60_000,
  /** Folders in folders. */
  depth: 32,
  /** Problems that are told; more say nothing new. */
  problems: 20,
} as const
