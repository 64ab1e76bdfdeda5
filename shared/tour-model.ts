/** By this name a session's log says that a script has answered, and no model. */
export const tourModel = 'carrel:tour'
