// The filter of system calls: its numbers are the kernel's, and it answers what its table says for every call there is.
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seccompFilter } from '../../electron/services/sandbox/seccomp.ts'
import { judgedCalls, numberOn, type Processor, refusedCalls } from '../../electron/services/sandbox/syscalls.ts'

/** Debian's linux-libc-dev, of this machine's processor or of any. */
const headers: Record<Processor, string[]> = {
  x64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'],
  arm64: ['/usr/include/asm-generic/unistd.h'],
}
const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 }
const [allowed, killed] = ['allow', 'kill']
const errors: Record<number, string> = { 1: 'EPERM', 38: 'ENOSYS', 97: 'EAFNOSUPPORT' }

interface Call {
  architecture: number
  number: number
  args: readonly number[]
}

/** The kernel's interpreter of classic BPF, as far as the filter uses it. */
function run(filter: Buffer, { architecture, number, args }: Call): string {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number >>> 0, 0)
  data.writeUInt32LE(architecture, 4)
  for (const [index, value] of args.entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * index)
  let accumulator = 0
  for (let at = 0; at < filter.length; at += 8) {
    const [code, ifTrue, ifFalse] = [filter.readUInt16LE(at), filter.readUInt8(at + 2), filter.readUInt8(at + 3)]
    const value = filter.readUInt32LE(at + 4)
    const jump = (isTrue: boolean) => {
      at += 8 * (isTrue ? ifTrue : ifFalse)
    }
    if (code === 0x20) accumulator = data.readUInt32LE(value)
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0
    else if (code === 0x15) jump(accumulator === value)
    else if (code === 0x35) jump(accumulator >= value)
    else if (code === 0x45) jump((accumulator & value) !== 0)
    else if (code === 0x06) {
      if (value === 0x7fff0000) return allowed ?? ''
      if (value === 0x80000000) return killed ?? ''
      return errors[value & 0xffff] ?? `errno ${value & 0xffff}`
    } else throw new Error(`The kernel does not know the code ${code}.`)
  }
  throw new Error('The filter ended without an answer: the kernel would not take it.')
}

describe.each(['x64', 'arm64'] as const)('%s', (processor) => {
  const filter = seccompFilter(processor)
  const architecture = architectures[processor]
  const numberOf = (name: keyof typeof judgedCalls) => judgedCalls[name][processor === 'x64' ? 0 : 1]
  const answer = (number: number, ...args: number[]) => run(filter, { architecture, number, args })
  const header = headers[processor].find(existsSync)

  test.skipIf(header === undefined)('every number is the one of the kernel’s headers', () => {
    const text = readFileSync(header ?? '', 'utf8')
    const numbers = new Map(
      [...text.matchAll(/^#define (?:__NR|__NR3264)_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [
        name,
        Number(number),
      ]),
    )
    const ours = Object.entries({ ...refusedCalls, ...judgedCalls }).map(([name, each]) => [
      name,
      numberOn(processor, each) ?? undefined,
    ])
    expect(numbers.size).toBeGreaterThan(250)
    expect(ours).toEqual(ours.map(([name]) => [name, numbers.get(String(name))]))
  })

  test('what is refused is refused, whatever its arguments', () => {
    const refused = Object.values(refusedCalls).flatMap((each) => numberOn(processor, each) ?? [])
    fc.assert(
      fc.property(fc.constantFrom(...refused), fc.array(fc.nat(), { maxLength: 6 }), (number, args) => {
        expect(answer(number, ...args)).toBe('EPERM')
      }),
    )
  })

  test('every other call is allowed', () => {
    const known = new Set(
      Object.values({ ...refusedCalls, ...judgedCalls }).flatMap((each) => numberOn(processor, each) ?? []),
    )
    for (let number = 0; number < 1_000; number += 1) {
      if (!known.has(number)) expect([number, answer(number, 1, 2, 3)]).toEqual([number, 'allow'])
    }
  })

  test('no namespace is made, and every other process and thread is', () => {
    const namespaces = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
    const others = 0xffffffff ^ namespaces.reduce((sum, flag) => sum | flag, 0)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.subarray(namespaces), (any, chosen) => {
        const flags = ((any & others) | chosen.reduce((sum, flag) => sum | flag, 0)) >>> 0
        expect(answer(numberOf('clone'), flags)).toBe(chosen.length > 0 ? 'EPERM' : 'allow')
      }),
    )
    expect(answer(numberOf('clone3'))).toBe('ENOSYS')
  })

  test('a socket is of the internet, or route netlink', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.nat({ max: 0xfffff }),
        fc.nat({ max: 300 }),
        (family, type, protocol) => {
          const isAllowed = family === 2 || family === 10 || (family === 16 && protocol === 0)
          expect(answer(numberOf('socket'), family, type, protocol)).toBe(isAllowed ? 'allow' : 'EAFNOSUPPORT')
        },
      ),
    )
  })

  test('a pair of sockets is no pair of datagrams, with whatever flags', () => {
    for (const flags of [0, 0x800, 0x80000, 0x80800]) {
      expect([1, 2, 5].map((type) => answer(numberOf('socketpair'), 1, type | flags))).toEqual([
        'allow',
        'EAFNOSUPPORT',
        'allow',
      ])
    }
  })

  test('nothing is typed into a terminal', () => {
    expect([0x5412, 0x541c, 0x5401, 0x5413].map((request) => answer(numberOf('ioctl'), 0, request))).toEqual([
      'EPERM',
      'EPERM',
      'allow',
      'allow',
    ])
  })

  test('other ways into the kernel are closed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.nat({ max: 500 }), (other, number) => {
        fc.pre(other !== architecture)
        expect(run(filter, { architecture: other, number, args: [] })).toBe('kill')
      }),
    )
    if (processor === 'x64') {
      expect([0x40000000, 0x40000065, 0xffffffff].map((number) => answer(number))).toEqual([
        'ENOSYS',
        'ENOSYS',
        'ENOSYS',
      ])
    }
  })

  test('the kernel takes programs of so many instructions', () => {
    expect(filter.length % 8).toBe(0)
    expect(filter.length / 8).toBeLessThan(4_096)
  })
})
