// Which names inside a workspace are never written, and which ask before they are opened; and the places in a home that are never shown.

/**
 * What other programs run or obey by themselves: written by a model, it would be run by a person's next command. The
 * instruction files are those of the agents in use today, ours among them.
 */
const writeProtected = new Set([
  ...['.git', '.vscode', '.idea', '.husky', '.envrc', '.mcp.json'],
  ...[
    'agents.md',
    'agents.override.md',
    'claude.md',
    'claude.local.md',
    'gemini.md',
    'skill.md',
    'copilot-instructions.md',
  ],
  ...[
    '.agents',
    '.claude',
    '.codex',
    '.cursor',
    '.cursorrules',
    '.gemini',
    '.windsurf',
    '.windsurfrules',
    '.clinerules',
  ],
  ...['.roo', '.roomodes', '.aider.conf.yml', '.goosehints', '.carrel'],
])

/** What is kept in such a file is of no use to a model and of much use to others. */
const secretNames = [
  /^\.env(\..+)?$/,
  /^\.(netrc|pgpass|npmrc|pypirc|htpasswd|git-credentials|dockercfg)$/,
  /^_netrc$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|agekey)$/,
  /^\.(ssh|gnupg|aws|kube|docker)$/,
]

/** Files that stand in for the secret one in a repository, and hold none. */
const examples = /^\.env\.(example|sample|template|dist|defaults?)$/

/** Whether nothing may be written where these names lead. */
export function isWriteProtected(names: readonly string[]): boolean {
  return names.some((name) => writeProtected.has(folded(name)) || /^git~\d+$/.test(folded(name)))
}

/** Whether a person is asked before a file at these names is opened. */
export function isSecret(names: readonly string[]): boolean {
  return names.some((name) => secretNames.some((secret) => secret.test(folded(name))) && !examples.test(folded(name)))
}

/**
 * A name as the most forgiving file system reads it: case and composition do not count (APFS, NTFS), characters without
 * a shape are skipped (HFS+), and so are a stream's name, dots and spaces at the end (NTFS). Used on every system: a disk
 * may be mounted from another one, and a false alarm costs a question.
 */
export function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .replace(/(.):.*$/, '$1')
    .replace(/[. ]+$/, '')
    .trimStart()
}

/** In the home folder. Never read or written by a file tool and never shown to a command. */
export const protectedInHome = [
  ...['.ssh', '.gnupg', '.aws', '.config/gcloud', '.kube', '.docker', '.netrc', '.npmrc', '.ollama', '.password-store'],
  ...['.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.profile', '.cshrc', '.config/fish'],
  ...['.zshrc', '.zprofile', '.zshenv', '.zlogin', '.zlogout'],
  ...['.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware', '.config/microsoft-edge'],
  ...['.config/vivaldi', '.config/opera', 'snap/firefox', 'snap/chromium', '.thunderbird'],
  ...['.var/app/org.mozilla.firefox', '.var/app/com.google.Chrome', '.var/app/org.chromium.Chromium'],
  ...['.local/share/keyrings', '.local/share/kwalletd', 'Library/Keychains', 'Library/Safari', 'Library/Cookies'],
  ...['Library/Application Support/Google/Chrome', 'Library/Application Support/Firefox'],
  ...['Library/Application Support/BraveSoftware', 'Library/Application Support/Microsoft Edge'],
  ...['AppData/Local/Google/Chrome', 'AppData/Local/Microsoft/Edge', 'AppData/Roaming/Mozilla'],
  ...['AppData/Roaming/Microsoft/Credentials', 'AppData/Local/BraveSoftware'],
]
