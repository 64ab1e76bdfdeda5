// A workspace with its tools below a folder that is there already, for tests and for the programs they start.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Toolbox, ToolOptions, ToolOutcome } from '../../electron/contracts.ts'
import { createTools } from '../../electron/services/tools/tools.ts'
import type { Checking } from '../../electron/services/tools/workspace/opening.ts'
import type { SearchLimits } from '../../electron/services/tools/workspace/search.ts'
import { openWorkspace, type Workspace } from '../../electron/services/tools/workspace/workspace-files.ts'

export interface Room {
  /** What lies beside the workspace: a home, a data folder, whatever must not be reached. */
  around: string
  /** The workspace's absolute path. */
  root: string
  workspace: Workspace
  tools: Toolbox
  run(name: string, args: Record<string, unknown>, options?: ToolOptions): Promise<ToolOutcome>
  /** Puts files into the workspace. */
  put(files: Record<string, string | Uint8Array>): Promise<void>
}

export async function roomIn(
  around: string,
  files: Record<string, string | Uint8Array> = {},
  checking?: Checking,
  searchLimits?: SearchLimits,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Room> {
  const root = join(around, 'ws')
  await Promise.all([root, join(around, 'home'), join(around, 'data')].map((path) => mkdir(path, { recursive: true })))
  const put = async (wanted: Record<string, string | Uint8Array>) => {
    for (const [path, content] of Object.entries(wanted)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    }
  }
  await put(files)
  const workspace = await openWorkspace({
    path: root,
    personHome: join(around, 'home'),
    dataFolder: join(around, 'data'),
    platform: process.platform,
    environment,
    ...(checking ? { checking } : {}),
    ...(searchLimits ? { searchLimits } : {}),
  })
  const tools = createTools({ workspace, now: () => new Date() })
  return {
    around,
    root,
    workspace,
    tools,
    put,
    run: (name, args, options) => tools.run(name, args, new AbortController().signal, options),
  }
}
