// @ts-check
// `npm run bench`: what Carrel costs, against the least that the same work can cost on this machine; docs/bench.md explains it.
//   npm run bench -- --json          only the figures, as JSON on standard output
//   npm run bench -- --only stream   figures whose name begins so; may be given several times
//   npm run bench -- --runs 3        how often each is measured
import { join } from 'node:path'
import { projectRoot } from './provision/paths.mjs'
import { provision } from './provision/provision.mjs'
import { windowTestStages } from './provision/stages.mjs'

await provision(windowTestStages({ xvfb: process.platform === 'linux', node: false }), { silentWhenFresh: true })

// Not at the top: it may have arrived only now.
const { runnerImport } = await import('vite')
const program = join(projectRoot, 'test', 'bench', 'bench.ts')
await runnerImport(program, { configFile: false, root: projectRoot, logLevel: 'warn' })
