// Measures messages through an actor of the kernel, against an array with one asynchronous reader.
import { createKernel } from '../../electron/kernel/kernel.ts'
import type { Pair } from './figure.ts'

const [runs] = process.argv.slice(2)
const warmUps = 5
const bursts = 2_000
const messagesABurst = 50

interface Message {
  number: number
}

/** Tells bursts of messages, each when the one before it was received; microseconds a message. */
async function timed(connect: (receive: (message: Message) => void) => (message: Message) => void): Promise<number> {
  let received = 0
  let sum = 0
  let burstEnded = () => {}
  const tell = connect((message) => {
    sum += message.number
    received += 1
    if (received % messagesABurst === 0) burstEnded()
  })
  const begun = performance.now()
  for (let burst = 0; burst < bursts; burst += 1) {
    const ended = new Promise<void>((resolve) => {
      burstEnded = resolve
    })
    for (let number = 0; number < messagesABurst; number += 1) tell({ number })
    await ended
  }
  const took = performance.now() - begun
  if (sum !== (bursts * messagesABurst * (messagesABurst - 1)) / 2) throw new Error('A message was lost.')
  return (took * 1_000) / (bursts * messagesABurst)
}

/** What one writes without a kernel: messages wait in an array, and one loop awaits each handler in turn. */
function plainQueue(receive: (message: Message) => void | Promise<void>): (message: Message) => void {
  let waiting: Message[] = []
  let isReading = false
  async function read() {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      for (const message of batch) await receive(message)
    }
    isReading = false
  }
  return (message) => {
    waiting.push(message)
    if (isReading) return
    isReading = true
    queueMicrotask(() => void read())
  }
}

const kernel = createKernel({
  onFault(thrown) {
    throw thrown
  },
})
const pairs: Pair[] = []
for (let run = 0; run < warmUps + Number(runs); run += 1) {
  const own = await timed((receive) => {
    const actor = kernel.spawn<Message>(`bench/${run}`, {
      restart: 'temporary',
      capacity: 1_024,
      start: () => ({ receive }),
    })
    return (message) => {
      if (actor.tell(message) !== 'accepted') throw new Error('A message was refused.')
    }
  })
  const baseline = await timed(plainQueue)
  if (run >= warmUps) pairs.push({ own, baseline })
}
await kernel.close()
process.stdout.write(JSON.stringify(pairs))
