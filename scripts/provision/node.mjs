// @ts-check
// Stage `node`: the version that runs us must be one the tools below support.
import { ProvisionFailure } from './failure.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22

/** @type {import('./provision.mjs').Stage} */
export const nodeStage = {
  name: 'node',
  isFresh: () => isSupported,
  async run() {
    throw new ProvisionFailure(
      `Node ${process.versions.node} is too old for Carrel's tools: install Node 22.12 or newer (20.19 also works) from https://nodejs.org and run the command again.`,
    )
  },
}
