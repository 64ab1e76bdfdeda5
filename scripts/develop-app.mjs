// @ts-check
// The running parts of `npm run dev`: a server for the page, builds that watch, and the app that is started anew.
import { createServer as createNetServer } from 'node:net'
import { build, createServer } from 'vite'
import { mainConfig, preloadConfig, rendererConfig, worksConfigs } from './build-configs.mjs'
import { startChild } from './child.mjs'
import { removeStamp } from './provision/stamp.mjs'

const settleMilliseconds = 100

/**
 * @param {import('./run-app.mjs').Launch} launch
 * @param {string[]} appArguments
 * @returns {Promise<number>} the app's exit code, when it ended by itself
 */
export async function developApp(launch, appArguments) {
  // What is built while watching is not what `npm start` builds.
  removeStamp('build-desktop')
  removeStamp('build-terminal')
  const env = { ...launch.env, CARREL_DEV_URL: await servePage() }
  /** @returns {import('./child.mjs').Child} */
  const open = () => startChild(launch.program, [...launch.args, ...appArguments], { env })

  const changes = await watchMainProcess()
  let changed = changes.next()
  let app = open()
  for (;;) {
    const exitCode = await Promise.race([app.ended, changed])
    if (exitCode !== undefined) return exitCode
    // Asked before the restart, so that a change during it is not lost.
    changed = changes.next()
    process.stderr.write('dev: the main process changed, restarting the app\n')
    app.stop()
    await app.ended
    app = open()
  }
}

/** @returns {Promise<string>} the address of the page, on this machine only */
async function servePage() {
  const port = await findFreePort()
  const server = await createServer({
    ...rendererConfig,
    clearScreen: false,
    server: { host: '127.0.0.1', port, strictPort: true },
  })
  await server.listen()
  return `http://127.0.0.1:${port}`
}

/** @returns {Promise<number>} */
function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createNetServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 0))
    })
  })
}

/**
 * Builds main process, its works and preload, and again whenever their sources change.
 * @returns {Promise<{ next: () => Promise<undefined> }>} when both were built once; `next` waits for the next good build
 */
async function watchMainProcess() {
  /** @type {() => void} */
  let announce = () => {}
  /** @type {NodeJS.Timeout | undefined} */
  let settling
  await Promise.all(
    [mainConfig, ...worksConfigs, preloadConfig].map(async (config) => {
      const watcher = await build({ ...config, logLevel: 'silent', build: { ...config.build, watch: {} } })
      if (!('on' in watcher)) throw new Error('vite did not watch.')
      await new Promise((resolve) => {
        let failed = false
        let isFirst = true
        watcher.on('event', async (event) => {
          if (event.code === 'START') failed = false
          if (event.code === 'ERROR') {
            failed = true
            process.stderr.write(`dev: ${event.error.message}\n`)
          }
          if (event.code === 'BUNDLE_END' || event.code === 'ERROR') await event.result?.close()
          if (event.code !== 'END' || failed) return
          if (isFirst) {
            isFirst = false
            return resolve(undefined)
          }
          // A file several are built from gives as many builds, but one restart.
          clearTimeout(settling)
          settling = setTimeout(() => announce(), settleMilliseconds)
        })
      })
    }),
  )
  return {
    next: () =>
      new Promise((resolve) => {
        announce = () => resolve(undefined)
      }),
  }
}
