// @ts-check
// `npm start`: brings everything the app needs, then opens it.
//   npm start -- --headless-display   opens it on an invisible display; all other arguments go to the app
import { startChild } from './child.mjs'
import { buildStage } from './provision/build.mjs'
import { provision } from './provision/provision.mjs'
import { appStages } from './provision/stages.mjs'
import { readDisplayFlag, withElectron } from './run-app.mjs'

const { headless, appArguments } = readDisplayFlag(process.argv.slice(2))

await provision([...appStages({ xvfb: headless }), buildStage('terminal', 'desktop')])

process.exitCode = await withElectron(
  headless,
  ({ program, args, env }) => startChild(program, [...args, ...appArguments], { env }).ended,
)
