// The channels of models: what is installed, what is on its way, and what a person does with either.
import { z } from 'zod'
import { call, nothing } from './call.ts'
import { modelWindow } from './context-window.ts'
import { hostState, modelDetails, modelRoom } from './model.ts'
import { pull, pullList } from './pulls.ts'
import { selfTest, testedModel } from './self-test.ts'

const model = () => z.string().trim().min(1).max(400)
const id = () => z.string().min(1).max(100)
const one = () => z.strictObject({ model: model() })
const pulled = () => z.strictObject({ id: id() })
/** Of a terminal's own; null is the one that was chosen for all. */
const host = () => z.string().max(2_000).nullable()

export const modelCalls = {
  /** Asks the server now. */
  'models.refresh': call(
    () => nothing,
    () => hostState,
  ),
  /** Everything the server says of one model. */
  'models.show': call(one, modelDetails),
  /** The window new sessions have with it, and what that comes from. */
  'models.window': call(one, modelWindow),
  /** Asks it a few questions and keeps what came of it; ends when the call is cancelled. */
  'models.test': call(one, testedModel),
  /** The same at a server of the terminal's own. Windows are refused. */
  'terminal.testModel': call(() => one().extend({ host: host() }), testedModel),
  /** What tests have found, by the digest of the model. */
  'models.tests': call(
    () => nothing,
    () => z.object({ tests: z.array(z.object({ digest: z.string(), test: selfTest() })) }),
  ),
  /** Out of the server's memory; it stays installed. */
  'models.unload': call(one, () => hostState),
  /** How much room the server's disk has for models. */
  'models.room': call(() => nothing, modelRoom),
  /** Removed from the server if the person says yes to a native question; no page can answer it. */
  'window.removeModel': call(one, () => z.object({ agreed: z.boolean() })),
  /** Removed from the server at once. Windows are refused. */
  'terminal.removeModel': call(one, () => hostState),
  'pulls.list': call(() => nothing, pullList),
  /**
   * Gets a model by name, or goes on with it. A name of another registry than Ollama's own is asked about natively: `cancelled` is
   * the person's no.
   */
  'pulls.add': call(one, pull),
  /** The same at a server of the terminal's own. Windows are refused. */
  'terminal.addPull': call(() => one().extend({ host: host() }), pull),
  /** The connection is closed; the server keeps what has come. */
  'pulls.pause': call(pulled, pull),
  /** Goes on with one that is paused or has failed; now, and not when the pause before a retry is over. */
  'pulls.resume': call(pulled, pull),
  /** Off the list, whatever its state. The server throws away what has come of it when it starts the next time. */
  'pulls.cancel': call(pulled, pullList),
} as const
