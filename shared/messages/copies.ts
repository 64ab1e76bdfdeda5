// Names of sessions made of other ones.
const forked = ' (fork)'

export const copies = {
  fork: (title: string) => (title.endsWith(forked) ? title : `${title}${forked}`),
} as const
