// The toolbox of a run that may only talk.
import type { Toolbox } from '../../contracts.ts'

export const emptyToolbox: Toolbox = {
  list: () => [],
  effectOf: () => null,
  run: async () => {
    throw new Error('There is no tool in it.')
  },
}
