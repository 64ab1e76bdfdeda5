// How much a skill may be, and how much is looked at.

/** Of one skill. What has more cannot be pinned to what a person has agreed to, and is refused. */
export const mostFiles = 2_000
/** Bytes. */
export const largestSkill = 52_428_800
export const largestFile = 10_485_760
/** Folders below a skill's own. */
export const deepestFile = 16
/** Of one root: folders that are looked into, and how far down. */
export const mostFolders = 2_000
export const deepestSkill = 6
/** How much of a file is shown. Bytes. */
export const mostShown = 262_144
