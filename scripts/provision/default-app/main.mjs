// @ts-check
// What Electron's own default app does when it is started as `electron <folder>`; the substitute Electron has none.
// It must be ESM and await the import: otherwise `ready` fires before the app listens.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.')
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

// @ts-expect-error Read-only for apps.
process.defaultApp = true
app.setName(description.productName ?? description.name)
// @ts-expect-error Not public, but what Electron's own default app calls.
app.setVersion(description.version)
// @ts-expect-error The same.
app.setAppPath(folder)
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.getName()))

await import(pathToFileURL(join(folder, description.main)).href)
