// run_command: a line for bash, in the workspace's jail; check_command: what became of one that goes on in the background.
import { z } from 'zod'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { toolWords } from '../../../shared/messages/tools.ts'
import type { CommandFound } from '../../../shared/tool.ts'
import type { CommandEnd, RunningCommand } from '../../contracts.ts'
import { type ToolResult, tool } from './tool.ts'

/** So long a command in the background is watched before the model goes on: most that fail, fail at once. Milliseconds. */
const firstLookMs = 1_500
const longestSeconds = 600

export const runCommand = tool({
  name: 'run_command',
  description: toolWords.descriptions.run_command,
  effect: 'execute',
  needsSession: true,
  parameters: z.object({
    command: z.string().min(1).max(20_000).describe(toolWords.parameters.command),
    seconds: z.int().min(1).max(longestSeconds).optional().describe(toolWords.parameters.seconds),
    background: z.boolean().optional().describe(toolWords.parameters.background),
  }),
  async run({ command, seconds, background = false }, { commands, onOutput, signal }) {
    const wallMs = seconds === undefined ? {} : { wallMs: seconds * 1_000 }
    const running = await commands.start({ command, ...(background ? { background } : wallMs) })
    if (background) return await firstLook(running, signal)
    running.onOutput(onOutput)
    return ended(await running.ended)
  },
})

export const checkCommand = tool({
  name: 'check_command',
  description: toolWords.descriptions.check_command,
  // Whatever it ends was started with the person's leave, and nothing else can be found by it.
  effect: 'read',
  needsSession: true,
  parameters: z.object({
    handle: z.string().min(1).max(100).describe(toolWords.parameters.handle),
    stop: z.boolean().optional().describe(toolWords.parameters.stop),
  }),
  async run({ handle, stop = false }, { commands }) {
    const running = commands.find(handle)
    if (!running) throw new ExpectedFailure('not-found', toolWords.noSuchCommand(handle))
    if (stop) running.kill()
    const end = stop ? await running.ended : await orNull(running.ended, 0)
    return end ? ended({ ...end, output: running.read() }) : goesOn(running)
  },
})

async function firstLook(running: RunningCommand, signal: AbortSignal): Promise<ToolResult> {
  const end = await orNull(running.ended, firstLookMs, signal)
  return end ? ended(end) : goesOn(running)
}

function goesOn(running: RunningCommand): ToolResult {
  const output = running.read()
  return {
    content: [toolWords.goesOn(running.handle), output].filter(Boolean).join('\n'),
    detail: {
      files: [],
      command: { exit: null, why: 'background', handle: running.handle, bytes: 0, appeared: [] },
    },
  }
}

function ended(end: CommandEnd): ToolResult {
  const { exit, signal, why, output, bytes, appeared } = end
  const command: CommandFound = { exit, why, handle: null, bytes, appeared: [...appeared] }
  const said = [
    why === 'exited' ? toolWords.exited(exit, signal) : toolWords.endedBy[why],
    output === '' ? toolWords.noOutput : output,
    appeared.length > 0 ? toolWords.appeared(appeared) : '',
  ]
  return { content: said.filter(Boolean).join('\n'), detail: { files: [], command } }
}

async function orNull<Value>(work: Promise<Value>, ms: number, signal?: AbortSignal): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
    signal?.addEventListener('abort', () => resolve(null), { once: true })
  })
  try {
    return await Promise.race([work, later])
  } finally {
    clearTimeout(timer)
  }
}
