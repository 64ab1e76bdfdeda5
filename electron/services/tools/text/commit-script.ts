// The one bash command that records a commit without running anything a repository names: no hook, filter, editor or signature.
import { quote } from './quote.ts'

export interface CommitOrder {
  message: string
  /** From the workspace's root; empty for everything that is changed or new. */
  paths: readonly string[]
  author: { name: string; email: string }
}

/** What the script answers first in its last words; the rest is told line by line. */
export const commitAnswers = [
  'done',
  'no-git',
  'no-repository',
  'worktree',
  'format',
  'in-progress',
  'locked',
  'unknown-path',
  'ignored-path',
  'filtered',
  'nothing',
  'moved',
  'failed',
] as const
export type CommitAnswer = (typeof commitAnswers)[number]

/** Most names that are told. */
export const toldNames = 50

export function commitScript({ message, paths, author }: CommitOrder): string {
  return [
    `message=${quote(message)}`,
    `paths=(${paths.map(quote).join(' ')})`,
    `name=${quote(author.name)}`,
    `email=${quote(author.email)}`,
    `told=${toldNames}`,
    script,
  ].join('\n')
}

/**
 * A repository's own config is never read by a git that looks at files: those run with a git folder of their own, made here, that
 * has the repository's objects and its index and nothing else of it. What .gitattributes names has no program there. Only the
 * branch is read and moved with the real folder, by commands that touch no file, with its hooks and transports switched off.
 */
const script = shell(String.raw`
end() { printf 'carrel-commit %s\n' "$@"; rm -rf "$own"; exit 0; }
own=
command -v git >/dev/null || end no-git
for variable in "\${!GIT_@}"; do unset "$variable"; done
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 \
  GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 GIT_NO_REPLACE_OBJECTS=1 GIT_LITERAL_PATHSPECS=1 GIT_EDITOR=false GIT_PAGER=cat LC_ALL=C.UTF-8 \
  GIT_AUTHOR_NAME="$name" GIT_AUTHOR_EMAIL="$email" GIT_COMMITTER_NAME="$name" GIT_COMMITTER_EMAIL="$email"
root=$PWD
if [ -f .git ] || [ -L .git ]; then end worktree; fi
if [ ! -d .git/objects ] || [ ! -e .git/HEAD ]; then end no-repository; fi
for state in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD rebase-merge rebase-apply sequencer; do
  if [ -e ".git/$state" ]; then end in-progress; fi
done
if [ -e .git/index.lock ]; then end locked; fi

own=$(mktemp -d) || end failed
fail() { end failed "$(head -c 1000 "$own/errors")"; }
# Of its own config only what says how files are to be read, and that as data: nothing it includes is.
setting() { git config -f .git/config --no-includes --get "$1" 2>/dev/null; }
version=$(setting core.repositoryformatversion)
if [ "\${version:-0}" != 0 ] && git config -f .git/config --no-includes --name-only --get-regexp '^extensions\.' 2>/dev/null |
  grep -qivE '^extensions\.(noop|preciousobjects|worktreeconfig|partialclone)$'; then end format; fi
git init -q --bare --template= "$own/git" 2>"$own/errors" || fail
mkdir -p "$own/git/info"
for file in exclude attributes; do
  if [ -f ".git/info/$file" ]; then cp ".git/info/$file" "$own/git/info/$file"; fi
done
for key in core.filemode core.symlinks core.ignorecase core.autocrlf core.eol; do
  value=$(setting "$key") && git config -f "$own/git/config" "$key" "$value"
done
plain() { GIT_DIR=$own/git GIT_WORK_TREE=$root GIT_OBJECT_DIRECTORY=$root/.git/objects GIT_INDEX_FILE=$index git "$@" 2>>"$own/errors"; }
refs() { git --git-dir=.git --work-tree=. -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.logAllRefUpdates=true "$@" 2>>"$own/errors"; }
git config -f "$own/git/config" core.bare false
git config -f "$own/git/config" core.hooksPath /dev/null
git config -f "$own/git/config" core.safecrlf false
git config -f "$own/git/config" core.quotePath false

head=$(refs rev-parse -q --verify HEAD)
branch=$(refs symbolic-ref -q --short HEAD)
index=$own/index
empty=$(plain hash-object -t tree /dev/null)
if [ -n "$head" ]; then before=$(plain rev-parse -q --verify "$head^{tree}") || fail; else before=$empty; fi
# With its time: by that git knows which files it must look into since their own times cannot tell.
if [ -f .git/index ]; then cp -p .git/index "$own/real" || fail
elif [ -n "$head" ]; then end failed 'The index is missing.'; fi
index=$own/real
if [ -n "$(plain ls-files -u | head -n 1)" ]; then end in-progress; fi
if [ "\${#paths[@]}" = 0 ]; then
  if [ -f "$own/real" ]; then cp -p "$own/real" "$own/index"; fi
  index=$own/index
else
  index=$own/index
  plain read-tree "$before" || fail
fi

# A path that names nothing, or what is ignored, is said before anything is done.
for path in "\${paths[@]}"; do
  [ -n "$(plain ls-files -- "$path" | head -n 1)" ] && continue
  # This one takes no literal paths, and no magic either behind a dot.
  if GIT_LITERAL_PATHSPECS=0 plain check-ignore -q -- "./$path"; then end ignored-path "$path"; fi
  [ -n "$(plain ls-files -o --exclude-standard -- "$path" | head -n 1)" ] || end unknown-path "$path"
done

# Old entries that have gone or changed, then new ones: mode and name of each, by NUL.
modes=() names=() gone=()
while IFS= read -r -d '' facts && IFS= read -r -d '' file; do
  set -- $facts
  if [ "$1" = :160000 ] || [ "$2" = 160000 ]; then continue; fi
  if [ "$5" = D ]; then gone+=("$file"); else modes+=("$2") names+=("$file"); fi
done < <(plain diff-files -z --raw --no-renames --ignore-submodules=all -- "\${paths[@]}")
while IFS= read -r -d '' file; do
  if [ -L "$file" ]; then modes+=(120000); elif [ ! -f "$file" ]; then continue
  elif [ -x "$file" ]; then modes+=(100755); else modes+=(100644); fi
  names+=("$file")
done < <(plain ls-files -z -o --exclude-standard -- "\${paths[@]}")

# What git would pass through a program of the person's (Git LFS and the like) must not be recorded as it lies there.
if [ "\${#names[@]}" != 0 ]; then
  while IFS= read -r -d '' file && IFS= read -r -d '' _ && IFS= read -r -d '' value; do
    case $value in unspecified | unset | set) ;; *) if [ ! -L "$file" ]; then end filtered "$file"; fi ;; esac
  done < <(printf '%s\0' "\${names[@]}" | plain check-attr -z --stdin filter)
fi

# Files in one go; links, and names that a list by lines cannot hold, one by one.
hashes=() listed=()
for at in "\${!names[@]}"; do
  file=\${names[at]}
  if [ "\${modes[at]}" = 120000 ]; then hashes[at]=$(readlink -n -- "$file" | plain hash-object -w --stdin) || fail
  elif [[ $file == *$'\n'* || $file == '"'* ]]; then hashes[at]=$(plain hash-object -w -- "$file") || fail
  else listed+=("$at"); fi
done
if [ "\${#listed[@]}" != 0 ]; then
  for at in "\${listed[@]}"; do printf '%s\n' "\${names[at]}"; done >"$own/list"
  plain hash-object -w --stdin-paths <"$own/list" >"$own/hashes" || fail
  position=0
  while IFS= read -r hash; do hashes[\${listed[position]}]=$hash; position=$((position + 1)); done <"$own/hashes"
  [ "$position" = "\${#listed[@]}" ] || fail
fi
{
  for file in "\${gone[@]}"; do printf '0 %s\t%s\0' "$empty" "$file"; done
  for at in "\${!names[@]}"; do printf '%s %s\t%s\0' "\${modes[at]}" "\${hashes[at]}" "\${names[at]}"; done
} >"$own/entries"
plain update-index --add --replace -z --index-info <"$own/entries" || fail
tree=$(plain write-tree) || fail
if [ "$tree" = "$before" ]; then end nothing; fi
commit=$(printf '%s\n' "$message" | plain commit-tree "$tree" \${head:+-p "$head"}) || fail

# The index first: should the branch not move, the files are staged and nothing is lost.
index=$root/.git/index
plain update-index --add --replace -z --index-info <"$own/entries" || { [ -e .git/index.lock ] && end locked; fail; }
plain update-index -q --refresh >/dev/null
kind=commit
[ -n "$head" ] || kind='commit (initial)'
refs update-ref -m "$kind: \${message%%$'\n'*}" HEAD "$commit" "\${head:-$(printf '%040d' 0)}" || end moved
index=$own/index
short=$(plain rev-parse --short "$commit")
files=0 added=0 removed=0
while read -r plus minus _; do
  files=$((files + 1))
  # Of binary files there are no lines to count.
  if [ "$plus" != - ]; then added=$((added + plus)) removed=$((removed + minus)); fi
done < <(plain diff-tree -r --numstat --no-renames --no-ext-diff --no-textconv "$before" "$tree")
changes=()
while IFS= read -r change; do changes+=("$change"); done < <(plain diff-tree -r --name-status --no-renames "$before" "$tree" | sed -n "1,\${told}p")
end done "$short" "$files" "$added" "$removed" "\${branch:--}" "\${changes[@]}"
`)

/** In a template a dollar and a brace begin a value; a shell has them everywhere. */
function shell(text: string): string {
  return text.replaceAll('\\${', '${').trim()
}
