// What lies between the window and the main process, so that a call can take as long, fail, or be answered as it does on a bad day.
import type { ElectronApplication } from 'playwright/test'

/** `hold`: it is not answered before `passOn`. Else this is the answer, whatever it is, and the main process hears nothing of it. */
type Way = 'hold' | { answer: unknown }

interface Wire {
  ways: Map<string, Way>
  held: (() => void)[]
}

/** From here on, for every call of this channel. */
export async function onWire(app: ElectronApplication, channel: string, way: Way): Promise<void> {
  await app.evaluate(
    ({ ipcMain }, given) => {
      type Handler = (...args: unknown[]) => unknown
      const place = globalThis as unknown as { wire?: Wire }
      const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers
      const usual = handlers.get('carrel:call')
      if (!place.wire && usual) {
        const wire: Wire = { ways: new Map(), held: [] }
        place.wire = wire
        handlers.set('carrel:call', async (...args) => {
          const found = wire.ways.get(String(args[2]))
          if (found && found !== 'hold') return found.answer
          if (found) await new Promise<void>((resolve) => wire.held.push(resolve))
          return await usual(...args)
        })
      }
      place.wire?.ways.set(given.channel, given.way)
    },
    { channel, way },
  )
}

/** Everything is as usual again, and what was held goes on. */
export async function passOn(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    const { wire } = globalThis as unknown as { wire?: Wire }
    wire?.ways.clear()
    for (const goOn of wire?.held.splice(0) ?? []) goOn()
  })
}
