// The tour that goes on: its session, and its folder until that is thrown away.
import { z } from 'zod'
import { sessionId } from '../../../shared/session.ts'
import type { Events, Home, Surroundings, Tour } from '../../contracts.ts'
import { tourNotes } from './notes.ts'
import { isOurs, makeThrowAway, removeThrowAway, throwAwayFolder } from './throw-away.ts'

const fileName = 'tour.json'
const file = z.object({ folder: throwAwayFolder.nullable() })

export interface TourDependencies {
  home: Pick<Home, 'read' | 'write' | 'readOnly' | 'requireWritable'>
  events: Pick<Events, 'emit' | 'on'>
  surroundings: Pick<Surroundings, 'log'>
  /** The system's folder for what may be thrown away. */
  below: string
}

type GoingOn = { sessionId: string; folder: z.infer<typeof throwAwayFolder> }

export function createTour({ home, events, surroundings, below }: TourDependencies): Tour {
  let current: GoingOn | null = null
  /** One after the other: a tour begins when the one before is over. */
  let last: Promise<unknown> = home.readOnly ? Promise.resolve() : quietly(clear())
  events.on('access.changed', ({ readOnly }) => {
    if (!readOnly && current === null) void inTurn(clear).catch(() => undefined)
  })
  events.on('sessions.removed', ({ sessionId: removed }) => {
    if (current?.sessionId === removed) void quietly(inTurn(end))
  })

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  async function quietly(work: Promise<unknown>): Promise<void> {
    await work.catch((thrown) => surroundings.log(`the folder of a tour was not removed: ${String(thrown)}`))
  }

  /** What an earlier start has left. */
  async function clear(): Promise<void> {
    const text = await home.read(fileName)
    if (text === null) return
    const { folder } = file.parse(JSON.parse(text))
    if (folder === null) return
    await removeThrowAway(folder, below)
    await remember(null)
  }

  const remember = (folder: GoingOn['folder'] | null) => home.write(fileName, `${JSON.stringify({ folder })}\n`)

  async function end(): Promise<void> {
    if (current === null) return
    const { folder } = current
    current = null
    events.emit('tour.changed', { sessionId: null })
    await removeThrowAway(folder, below)
    await remember(null)
  }

  async function begin(send: (folder: string) => Promise<string>): Promise<string> {
    home.requireWritable()
    if (current && (await isOurs(current.folder, below))) return current.sessionId
    await end()
    const folder = await makeThrowAway(below, tourNotes)
    await remember(folder)
    try {
      current = { sessionId: sessionId.parse(await send(folder.path)), folder }
    } catch (thrown) {
      await quietly(removeThrowAway(folder, below))
      throw thrown
    }
    events.emit('tour.changed', { sessionId: current.sessionId })
    return current.sessionId
  }

  return {
    begin: (send) => inTurn(() => begin(send)),
    end: () => inTurn(end),
    current: () => current?.sessionId ?? null,
    async goesOnIn(id) {
      // Its first question is asked before its session has a name here.
      await last
      return current?.sessionId === id
    },
  }
}
