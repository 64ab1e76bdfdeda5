// Where the data folder lies for this process: what every entry asks before anything else is loaded.
import { homedir } from 'node:os'
import { dataFolder } from './services/home/data-folder.ts'

/** Absolute path of the data folder for these arguments; nothing is made. */
export function homeFor(
  flag: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  from: string,
): string {
  return dataFolder({ flag, environment, platform: process.platform, personHome: homedir(), from })
}

/** Where the person stands: npm goes elsewhere. null when that folder has gone. */
export function standingIn(environment: Readonly<Record<string, string | undefined>>): string | null {
  try {
    return environment.INIT_CWD ?? process.cwd()
  } catch {
    return null
  }
}
