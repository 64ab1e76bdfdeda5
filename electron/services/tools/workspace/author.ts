// Who commits: as the person's own git config has it. What a repository says of it is not asked, since a model may have written it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const ask = promisify(execFile)

/** null when git is absent, or knows no name or no address. Nothing is guessed from the name of the account or the machine. */
export async function readAuthor(
  environment: Readonly<Record<string, string | undefined>>,
  personHome: string,
): Promise<{ name: string; email: string } | null> {
  const [name, email] = await Promise.all(['user.name', 'user.email'].map((key) => globalSetting(key)))
  return name && email ? { name, email } : null

  async function globalSetting(key: string): Promise<string | null> {
    const { PATH, XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL } = environment
    // Nowhere, so that no repository has a say.
    const env = { PATH, XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL, HOME: personHome, GIT_DIR: '/dev/null' }
    try {
      const { stdout } = await ask('git', ['config', '--global', '--includes', '--get', key], {
        env,
        cwd: '/',
        timeout: 5_000,
      })
      // Git keeps these out of a commit by itself; a line of its own would be a line of ours.
      return stdout.replace(/[<>\0\r\n]/g, '').trim() || null
    } catch {
      return null
    }
  }
}
