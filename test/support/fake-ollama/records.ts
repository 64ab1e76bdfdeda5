// What a fake server saw, and ways to wait for it without sleeping.

export interface RecordedRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  raw: string
  /** The body as it came over the wire. */
  bytes: Buffer
  /** The body as JSON; undefined when there is none. */
  body: unknown
  /** Milliseconds since the server started, by the monotonic clock. */
  startedMs: number
  /** Null until the headers were sent. */
  status: number | null
  /** Milliseconds since the request came, by the monotonic clock; null while it has not happened. */
  firstByteMs: number | null
  closedMs: number | null
  /** The client closed the connection before the answer was whole. */
  abortedByClient: boolean
  /** The connection closed before the answer was whole, whoever did it. */
  closedEarly: boolean
  /** What the model would have read; null when it did not come so far. */
  prompt: string | null
  /** How many characters of it the model had read before. */
  cachedPrefix: number | null
}

/** Longest wait before a test fails with a sentence instead of hanging. */
const patienceMs = 10_000

export function createRecords() {
  const requests: RecordedRequest[] = []
  const waiting = new Set<() => void>()

  /** Resolves with the first value `look` finds; it is asked again after every change. */
  function waitFor<Found>(what: string, look: () => Found | undefined, limitMs = patienceMs): Promise<Found> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check)
        const seen = requests.map(({ method, path, status }) => `${method} ${path} ${status ?? '…'}`).join(', ')
        reject(new Error(`The fake Ollama waited in vain for ${what}. It saw: ${seen || 'nothing'}`))
      }, limitMs)
      function check(): void {
        const found = look()
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  }

  return {
    requests,
    startedAt: performance.now(),
    /** The server goes down: what breaks now was not the client's doing. */
    isStopping: false,
    waitFor,
    changed(): void {
      for (const check of [...waiting]) check()
    },
  }
}

export type Records = ReturnType<typeof createRecords>
