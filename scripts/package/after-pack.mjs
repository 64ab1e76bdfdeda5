// @ts-check
// electron-builder calls this before it sets the fuses: takes away what came with the Electron and is not ours.
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** @param {import('electron-builder').AfterPackContext} context */
export default function afterPack({ appOutDir, packager, electronPlatformName }) {
  const resources = packager.getResourcesDir(appOutDir)
  // Electron's own app for folders; and what the substitute Electron of scripts/provision was packed around.
  for (const name of ['default_app.asar', 'app-update.yml']) rmSync(join(resources, name), { force: true })
  if (electronPlatformName === 'linux') chmodSync(join(appOutDir, 'carrel'), 0o755)
  if (electronPlatformName === 'darwin') chmodSync(join(resources, 'bin', 'carrel'), 0o755)
}
