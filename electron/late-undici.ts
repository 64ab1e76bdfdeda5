// Takes undici's place in the file that is loaded at every start: the real one is read when something is asked for.
import { createRequire } from 'node:module'
import type { Dispatcher, Agent as RealAgent } from 'undici'

type Parts = typeof import('./undici.ts')

let loaded: Parts | null = null
const parts = (): Parts => {
  loaded ??= createRequire(import.meta.url)('./undici.cjs') as Parts
  return loaded
}

/** As much of an agent as `request` and whoever makes it need. */
export class Agent {
  readonly #options: RealAgent.Options
  readonly #listeners: Parameters<RealAgent['on']>[] = []
  #real: RealAgent | null = null

  constructor(options: RealAgent.Options) {
    this.#options = options
  }

  /** Nothing happens before the first request, so that is soon enough for whoever listens. */
  on(...listening: Parameters<RealAgent['on']>): this {
    if (this.#real) this.#real.on(...listening)
    else this.#listeners.push(listening)
    return this
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#real ??= this.#make()
    return this.#real.dispatch(options, handler)
  }

  #make(): RealAgent {
    const real = new (parts().Agent)(this.#options)
    for (const listening of this.#listeners) real.on(...listening)
    return real
  }
}

export function request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  return parts().request.call(this, options)
}
