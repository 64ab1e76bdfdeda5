// The seccomp filter of a jail, as the bytes the kernel takes: classic BPF, assembled here.
import { judgedCalls, numberOn, type Processor, refusedCalls } from './syscalls.ts'

/** Classic BPF, as linux/filter.h has it: load a word at an offset, compare, mask, return. */
const load = 0x20
const jumpIfEqual = 0x15
const jumpIfAtLeast = 0x35
const jumpIfAnyBit = 0x45
const and = 0x54
const answer = 0x06

/** Offsets in struct seccomp_data; of an argument the lower half, which is all that these calls look at. */
const callNumber = 0
const architecture = 4
const argument = (index: number) => 16 + 8 * index

const allow = 0x7fff0000
const killProcess = 0x80000000
const refuse = (errno: number) => 0x00050000 | errno
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

const architectures: Readonly<Record<Processor, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
/** Numbers of the x32 way to call an x64 kernel begin here; it would have numbers of its own for everything. */
const x32 = 0x40000000
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const newNamespaces = 0x7e020000
/** Types into the terminal of whoever looks at it (TIOCSTI), or pastes there (TIOCLINUX). */
const typing = [0x5412, 0x541c]
const [INET, INET6, NETLINK] = [2, 10, 16]
const DGRAM = 2

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number]

/** Throws for a processor it does not know. */
export function seccompFilter(processor: Processor): Buffer {
  const number = (name: keyof typeof judgedCalls) => judgedCalls[name][processor === 'x64' ? 0 : 1]
  const program: Instruction[] = [
    [load, 0, 0, architecture],
    [jumpIfEqual, 1, 0, architectures[processor]],
    // Another way into the kernel (32 bit) would have other numbers.
    [answer, 0, 0, killProcess],
    [load, 0, 0, callNumber],
  ]
  /** The instructions are run for this call only, and end it. */
  const onCall = (called: number, then: readonly Instruction[]) =>
    program.push([jumpIfEqual, 0, then.length, called], ...then)
  if (processor === 'x64') program.push([jumpIfAtLeast, 0, 1, x32], [answer, 0, 0, refuse(ENOSYS)])
  // Its flags lie in memory, where a filter cannot look: C libraries then take clone.
  onCall(number('clone3'), [[answer, 0, 0, refuse(ENOSYS)]])
  onCall(number('clone'), [
    [load, 0, 0, argument(0)],
    [jumpIfAnyBit, 0, 1, newNamespaces],
    [answer, 0, 0, refuse(EPERM)],
    [answer, 0, 0, allow],
  ])
  onCall(number('ioctl'), [
    [load, 0, 0, argument(1)],
    [jumpIfEqual, 1, 0, typing[0] ?? 0],
    [jumpIfEqual, 0, 1, typing[1] ?? 0],
    [answer, 0, 0, refuse(EPERM)],
    [answer, 0, 0, allow],
  ])
  // The internet of its own network, which is empty, and route netlink, by which programs list their addresses. No unix
  // socket: the network namespace does not stop one that has a file.
  onCall(number('socket'), [
    [load, 0, 0, argument(0)],
    [jumpIfEqual, 4, 0, INET],
    [jumpIfEqual, 3, 0, INET6],
    [jumpIfEqual, 0, 3, NETLINK],
    [load, 0, 0, argument(2)],
    [jumpIfEqual, 0, 1, 0],
    [answer, 0, 0, allow],
    [answer, 0, 0, refuse(EAFNOSUPPORT)],
  ])
  // A pair is connected already, except that a datagram can be sent from it to any socket with a file.
  onCall(number('socketpair'), [
    [load, 0, 0, argument(1)],
    [and, 0, 0, 0xf],
    [jumpIfEqual, 0, 1, DGRAM],
    [answer, 0, 0, refuse(EAFNOSUPPORT)],
    [answer, 0, 0, allow],
  ])
  for (const numbers of Object.values(refusedCalls)) {
    const refused = numberOn(processor, numbers)
    if (refused !== null) onCall(refused, [[answer, 0, 0, refuse(EPERM)]])
  }
  program.push([answer, 0, 0, allow])
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  })
  return bytes
}
