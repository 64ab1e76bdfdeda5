// Skills for the rest of the house. What does the work is read when somebody asks: a start needs none of it.
import { expectedFailureOf } from '../../../shared/failure.ts'
import type { Events, Home, Skills, Surroundings, Trust } from '../../contracts.ts'
import type { Library } from './skill-library.ts'
import type { Watch } from './watch.ts'

export interface SkillsDependencies {
  home: Pick<Home, 'path' | 'read' | 'write' | 'requireWritable' | 'setAside'>
  trust: Pick<Trust, 'answerFor'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'now' | 'log'>
  /** Absolute path of the person's home folder. */
  personHome: string
  /** Absolute path of the skills that come with Carrel; null when there are none. */
  builtIn: string | null
  /** A window is open for hours: what changes on the disk is told to it. */
  follows: boolean
}

export function createSkills(dependencies: SkillsDependencies): Skills {
  const { home, trust, events, surroundings, personHome, builtIn, follows } = dependencies
  let opening: Promise<Library> | null = null
  let watch: Watch | null = null
  const changed = () => events.emit('skills.changed', {})
  // A folder's skills wait for the trust in it.
  const stopListening = events.on('trust.changed', changed)

  async function open(): Promise<Library> {
    const { createAgreed, createLibrary, createWatch } = await import('./skill-library.ts')
    const agreed = createAgreed({ home, surroundings })
    const watched = follows ? createWatch(changed) : null
    watch = watched
    return createLibrary({
      places: { dataFolder: home.path, personHome, builtIn },
      agreed,
      trust,
      onLooked: (folders) => watched?.follow(folders),
    })
  }

  /** What it throws is of another bundle, where the class of failures is another one. */
  async function withLibrary<Value>(work: (library: Library) => Promise<Value>): Promise<Value> {
    opening ??= open()
    try {
      return await work(await opening)
    } catch (thrown) {
      throw expectedFailureOf(thrown) ?? thrown
    }
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
    async close() {
      stopListening()
      await opening?.catch(() => undefined)
      watch?.close()
    },
  }
}
