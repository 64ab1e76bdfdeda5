// The words by which the tour is known everywhere, also in the window's first script: so nothing is imported here.

/** By this name a session's log says that a script has answered, and no model. */
export const tourModel = 'carrel:tour'

/** What there is to try, in the order it is offered. */
export const tourSteps = ['read', 'find', 'write', 'command', 'undo', 'skill', 'search'] as const
export type TourStep = (typeof tourSteps)[number]
