// Looks at the skills of a home folder as whoever runs it, and says what it has seen.
import { createLibrary } from '../../electron/services/skills/skill-library.ts'

const [dataFolder = '', personHome = ''] = process.argv.slice(2)
const agreed = { load: async () => new Map(), set: async () => undefined }
const places = { dataFolder, personHome, builtIn: null }
const library = createLibrary({ places, agreed, trust: { answerFor: async () => null }, sources: async () => ({}) })
const { skills, roots } = await library.library(null, new AbortController().signal)
const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code)
process.stdout.write(
  JSON.stringify({
    skills: skills.map(({ name, state, problems }) => [name, state, codes(problems)]),
    problems: roots.flatMap(({ problems }) => problems.map(({ code, path }) => [code, path])),
  }),
)
