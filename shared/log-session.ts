// Sessions of logs that are mounted, apart from the schemas: they are known by their ids, read, and never written to.
export const logSessionPrefix = 'log-'

export const isLogSession = (id: string): boolean => /^log-[0-9a-f]{24}$/.test(id)
