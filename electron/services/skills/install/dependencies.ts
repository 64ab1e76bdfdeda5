// What installing, changing and removing skills works with.
import type { Home, Surroundings } from '../../../contracts.ts'
import type { Library } from '../skill-library.ts'
import type { Texts } from './changes.ts'
import type { GitDependencies } from './git-source.ts'

export interface InstallDependencies {
  home: Pick<Home, 'path' | 'read' | 'write' | 'requireWritable' | 'readOnly' | 'setAside'>
  surroundings: Pick<Surroundings, 'now' | 'newId' | 'log'>
  /** What is there, and what a person has said of it. */
  library: Pick<Library, 'library' | 'details' | 'agree'>
  texts: Texts
  git: GitDependencies
}
