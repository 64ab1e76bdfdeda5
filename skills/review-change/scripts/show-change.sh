#!/bin/sh
# Shows what has changed in the git repository of this folder: without FILE a list of files, with FILE its diff.
# Usage: show-change.sh [--staged | --last] [FILE]
# It writes nothing, and runs nothing that the repository names: no pager, no hook, no diff or text program.
set -u
export GIT_OPTIONAL_LOCKS=0 GIT_PAGER=cat LC_ALL=C.UTF-8
# A result is cut for a model at about 8,000 characters: less than that, and a sentence that says so.
LIMIT=7000

git() {
  command git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.quotePath=false --no-pager "$@"
}

WHICH=all
case ${1:-} in
  --staged) WHICH=staged && shift ;;
  --last) WHICH=last && shift ;;
  --) shift ;;
  -*)
    echo "There is no option $1. Write --staged, --last, or a file."
    exit 2
    ;;
esac

command -v git >/dev/null 2>&1 || {
  echo 'Git is not there for commands. Ask the person for a .diff file.'
  exit 1
}
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || {
  echo 'This folder is not in a git repository. Ask the person for a .diff file.'
  exit 1
}

EMPTY=$(git hash-object -t tree /dev/null)
HEAD=$(git rev-parse --verify --quiet 'HEAD^{commit}') || HEAD=$EMPTY
change() {
  case $WHICH in
    all) git diff --no-ext-diff --no-textconv --no-color -M --relative "$@" "$HEAD" -- ${FILE:+"$FILE"} ;;
    staged) git diff --no-ext-diff --no-textconv --no-color -M --relative --cached "$@" "$HEAD" -- ${FILE:+"$FILE"} ;;
    last)
      BEFORE=$(git rev-parse --verify --quiet 'HEAD^1^{commit}') || BEFORE=$EMPTY
      git diff --no-ext-diff --no-textconv --no-color -M --relative "$@" "$BEFORE" "$HEAD" -- ${FILE:+"$FILE"}
      ;;
  esac
}
new_files() {
  [ "$WHICH" != all ] || git ls-files --others --exclude-standard -- ${FILE:+"$FILE"}
}
shorten() {
  awk -v limit="$LIMIT" '
    { size += length($0) + 1; all++ }
    size <= limit { print; next }
    { cut++ }
    END { if (cut) print "[" cut " of " all " lines are not shown. Read the file itself for them.]" }'
}

if [ $# -eq 0 ]; then
  FILE=''
  if [ "$WHICH" = last ] && [ "$HEAD" != "$EMPTY" ]; then git log -1 --no-color --format='Last commit: %h %s'; fi
  # Added and removed lines, then the path. A dash is a file that is not text.
  LIST=$(
    change --numstat | awk -F '\t' '{ print "+" $1 " -" $2 "  " $3 }'
    new_files | sed 's/^/new file  /'
  )
  if [ -z "$LIST" ]; then
    echo 'Nothing has changed here since the last commit.'
    [ "$HEAD" = "$EMPTY" ] || git log -5 --no-color --format='%h %s'
  else
    printf '%s\n' "$LIST" | shorten
  fi
  exit 0
fi

FILE=$1
SHOWN=$(change)
if [ -z "$SHOWN" ] && [ -n "$(new_files)" ]; then
  SHOWN=$(git diff --no-index --no-ext-diff --no-textconv --no-color -- /dev/null "$FILE")
fi
if [ -z "$SHOWN" ]; then
  echo "$FILE has not changed. Run this without a file to see which have."
  exit 1
fi
printf '%s\n' "$SHOWN" | shorten
