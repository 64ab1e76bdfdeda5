// @ts-check
// What Electron's own default app does when it is started as `electron [-r <module>] <folder>`; the substitute has none.
// It must be ESM and await the import: otherwise `ready` fires before the app listens.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { app } from 'electron'

// Chromium's own switches stand between; what they are does not matter here.
const { values, positionals } = parseArgs({
  args: process.argv.slice(1),
  options: { require: { type: 'string', short: 'r' } },
  strict: false,
  allowPositionals: true,
})
const folder = resolve(positionals[0] ?? '.')
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

// @ts-expect-error Read-only for apps.
process.defaultApp = true
app.setName(description.productName ?? description.name)
// @ts-expect-error Not public, but what Electron's own default app calls.
app.setVersion(description.version)
// @ts-expect-error The same.
app.setAppPath(folder)
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.getName()))

if (typeof values.require === 'string') createRequire(import.meta.url)(resolve(values.require))
await import(pathToFileURL(join(folder, description.main)).href)
