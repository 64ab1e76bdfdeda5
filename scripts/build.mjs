// @ts-check
// `npm run build`: the whole app in dist/.
import { buildStage } from './provision/build.mjs'
import { provision } from './provision/provision.mjs'
import { toolStages } from './provision/stages.mjs'

await provision([...toolStages, buildStage('terminal', 'desktop')])
