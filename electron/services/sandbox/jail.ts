// What a jail is told of a command, and what it makes of it: one way of starting a program for each system.

export interface Limits {
  wallMs: number
  cpuSeconds: number
  outputBytes: number
  /** Data of one process; a limit of address space would break Node and WebAssembly. */
  dataBytes: number
  /** What all processes have in memory together. */
  memoryBytes: number
  fileBytes: number
  processes: number
  openFiles: number
  /** What a command may add to its folder. */
  growthBytes: number
  growthFiles: number
}

/** Something that lies in the workspace and was opened, so that it can be told from whatever is put in its place. */
export interface Held {
  /** Absolute path. */
  path: string
  /** Open descriptor of it in this process. */
  fd: number
}

export interface Cell {
  command: string
  workspace: Held
  writable: boolean
  /** In the workspace, read-only for the command. Each comes after those it lies in. */
  readOnly: readonly Held[]
  /** In the workspace, writable although it lies in something that is read-only otherwise, and not to be moved away. */
  pinned: readonly Held[]
  /** In the workspace; what is in it cannot be read. */
  masked: readonly { path: string; isFolder: boolean }[]
  /** Read-only beside the workspace: toolchains and skills. */
  visible: readonly string[]
  /** PATH of the command. */
  path: string
  /** Beside PATH, HOME, TMPDIR, LANG and TERM. */
  variables: Readonly<Record<string, string>>
  limits: Limits
  uid: number
}

/** How it is started. The program shall be given what lies in `inputs` on the descriptors 3, 4, … */
export interface Plan {
  file: string
  args: readonly string[]
  inputs: readonly Input[]
  /** Ends what has left the group of the command, where no process namespace does. */
  endRest?(): Promise<void>
}

export type Input =
  /** Read to its end by the jail itself. */
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'descriptor'; fd: number }
  /** Where the jail says the number of its first process, with which all others end, as JSON. */
  | { kind: 'first-process' }
  /** Where the prelude says a word when everything is in its place. */
  | { kind: 'ready' }

export interface Jail {
  readonly name: 'bubblewrap' | 'seatbelt'
  /** What is to be said of it even when every guard holds. */
  readonly remark: string | null
  plan(cell: Cell): Plan
  /** Why it did not start, from what it has said. */
  explain(said: string): Promise<{ reason: string; fix: string }>
}

/** Why there is none here, or one. */
export type JailChoice = { jail: Jail } | { reason: string; fix: string }

/**
 * What runs in the jail before the command: makes sure that what was mounted is what was opened, sets the limits, says that
 * all is well, waits to be let go, closes what it has inherited, from us or from whoever started us, and becomes the command. Arguments: the
 * command, the limits, the descriptor to say it on, then pairs of a descriptor (- for a file and + for a folder that must be
 * empty) and a path. It waits because the processes of a jail hang on each other only when it is set up: whoever is killed in
 * the middle of that, or kills it, must not leave a command behind that begins by itself. It also waits until bubblewrap's own process, the
 * first in the jail, has closed what it was given: that leads to the folders as they are outside, and on a busy machine is still open
 * when the command could begin. Bash's own words only, so nothing else has to be started for it.
 */
export const prelude = `c=$1 l=$2 r=$3
shift 3
while [ $# -gt 0 ]; do
  if [ "$1" = - ]; then [ ! -s "$2" ] || exit 1
  elif [ "$1" = + ]; then for f in "$2"/* "$2"/.[!.]* "$2"/..?*; do [ ! -e "$f" ] || exit 1; done
  else
    [ "$2" -ef /dev/fd/$1 ] || exit 1
    while [ "$2" -ef /proc/1/fd/$1 ]; do read -r -t 0.001 -u $r f; done
  fi
  shift 2
done
IFS=,
for f in $l; do IFS=' '; ulimit $f 2>/dev/null; done
echo >&$r
read -r -u $r f || exit 1
for f in /dev/fd/*; do f=\${f##*/}; [ $f -le 2 ] || eval "exec $f<&-"; done
unset IFS
exec "$BASH" -c "$c"`

/** As the prelude reads them. The soft limit of time ends a program with a signal that tells it from any other end. */
export function limitWords(limits: Limits): string {
  return [
    '-c 0',
    `-d ${Math.floor(limits.dataBytes / 1024)}`,
    `-f ${Math.floor(limits.fileBytes / 1024)}`,
    `-n ${limits.openFiles}`,
    `-u ${limits.processes}`,
    `-St ${limits.cpuSeconds}`,
    `-Ht ${limits.cpuSeconds + 5}`,
  ].join(',')
}
