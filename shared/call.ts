// One call between a front and the main process: what goes in, what comes out.
import { z } from 'zod'

/** Its schemas are made when they are first asked for: a start needs a tenth of them. */
export function call<Input extends z.ZodType, Output extends z.ZodType>(input: () => Input, output: () => Output) {
  let made: { input: Input; output: Output } | null = null
  const both = () => {
    made ??= { input: input(), output: output() }
    return made
  }
  return {
    get input() {
      return both().input
    },
    get output() {
      return both().output
    },
  }
}

export const nothing = z.strictObject({})
