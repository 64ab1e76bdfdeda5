// @ts-check
// `npm run fake-ollama`: the tests' Ollama server, by hand, from its TypeScript source. All arguments go to it.
import { join } from 'node:path'
import { projectRoot } from './provision/paths.mjs'
import { provision } from './provision/provision.mjs'
import { toolStages } from './provision/stages.mjs'

await provision(toolStages, { silentWhenFresh: true })

const program = join(projectRoot, 'test', 'support', 'fake-ollama-cli.ts')
process.argv[1] = program
// Not at the top: it may have arrived only now.
const { runnerImport } = await import('vite')
await runnerImport(program, { configFile: false, root: projectRoot, logLevel: 'warn' })
