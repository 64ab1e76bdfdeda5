// @ts-check
// `npm run dev`: the app with hot reload. A change of the page shows at once, one of the main process restarts the app.
//   npm run dev -- --headless-display   opens it on an invisible display; all other arguments go to the app
import { provision } from './provision/provision.mjs'
import { appStages } from './provision/stages.mjs'
import { readDisplayFlag, withElectron } from './run-app.mjs'

const { headless, appArguments } = readDisplayFlag(process.argv.slice(2))

await provision(appStages({ xvfb: headless }))

// Not at the top: it needs vite, which may have arrived only now.
const { developApp } = await import('./develop-app.mjs')
const exitCode = await withElectron(headless, (launch) => developApp(launch, appArguments))
process.exit(exitCode)
