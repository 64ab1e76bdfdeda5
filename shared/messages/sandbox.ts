// Words about the sandbox: the guards, why commands are off, and what to do about it.

export const sandboxWords = {
  guards: {
    network: 'Network',
    writing: 'Writing',
    reading: 'Reading',
    secrets: 'Secrets',
    processes: 'Processes',
    limits: 'Limits',
  },
  /** What holds, in a sentence, for a check that says more than "ok". */
  held: {
    network: 'A command reaches nothing, not even this computer itself.',
    writing: 'A command writes nothing outside its folder, nor what is protected in it.',
    reading: 'A command reads nothing outside its folder but the system’s programs.',
    secrets: 'A command sees neither Carrel’s environment nor files that look like passwords.',
    processes: 'No process outlives its command, and none gets new rights.',
    limits: 'Memory, file size, processes, output and time of a command have their limits.',
  },
  /** What went through, when a guard does not hold. */
  failed: {
    network: 'A command reached a server on this computer.',
    interfaces: 'A command saw network interfaces other than its own.',
    writing: 'A command wrote a file outside its folder.',
    protected: 'A command wrote into .git.',
    reading: 'A command read a file outside its folder.',
    environment: 'A command saw the environment of Carrel.',
    secretFile: 'A command read a .env file of its folder.',
    survivors: 'A process went on after its command had ended.',
    privileges: 'A command could get new rights.',
    filter: 'A command was not held by the filter of system calls.',
    fileSize: 'A command wrote a file larger than its limit.',
    memory: 'A command took more memory than its limit.',
    forks: 'A command started more processes than its limit.',
    flood: 'A command wrote more output than its limit.',
    time: 'A command ran longer than its limit.',
    /** The control could not do it either, so that nothing is known. */
    unproven: (what: string) => `This could not be tried: ${what}`,
  },
  /** What a control without a jail was to do and could not. */
  controls: {
    network: 'no server on this computer could be reached from outside of the jail either.',
    writing: 'the test file could not be written from outside of the jail either.',
    reading: 'the test file could not be read from outside of the jail either.',
    environment: 'the test value was not in the environment outside of the jail either.',
    survivors: 'no process went on outside of the jail either.',
    fileSize: 'the test file could not be made outside of the jail either.',
  },
  off: {
    windows: 'Commands are off: Carrel has no jail for commands on Windows.',
    system: 'Commands are off: Carrel has no jail for commands on this system.',
    processor: (name: string) => `Commands are off: Carrel has no filter of system calls for this processor (${name}).`,
    missing: 'Commands are off: bubblewrap, which jails them, is not installed.',
    missingSeatbelt: 'Commands are off: /usr/bin/sandbox-exec, which jails them, is not there.',
    namespaces: 'Commands are off: bubblewrap could not make a namespace for them.',
    broken: 'Commands are off: the jail for them could not be started.',
    guards: (names: string) => `Commands are off: ${names} could not be proven.`,
    notProven: 'Commands are off: their guards could not be tried.',
  },
  fixes: {
    windows: 'Run Carrel in WSL 2, where the jail of Linux works. Files and the chat work here as well.',
    system: 'Files and the chat work here as well.',
    missing:
      'Install bubblewrap (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap; Arch: sudo pacman -S bubblewrap) and try again.',
    missingSeatbelt: 'It is a part of macOS; without it Carrel runs no commands.',
    appArmor:
      'Ubuntu lets only programs with an AppArmor profile make user namespaces. Give bubblewrap one: put "abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }" into /etc/apparmor.d/bwrap, run sudo apparmor_parser -r /etc/apparmor.d/bwrap, and try again.',
    userNamespaces:
      'User namespaces are switched off here: sudo sysctl kernel.unprivileged_userns_clone=1, and try again.',
    maxNamespaces: 'No user namespaces are allowed here: sudo sysctl user.max_user_namespaces=10000, and try again.',
    container:
      'In a container, allow user namespaces (Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined) or run Carrel outside of it.',
    old: 'bubblewrap 0.8 or newer is needed: update it, and try again.',
    guards:
      'Every guard says what went through. Try them again with carrel doctor; commands stay off until all of them hold.',
  },
  /** Why a folder is not given to commands to read. */
  visible: {
    gone: 'This is no folder, or it is gone. Nothing was changed.',
    shownAnyway: 'Commands can read this folder already. Nothing was changed.',
    tooMuch:
      'This folder would show commands too much: it is a part of the system, lies around your home or Carrel’s data, or holds keys and passwords. Nothing was changed. Choose the folder of one toolchain.',
    tooMany: 'No more folders can be added. Remove one of them first.',
    unknown: 'Commands cannot read this folder, so there is nothing to hide or to show.',
  },
  unverifiedSeatbelt:
    'The jail of macOS was written without a Mac at hand: what holds was tried just now, and nowhere before.',
  start: {
    rootOwned:
      'Carrel runs as root and this folder belongs to root, so a command in it would have the rights of root. No command was run.',
    rootOwnedFix: 'Start Carrel as an ordinary user, or give the folder to one: sudo chown -R NAME FOLDER.',
    unreachable: (uid: number) =>
      `Carrel runs as root, and the owner of this folder (user ${uid}) cannot get to it. No command was run.`,
    unreachableFix: 'Put the folder where its owner can get to it.',
    gone: 'This folder is not what it was when it was chosen: it was moved or replaced. No command was run.',
    goneFix: 'Choose the folder again.',
    changed: 'What lies in this folder changed while the command was being started. No command was run.',
    changedFix: 'Try again.',
    slow: 'This computer is too busy to set up the jail of a command. No command was run.',
    tooManySecrets: (count: number) =>
      `This folder has ${count} files that look like passwords or keys, which is more than can be kept from a command. No command was run.`,
    tooManySecretsFix: 'Choose a folder further down.',
    failed: 'The jail for this command could not be started. No command was run.',
    tooLong: 'This command is too long. Write it into a script in the folder, and run that.',
    nul: 'A command cannot have a NUL character in it.',
    tooMany: 'Too many commands wait already. Wait until some of them have ended.',
    tooManyBackground: (count: number) =>
      `${count} commands run in the background already. End one of them before another one is started.`,
    closed: 'Carrel is being closed. No command was run.',
  },
  doctor: {
    name: (guard: string) => `Sandbox: ${guard.toLowerCase()}`,
    unknown: 'It was not tried.',
  },
} as const
