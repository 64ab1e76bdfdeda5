// Before the unit tests: what some of them run as it is built is what the sources say.
import { buildStage } from '../../scripts/provision/build.mjs'
import { provision } from '../../scripts/provision/provision.mjs'

export async function setup(): Promise<void> {
  await provision([buildStage('terminal')], { silentWhenFresh: true })
}
