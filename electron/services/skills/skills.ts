// Skills for the rest of the house. What does the work is read when somebody asks: a start needs none of it.
import type { Events, Home, Skills, Surroundings, Trust } from '../../contracts.ts'
import type { InstallsDependencies } from './installs.ts'
import { createInstalls } from './installs.ts'
import type { Library } from './skill-library.ts'
import type { Watch } from './watch.ts'

export interface SkillsDependencies {
  home: Pick<Home, 'path' | 'read' | 'write' | 'requireWritable' | 'readOnly' | 'setAside'>
  trust: Pick<Trust, 'answerFor'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'now' | 'newId' | 'log'>
  /** Absolute path of the person's home folder. */
  personHome: string
  /** Absolute path of the skills that come with Carrel; null when there are none. */
  builtIn: string | null
  /** A window is open for hours: what changes on the disk is told to it. */
  follows: boolean
  texts: InstallsDependencies['texts']
  git: InstallsDependencies['git']
}

export function createSkills(dependencies: SkillsDependencies): Skills {
  const { home, trust, events, surroundings, personHome, builtIn, follows, texts, git } = dependencies
  let opening: Promise<Library> | null = null
  let watch: Watch | null = null
  const library = () => {
    opening ??= open()
    return opening
  }
  const { recover, close, ...installs } = createInstalls({ home, surroundings, events, texts, git, library })
  let recovering: Promise<void> | null = null
  const changed = () => events.emit('skills.changed', {})
  const stops = [
    // A folder's skills wait for the trust in it.
    events.on('trust.changed', changed),
    // As a reader nothing was cleared away.
    events.on('access.changed', ({ readOnly }) => {
      if (!readOnly) recovering = null
    }),
  ]

  async function open(): Promise<Library> {
    const { createAgreed, createLibrary, createLock, createWatch } = await import('./skill-library.ts')
    const agreed = createAgreed({ home, surroundings })
    const lock = createLock({ home, surroundings })
    const watched = follows ? createWatch(changed) : null
    watch = watched
    return createLibrary({
      places: { dataFolder: home.path, personHome, builtIn },
      agreed,
      trust,
      sources: async () => {
        // Where they came from is no reason to show none of them.
        const entries = await lock.all().catch((thrown) => {
          surroundings.log(`where skills came from could not be read: ${String(thrown)}`)
          return {}
        })
        return Object.fromEntries(Object.entries(entries).map(([name, { source }]) => [name, source]))
      },
      onLooked: (folders) => watched?.follow(folders),
    })
  }

  async function withLibrary<Value>(work: (library: Library) => Promise<Value>): Promise<Value> {
    // What a crash has left half way is nothing that may be shown.
    recovering ??= recover()
    await recovering
    return await work(await library())
  }

  return {
    library: async (workspace, signal) => await withLibrary((library) => library.library(workspace, signal)),
    rescan: async (workspace, signal) =>
      await withLibrary((library) => {
        library.forget()
        return library.library(workspace, signal)
      }),
    details: async (key, signal) => await withLibrary((library) => library.details(key, signal)),
    file: async (key, path, signal) => await withLibrary((library) => library.file(key, path, signal)),
    setEnabled: async (key, on, hash) => {
      home.requireWritable()
      const summary = await withLibrary((library) => library.agree(key, { on, hash }))
      changed()
      return summary
    },
    accept: async (key, hash) => {
      home.requireWritable()
      const summary = await withLibrary((library) => library.agree(key, { on: null, hash }))
      changed()
      return summary
    },
    judge: async (text, folderName) => await withLibrary(async (library) => library.judge(text, folderName)),
    validate: async (path, signal) => await withLibrary((library) => library.validate(path, signal)),
    offered: async (workspace, choices) => await withLibrary((library) => library.offered(workspace, choices)),
    read: async (skill, signal) => await withLibrary((library) => library.read(skill, signal)),
    ...installs,
    async close() {
      for (const stop of stops) stop()
      await close()
      await opening?.catch(() => undefined)
      watch?.close()
    },
  }
}
