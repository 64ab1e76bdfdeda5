// The tour for every front: its session is begun here, since no page may name the folder.
import type { Handlers } from '../../shared/ipc.ts'
import { tourQuestions, tourTitle } from '../../shared/messages/tour-script.ts'
import type { tourCalls } from '../../shared/tour.ts'
import { tourModel } from '../../shared/tour-names.ts'
import type { Services } from '../contracts.ts'

export function createTourHandlers({
  tour,
  sessions,
}: Pick<Services, 'tour' | 'sessions'>): Pick<Handlers, keyof typeof tourCalls> {
  async function send(workspace: string): Promise<string> {
    const question = { text: tourQuestions.begin, model: tourModel, think: 'off' } as const
    const sent = await sessions.send({ sessionId: null, ...question, workspace, beginsIn: 'workspace' })
    await sessions.rename(sent.sessionId, tourTitle)
    return sent.sessionId
  }

  return {
    'tour.begin': async () => ({ sessionId: await tour.begin(send) }),
    'tour.end': async () => {
      const sessionId = tour.current()
      // What it does in the folder ends before the folder does.
      if (sessionId !== null) await sessions.stop(sessionId)
      await tour.end()
      return {}
    },
    'tour.state': async () => ({ sessionId: tour.current() }),
  }
}
