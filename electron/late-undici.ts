// Takes undici's place in the file that is loaded at every start: the real one is read when something is asked for.
import type { Dispatcher, Agent as RealAgent } from 'undici'

type Parts = typeof import('./undici.ts')

/** Of the file this becomes a part of (compiled.ts). */
declare const require: (file: './undici.cjs') => Parts
const parts = (): Parts => require('./undici.cjs')

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
