// Sentences about actors and services, for the activity page and the log.

export const activity = {
  fault: (name: string, during: string, why: string) => `${name} failed in ${during}: ${why}`,
  restarted: (name: string, count: number) => `${name} was started anew (${count})`,
  failed: (name: string, why: string) => `${name} keeps failing and was given up: ${why}`,
  abandoned: (name: string, during: string) => `${name} did not end its ${during} in time and was left behind`,
  deadLetter: (name: string, kind: string, reason: string) =>
    `a message “${kind}” to ${name} was not received (${reason})`,
  mailboxFull: (name: string, capacity: number) => `the mailbox of ${name} is full (${capacity})`,
} as const
