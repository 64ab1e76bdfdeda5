// `carrel serve --stdio`: the messages of a front as JSON lines, for editors and scripts (docs/serve.md).
import { StringDecoder } from 'node:string_decoder'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { type Channel, pushes } from '../../../shared/ipc.ts'
import { messages } from '../../../shared/messages/messages.ts'
import { serveWords as words } from '../../../shared/messages/serve.ts'
import { type StdioReply, stdioLineLimit, type WireRequest, wireRequest, wireVersion } from '../../../shared/wire.ts'
import { type CommandContext, exitCodes, fail, type OpenedFront } from '../front.ts'

type Call = Extract<WireRequest, { type: 'call' }>

/** Exits 0 at the end of its input, 130 when it was interrupted, 3 when the owner of the data folder has gone. */
export async function serveCommand(context: CommandContext): Promise<number> {
  if (context.options['stdio'] !== true || context.arguments.length > 0) {
    return fail(context, { code: 'invalid-input', message: words.onlyStdio })
  }
  return await context.withFront('owner', async (front) => await serve(context, front))
}

async function serve(context: CommandContext, { bridge, gone }: OpenedFront): Promise<number> {
  const { signal } = context
  const running = new Map<string, { controller: AbortController; answered: Promise<void> }>()
  /** Begun here and not over: nobody is left for their questions when the input ends. */
  const runs = new Map<string, string>()
  const say = (message: StdioReply) => context.write(`${JSON.stringify(message)}\n`)
  const stopListening = Object.keys(pushes()).map((name) =>
    bridge.on(name as 'run.ended', (payload) => {
      if (name === 'run.ended') runs.delete(payload.runId)
      say({ type: 'push', push: name, payload } as StdioReply)
    }),
  )

  async function answer({ id, channel, input }: Call, aborted: AbortSignal): Promise<void> {
    // What only a window can do is done for its own person.
    const isWindows = channel.startsWith('window.')
    const answered = isWindows
      ? refused({ code: 'denied', message: messages.failures.notInThisFront })
      : // The gateway knows the channels, and parses what they are given.
        await bridge
          .call(channel as Channel, input as never, aborted)
          .catch((thrown: unknown) => refused(toFailure(thrown, messages.failures.internal)))
    if (answered.ok && 'runId' in answered.value && 'sessionId' in answered.value) {
      runs.set(String(answered.value.runId), String(answered.value.sessionId))
    }
    say({ type: 'answer', id, answer: answered })
  }

  function begin(request: Call): void {
    const { id } = request
    if (running.has(id)) {
      say({ type: 'answer', id, answer: refused({ code: 'invalid-input', message: words.idInUse(id) }) })
      return
    }
    const controller = new AbortController()
    const answered = answer(request, controller.signal).finally(() => running.delete(id))
    running.set(id, { controller, answered })
  }

  function take(request: WireRequest): void {
    if (request.type === 'painted') bridge.painted()
    else if (request.type === 'cancel') running.get(request.id)?.controller.abort()
    else begin(request)
  }

  say({ type: 'hello', wire: wireVersion, version: context.version })
  const refuse = (line: number, failure: Failure) => say({ type: 'error', line, failure })
  const isOver = AbortSignal.any([signal, gone])
  await readRequests(context.inputPieces(isOver), take, refuse)
  if (isOver.aborted) for (const { controller } of running.values()) controller.abort()
  await Promise.all([...running.values()].map(({ answered }) => answered))
  for (const sessionId of new Set(runs.values())) await bridge.call('chat.stop', { sessionId })
  for (const stop of stopListening) stop()
  if (gone.aborted) return fail(context, { code: 'unavailable', message: messages.failures.ownerGone })
  return signal.aborted ? exitCodes.cancelled : exitCodes.done
}

const refused = (failure: Failure) => ({ ok: false, failure }) as const

/** Ends with the input. A line that is no message is told by its number, counted from 1, and the next one counts again. */
async function readRequests(
  pieces: AsyncIterable<Uint8Array>,
  take: (request: WireRequest) => void,
  refuse: (line: number, failure: Failure) => void,
): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let number = 1
  let parts: string[] = []
  let length = 0
  const end = () => {
    if (length > stdioLineLimit) refuse(number, { code: 'limit', message: words.lineTooLong(stdioLineLimit) })
    else {
      const line = parts.join('')
      const request = wireRequest.safeParse(parse(line))
      if (request.success) take(request.data)
      else if (line.trim() !== '') refuse(number, { code: 'invalid-input', message: words.noMessage })
    }
    number += 1
    parts = []
    length = 0
  }
  for await (const piece of pieces) {
    const [rest = '', ...lines] = decoder.write(Buffer.from(piece)).split('\n')
    add(rest)
    for (const line of lines) {
      end()
      add(line)
    }
  }
  if (length > 0) end()

  function add(part: string): void {
    length += part.length
    // What is too long is not kept, but still counted.
    if (length <= stdioLineLimit) parts.push(part)
    else parts = []
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
