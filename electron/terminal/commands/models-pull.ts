// `carrel models pull`: follows one model on its way, and pauses it when the person interrupts.
import { messages } from '../../../shared/messages/messages.ts'
import { modelTerminalWords as words } from '../../../shared/messages/models-terminal.ts'
import { amount, percent, stepWords } from '../../../shared/messages/pull-progress.ts'
import type { Pull } from '../../../shared/pulls.ts'
import { type CommandContext, exitCodes, fail, jsonLine, printable } from '../front.ts'

/** Where nobody sees the line change, it is written anew at each of these steps. */
const percentStep = 10

export async function pullModel(context: CommandContext, model: string): Promise<number> {
  const { host } = context.options
  return await context.withFront('owner', async ({ bridge, gone }) => {
    const meter = context.json ? jsonMeter(context) : lineMeter(context)
    let latest: readonly Pull[] = []
    let wake = () => {}
    const stop = bridge.on('pulls.changed', ({ pulls }) => {
      latest = pulls
      wake()
    })
    for (const signal of [context.signal, gone]) signal.addEventListener('abort', () => wake(), { once: true })
    try {
      const input = { model, host: typeof host === 'string' ? host : null }
      const answer = await bridge.call('terminal.addPull', input)
      if (!answer.ok) return fail(context, answer.failure)
      const { id } = answer.value
      const listed = await bridge.call('pulls.list', {})
      if (listed.ok) latest = listed.value.pulls
      for (;;) {
        // Listened for before it is looked at: the end may come in between.
        const changed = new Promise<void>((resolve) => {
          wake = resolve
        })
        const pull = latest.find((one) => one.id === id)
        if (gone.aborted) return fail(context, { code: 'unavailable', message: messages.failures.ownerGone })
        if (context.signal.aborted && pull?.state !== 'done') {
          await bridge.call('pulls.pause', { id })
          meter.end()
          return fail(context, { code: 'cancelled', message: words.paused(answer.value.model) })
        }
        if (pull) meter.show(pull)
        const code = ended(context, meter, answer.value.model, pull)
        if (code !== null) return code
        await changed
      }
    } finally {
      stop()
    }
  })
}

/** The exit code when it is over, whoever has ended it; null while it goes on. */
function ended(context: CommandContext, meter: Meter, model: string, pull: Pull | undefined): number | null {
  if (pull && ['waiting', 'running', 'retrying'].includes(pull.state)) return null
  meter.end()
  if (pull?.state === 'done') {
    context.write(
      context.json
        ? jsonLine('models pull', { status: 'success' })
        : `${printable(words.installed(model, pull.totalBytes))}\n`,
    )
    return exitCodes.done
  }
  if (pull?.failure) return fail(context, pull.failure)
  const message = pull ? words.pausedElsewhere(model) : words.cancelledElsewhere(model)
  return fail(context, { code: 'cancelled', message })
}

interface Meter {
  show(pull: Pull): void
  end(): void
}

/** One line of JSON for each thing that is new, in the words of Ollama itself. */
function jsonMeter({ write, writeError }: CommandContext): Meter {
  let last = ''
  const statuses = { manifest: 'pulling manifest', verify: 'verifying sha256 digest', write: 'writing manifest' }
  return {
    show(pull) {
      if (pull.state === 'retrying' && pull.failure) return tell(`${printable(pull.failure.message)}\n`, writeError)
      const layer = pull.layers.find(({ state }) => state === 'running')
      if (pull.step === 'download' && layer) {
        const { digest, done, total } = layer
        const status = `pulling ${digest.replace(/^sha256:/, '').slice(0, 12)}`
        return tell(jsonLine('models pull', { status, digest, completed: done, total }), write)
      }
      if (pull.step !== null && pull.step !== 'download')
        tell(jsonLine('models pull', { status: statuses[pull.step] }), write)
    },
    end: () => undefined,
  }

  function tell(line: string, onto: (text: string) => void): void {
    if (line !== last) onto(line)
    last = line
  }
}

function lineMeter({ writeError, hasColour }: CommandContext): Meter {
  let last = ''
  let isOpen = false

  /** On a line of its own. */
  function say(line: string): void {
    if (line === last) return
    last = line
    writeError(`${isOpen ? '\r\u001b[K' : ''}${printable(line)}\n`)
    isOpen = false
  }

  return {
    show(pull) {
      if (pull.state === 'waiting') return say(words.waiting(pull.model))
      if (pull.state === 'retrying') return say(pull.failure?.message ?? '')
      if (pull.state !== 'running') return
      const done = pull.totalBytes === 0 ? '' : percent(pull)
      if (hasColour) {
        const line = words.progress(pull.model, [done === '' ? '' : `${done}%`, amount(pull), stepWords(pull)])
        writeError(`\r\u001b[K${printable(line)}`)
        isOpen = true
        return
      }
      const step = pull.step === 'download' ? '' : stepWords(pull)
      const stepped = done === '' ? '' : `${Math.floor(done / percentStep) * percentStep}%`
      say(words.progress(pull.model, [stepped, step]))
    },
    end() {
      if (isOpen) writeError('\n')
      isOpen = false
    },
  }
}
