// What a person means who writes where a skill comes from.

/** Such as git@host:path, which git takes for ssh. Its parts: user, host, path. */
export const shortGitAddress = /^([A-Za-z0-9_][A-Za-z0-9_.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):([A-Za-z0-9_~][^\s:]*)$/

/** A repository, rather than a path of this machine. Whether it may be fetched from is judged later. */
export function meansRepository(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source) || shortGitAddress.test(source.split('#')[0] ?? '')
}
