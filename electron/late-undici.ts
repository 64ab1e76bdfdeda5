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
  #real: RealAgent | null = null
  readonly #onConnect: ((origin: URL) => void)[] = []

  constructor(options: RealAgent.Options) {
    this.#options = options
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#real ??= this.#make()
    return this.#real.dispatch(options, handler)
  }

  on(_event: 'connect', listener: (origin: URL) => void): void {
    this.#onConnect.push(listener)
    this.#real?.on('connect', listener)
  }

  #make(): RealAgent {
    const real = new (parts().Agent)(this.#options)
    for (const listener of this.#onConnect) real.on('connect', listener)
    return real
  }
}

export function request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  return parts().request.call(this, options)
}
