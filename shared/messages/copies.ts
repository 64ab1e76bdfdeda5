// Names of sessions made of other ones.
export const copies = {
  fork: (title: string) => `${title} (fork)`,
} as const
