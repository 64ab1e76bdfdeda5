// The file of its own that backups are written and read by: no start waits for it.
export { inspectBackup, stageBackup } from './stage-backup.ts'
export { writeBackup } from './write-backup.ts'
