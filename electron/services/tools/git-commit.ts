// git_commit: records a commit, since .git is read-only for every other command.
import { z } from 'zod'
import { commitPaths } from '../../../shared/commit.ts'
import { ExpectedFailure } from '../../../shared/failure.ts'
import { commitWords } from '../../../shared/messages/commit.ts'
import { type CommitAnswer, commitAnswers, commitScript, toldNames } from './text/commit-script.ts'
import { type ToolContext, type ToolResult, tool } from './tool.ts'

/** A command is one argument, of which Linux takes 131,072 bytes; the script needs about a tenth of it. */
const bytesLimit = 100_000

export const gitCommit = tool({
  name: 'git_commit',
  description: commitWords.description,
  effect: 'write',
  needsSession: true,
  parameters: z.object({
    message: z.string().min(1).describe(commitWords.parameters.message),
    paths: z.string().optional().describe(commitWords.parameters.paths),
  }),
  async run(given, { commands, author: readAuthor }) {
    const author = await readAuthor()
    if (!author) throw new ExpectedFailure('unavailable', commitWords.noAuthor)
    const order = { message: given.message.trim(), paths: commitPaths(given.paths), author }
    checkWords(order)
    const command = commitScript(order)
    if (new TextEncoder().encode(command).length > bytesLimit) {
      throw new ExpectedFailure('limit', commitWords.tooLong(bytesLimit))
    }
    return resultOf(await outputOf(command, commands))
  },
})

function checkWords({ message, paths, author }: Parameters<typeof commitScript>[0]): void {
  if (message === '') throw new ExpectedFailure('invalid-input', commitWords.emptyMessage)
  if ([message, author.name, author.email, ...paths].some((text) => text.includes('\0'))) {
    throw new ExpectedFailure('invalid-input', commitWords.nul)
  }
  const bad = paths.find((path) => path.startsWith('/') || path.split('/').some((name) => name === '..' || isGit(name)))
  if (bad !== undefined) throw new ExpectedFailure('invalid-input', commitWords.badPath(bad.slice(0, 200)))
}

const isGit = (name: string) => name.toLowerCase() === '.git'

async function outputOf(command: string, commands: ToolContext['commands']): Promise<string> {
  const running = await commands.start({ command, gitWritable: true })
  return (await running.ended).output
}

const mark = 'carrel-commit '

function resultOf(output: string): ToolResult {
  const start = output.split('\n').findIndex((line) => line.startsWith(mark))
  const lines = output.split('\n').slice(Math.max(0, start))
  const [first = '', ...rest] = lines.map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line))
  const answer = commitAnswers.find((one) => one === first)
  if (start < 0 || !answer) {
    throw new ExpectedFailure('unavailable', commitWords.ended(output.slice(-1_000).trim()))
  }
  if (answer === 'done') return { content: doneWords(rest) }
  if (answer === 'nothing') return { content: commitWords.nothingToDo }
  throw refusal(answer, rest)
}

function doneWords([id = '', files = '', added = '', removed = '', branch = '-', ...rest]: string[]): string {
  const names = rest.filter((line) => line !== '').map((line) => line.replace('\t', ' '))
  const more = Number(files) - names.length
  return [
    commitWords.done(id, branch === '-' ? null : branch, Number(files), Number(added), Number(removed)),
    ...names,
    ...(more > 0 && names.length >= toldNames ? [commitWords.more(more)] : []),
  ].join('\n')
}

function refusal(answer: Exclude<CommitAnswer, 'done' | 'nothing'>, rest: readonly string[]): ExpectedFailure {
  const [path = ''] = rest
  switch (answer) {
    case 'unknown-path':
      return new ExpectedFailure('not-found', commitWords['unknown-path'](path))
    case 'ignored-path':
    case 'filtered':
      return new ExpectedFailure('invalid-input', commitWords[answer](path))
    case 'failed':
      return new ExpectedFailure('unavailable', commitWords.failed(rest.join('\n').trim()))
    case 'locked':
      return new ExpectedFailure('busy', commitWords.locked)
    default:
      return new ExpectedFailure('unavailable', commitWords[answer])
  }
}
