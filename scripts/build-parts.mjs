// @ts-check
// Builds one part of the app into dist/.
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import {
  archiveConfig,
  fileSearchConfig,
  formsConfig,
  indexProcessConfig,
  jailerConfig,
  logReadersConfig,
  mainConfig,
  pageReaderConfig,
  pdfReaderConfig,
  preloadConfig,
  rendererConfig,
  skillInstallConfig,
  skillLibraryConfig,
  terminalConfig,
  undiciConfig,
  worksConfig,
  workshopConfig,
} from './build-configs.mjs'
import { projectRoot } from './provision/paths.mjs'

/** @typedef {'terminal' | 'desktop'} Part */

/** @param {Part} part */
export async function buildPart(part) {
  if (part === 'desktop') {
    await Promise.all(
      [
        mainConfig,
        worksConfig,
        workshopConfig,
        jailerConfig,
        pageReaderConfig,
        formsConfig,
        fileSearchConfig,
        indexProcessConfig,
        pdfReaderConfig,
        logReadersConfig,
        archiveConfig,
        skillInstallConfig,
        skillLibraryConfig,
        undiciConfig,
        preloadConfig,
        rendererConfig,
      ].map(buildQuietly),
    )
    return
  }
  await Promise.all([terminalConfig, indexProcessConfig, pdfReaderConfig].map(buildQuietly))
  const program = join(projectRoot, 'dist', 'electron', 'cli.mjs')
  if (!readFileSync(program, 'utf8').startsWith('#!')) throw new Error('electron/cli.ts lost its #! line in the build.')
  chmodSync(program, 0o755)
}

/**
 * What went wrong is in the error it throws.
 * @param {import('vite').InlineConfig} config
 */
const buildQuietly = (config) => build({ ...config, logLevel: 'silent' })
