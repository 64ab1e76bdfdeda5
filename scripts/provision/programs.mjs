// @ts-check
// Stage `programs`: bubblewrap, inside which commands of the model run, git, with which tests commit, and tmux, in
// whose terminals they drive the REPL. The app can tell when
// they are absent and says so; they are brought along where that costs no question, and nothing stops without them.
import { findProgram } from './run-command.mjs'
import { hasApt, installSystemPackages, isRoot } from './system-packages.mjs'

/** Package names by their programs. */
const packageOf = { bwrap: 'bubblewrap', git: 'git', tmux: 'tmux' }

/** @returns {string[]} packages that are not there and can be installed */
export function missingPrograms() {
  if (!hasApt() || !isRoot()) return []
  return Object.entries(packageOf).flatMap(([program, name]) => (findProgram(program) ? [] : [name]))
}

/** @type {import('./provision.mjs').Stage} */
export const programsStage = {
  name: 'programs',
  isFresh: () => missingPrograms().length === 0,
  run: async (say) => await installSystemPackages(missingPrograms(), 'Commands and their tests need', 'programs', say),
}
