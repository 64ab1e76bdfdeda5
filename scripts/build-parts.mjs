// @ts-check
// Builds one part of the app into dist/.
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { mainConfig, preloadConfig, rendererConfig, terminalConfig, worksConfigs } from './build-configs.mjs'
import { projectRoot } from './provision/paths.mjs'

/** @typedef {'terminal' | 'desktop'} Part */

/** @param {Part} part */
export async function buildPart(part) {
  await Promise.all(configs[part].map(buildQuietly))
  if (part !== 'terminal') return
  removeStrangers(join(projectRoot, 'dist', 'electron'))
  const program = join(projectRoot, 'dist', 'electron', 'cli.cjs')
  if (!readFileSync(program, 'utf8').startsWith('#!')) throw new Error('electron/cli.ts lost its #! line in the build.')
  chmodSync(program, 0o755)
}

/**
 * What an earlier version of the build has left there would be packed with the rest.
 * @param {string} folder
 */
function removeStrangers(folder) {
  const ours = ['cli.cjs', 'main.mjs', 'preload.cjs', 'index-process.mjs', 'pdf-reader.mjs', 'works']
  for (const name of readdirSync(folder)) {
    if (!ours.includes(name.replace(/\.map$/, ''))) rmSync(join(folder, name), { recursive: true })
  }
}

/** What works behind both fronts comes with the terminal; the desktop needs it built. */
const configs = {
  terminal: [terminalConfig, ...worksConfigs],
  desktop: [mainConfig, preloadConfig, rendererConfig],
}

/**
 * What went wrong is in the error it throws.
 * @param {import('vite').InlineConfig} config
 */
const buildQuietly = (config) => build({ ...config, logLevel: 'silent' })
