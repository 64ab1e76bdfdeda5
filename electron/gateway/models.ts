// Models and their pulls for every front. What goes for good, and whom a name would reach, a page only asks for.
import { ExpectedFailure } from '../../shared/failure.ts'
import type { Handlers } from '../../shared/ipc.ts'
import { pullWords } from '../../shared/messages/pulls.ts'
import type { modelCalls } from '../../shared/model-calls.ts'
import { foreignRegistry, modelNameOf } from '../../shared/model-names.ts'
import type { Services, Surface } from '../contracts.ts'

export type ModelHandlers = Pick<Handlers, keyof typeof modelCalls>

/** `surface` throws `denied` in a front without a window. */
export function createModelHandlers(
  { models, pulls, ...services }: Pick<Services, 'models' | 'pulls' | 'surface'>,
  surface: () => Surface,
): ModelHandlers {
  return {
    'models.refresh': async (_input, signal) => await models.refresh(signal),
    'models.show': async ({ model }, signal) => await models.show(model, signal),
    'models.window': async ({ model }, signal) => await models.window(model, signal),
    'models.test': async ({ model }, signal) => await models.test(model, signal),
    'terminal.testModel': async ({ model, host }, signal) => await models.at(host).test(model, signal),
    'models.tests': async () => ({ tests: await models.tests() }),
    'models.unload': async ({ model }, signal) => await models.unload(model, signal),
    'models.room': async () => await pulls.room(),
    'window.removeModel': async ({ model }, signal) => {
      const { host, models: installed } = models.current()
      const bytes = installed.find(({ name }) => name === model)?.bytes ?? null
      const agreed = await surface().confirmRemoveModel({ model, host, bytes }, signal)
      if (agreed) await models.remove(model, signal)
      return { agreed }
    },
    'terminal.removeModel': async ({ model }, signal) => await models.remove(model, signal),
    'pulls.list': async () => ({ pulls: await pulls.list() }),
    'pulls.add': async ({ model }, signal) => {
      const registry = foreignRegistry(modelNameOf(model) ?? '')
      // No page reaches a host by itself, nor says anything to one in a name.
      const mayReach =
        registry === null || !services.surface || (await services.surface.confirmPull({ model, registry }, signal))
      if (!mayReach) throw new ExpectedFailure('cancelled', pullWords.foreignDeclined(registry))
      return await pulls.add(model, null)
    },
    'terminal.addPull': async ({ model, host }) => await pulls.add(model, host),
    'pulls.pause': async ({ id }) => await pulls.pause(id),
    'pulls.resume': async ({ id }) => await pulls.resume(id),
    'pulls.cancel': async ({ id }) => ({ pulls: await pulls.cancel(id) }),
  }
}
