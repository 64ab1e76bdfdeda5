// What the policy says: to the model when it refuses, to the person when it could remember.

export const policyWords = {
  tooDeep: 'The arguments are nested too deeply. Nothing was done.',
  readOnlyWrite: 'This session is read-only: files are not changed. Say what should be changed instead.',
  readOnlyNetwork: 'This session is read-only: the network is off. Go on with what is in the folder.',
  commandsOff: (reason: string | null) =>
    `Commands are off${reason === null ? '' : `: ${reason.replace(/\.$/, '')}`}. Go on without running commands.`,
  ruleForbids: (pattern: string) => `The person has forbidden this: ${pattern}. Go on in another way, or ask them.`,
  neverRemembered: 'This is asked each time and cannot be remembered.',
  remembersExact: (line: string) => `${line}, in exactly these words`,
  remembersLooking: (program: string) => `${program} with any of its flags that only look`,
  remembersHost: (host: string) => `Every page of ${host}, whatever is in its address`,
  rulesUnreadable:
    'The rules of folders could not be read, so none of them counts and everything asks again. The file is kept.',
} as const
