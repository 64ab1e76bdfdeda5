// @ts-check
// Everything `npm run package` does, in order; and what the tests of a package need besides.
import { windowTestStages } from '../provision/stages.mjs'
import { checkStage } from './inspect-package.mjs'
import { installersStage, packStage } from './pack.mjs'
import { testPackageStage } from './test-package.mjs'

/** @param {{ installers: boolean }} wanted besides the folder */
export const packageStages = ({ installers }) => [
  ...windowTestStages({ xvfb: false, node: false }),
  packStage,
  checkStage,
  ...(installers ? [installersStage] : []),
]

/** @param {{ xvfb: boolean }} needs an invisible display */
export const packageTestStages = ({ xvfb }) => [
  ...windowTestStages({ xvfb, node: false }),
  packStage,
  checkStage,
  testPackageStage,
]
