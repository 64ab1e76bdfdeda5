// @ts-check
// Stage `sandbox`: Chromium's sandbox can work here. Electron itself only aborts with a puzzling message when it cannot.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { electronPath } from './electron.mjs'
import { ProvisionFailure } from './failure.mjs'
import { findProgram } from './run-command.mjs'
import { isRoot } from './system-packages.mjs'

const setUserIdBit = 0o4000

/** @type {import('./provision.mjs').Stage} */
export const sandboxStage = {
  name: 'sandbox',
  // Root runs without the sandbox, and only Linux has systems that forbid it.
  isFresh: () => process.platform !== 'linux' || isRoot() || isHelperPrivileged() || canMakeNamespaces(),
  async run() {
    throw new ProvisionFailure(
      `This system forbids user namespaces, which the sandbox of Electron's windows needs; give Electron's own helper the right, then run the command again:\n  sudo chown root:root '${helper()}' && sudo chmod 4755 '${helper()}'`,
    )
  },
}

const helper = () => join(dirname(electronPath()), 'chrome-sandbox')

function isHelperPrivileged() {
  const facts = statSync(helper(), { throwIfNoEntry: false })
  return facts !== undefined && facts.uid === 0 && (facts.mode & setUserIdBit) !== 0
}

/** Some systems let a program make a namespace but not become anybody in it, hence the mapped root. */
function canMakeNamespaces() {
  if (!findProgram('unshare')) return true
  return spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' }).status === 0
}
