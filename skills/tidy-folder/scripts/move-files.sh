#!/bin/sh
# Moves files by a plan: a text file with lines "old path -> new path", from the folder where this is run.
# Usage: move-files.sh [--do] PLAN
# Without --do it only checks. Nothing is ever replaced. What was moved stands in PLAN.undo, the other way round.
# Exit codes: 0 done, or the plan is good · 1 something is wrong with the plan, nothing was moved · 2 wrong usage
# · 3 it stopped on the way; PLAN.undo says how far it came.
set -u
DO=0
if [ "${1:-}" = --do ]; then
  DO=1
  shift
fi
[ $# -eq 1 ] || {
  echo 'Give one file: the plan.'
  exit 2
}
case $1 in -*) PLAN=./$1 ;; *) PLAN=$1 ;; esac
[ -f "$PLAN" ] || {
  echo "There is no file $PLAN."
  exit 2
}
WORK=$(mktemp -d) || exit 1
trap 'rm -rf -- "$WORK"' EXIT

# One move on two lines: old, new. Empty lines and such as begin with # are left out. What is wrong begins with a !.
LC_ALL=C awk '
  { sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
  NR == 1 { sub(/^\357\273\277/, "") }
  $0 == "" || /^#/ { next }
  {
    parts = split($0, part, " -> ")
    if (parts != 2) { print "!Line " NR ": write it as old path -> new path."; next }
    for (i = 1; i <= 2; i++) {
      sub(/^[ \t]+/, "", part[i])
      sub(/[ \t]+$/, "", part[i])
      while (sub(/^\.\//, "", part[i]));
      why = part[i] == "" || part[i] == "." ? "a path is empty" : bad(part[i])
      if (why) { print "!Line " NR ": " why ": " part[i]; next }
    }
    if (part[1] == part[2]) next
    if (tolower(part[2]) in goes) { print "!Line " NR ": line " goes[tolower(part[2])] " goes to " part[2] ", too."; next }
    if (part[1] in comes) { print "!Line " NR ": line " comes[part[1]] " moves " part[1] ", too."; next }
    goes[tolower(part[2])] = NR
    comes[part[1]] = NR
    print part[1]
    print part[2]
  }
  function bad(path,  names, name, i) {
    if (path ~ /^[\/~]/) return "a path must begin in this folder"
    if (path ~ /[\001-\037\177\\]/) return "a path has a sign that is not allowed"
    names = split(path, name, "/")
    for (i = 1; i <= names; i++) {
      if (name[i] == "" || name[i] == ".") return "a path has a part that is empty"
      if (name[i] == "..") return "a path must not leave this folder"
      if (name[i] ~ /^\./) return "hidden files and folders are not moved"
    }
    return ""
  }
' <"$PLAN" >"$WORK/moves"

# The links on the way to a path could lead out of this folder.
through_a_link() {
  WAY=$1
  while :; do
    case $WAY in */*) WAY=${WAY%/*} ;; *) return 1 ;; esac
    [ ! -L "$WAY" ] || return 0
  done
}
# The part of the way that is there must be a folder.
over_a_file() {
  WAY=$1
  while :; do
    case $WAY in */*) WAY=${WAY%/*} ;; *) return 1 ;; esac
    if [ -e "$WAY" ]; then
      [ ! -d "$WAY" ]
      return
    fi
  done
}

MOVES=0
while IFS= read -r OLD; do
  case $OLD in
    !*)
      echo "${OLD#!}"
      continue
      ;;
  esac
  IFS= read -r NEW
  MOVES=$((MOVES + 1))
  if [ -L "$OLD" ]; then
    echo "$OLD is a link. Links are not moved."
  elif [ ! -e "$OLD" ]; then
    echo "There is no $OLD."
  elif through_a_link "$OLD" || through_a_link "$NEW"; then
    echo "$OLD -> $NEW leads through a link."
  elif [ -e "$NEW" ] || [ -L "$NEW" ]; then
    echo "$NEW is there already."
  elif over_a_file "$NEW"; then
    echo "A part of $NEW is a file, not a folder."
  fi
done <"$WORK/moves" >"$WORK/wrong"

if [ -s "$WORK/wrong" ]; then
  echo "Nothing was moved. Mend these lines of $PLAN:"
  head -n 40 "$WORK/wrong"
  exit 1
fi
[ "$(wc -l <"$WORK/moves")" -gt 0 ] || {
  echo "There is no move in $PLAN."
  exit 1
}
if [ "$DO" = 0 ]; then
  echo "The plan is good: $(($(wc -l <"$WORK/moves") / 2)) moves. Nothing was moved yet. Ask the person, then run this with --do."
  exit 0
fi
if [ -e "$PLAN.undo" ]; then
  echo "Nothing was moved. $PLAN.undo is there already: a plan of this name was done before. Give the new plan another name."
  exit 1
fi
: >"$PLAN.undo" || {
  echo "Nothing was moved. $PLAN.undo cannot be written."
  exit 1
}

DONE=0
while IFS= read -r OLD && IFS= read -r NEW; do
  case $NEW in */*) mkdir -p -- "${NEW%/*}" || break ;; esac
  # Looked at again, since another program may have been quicker; -n replaces nothing even then.
  if [ -e "$NEW" ] || ! mv -n -- "$OLD" "$NEW" || [ -e "$OLD" ]; then
    echo "$OLD could not be moved to $NEW."
    break
  fi
  printf '%s -> %s\n' "$NEW" "$OLD" >>"$PLAN.undo"
  DONE=$((DONE + 1))
done <"$WORK/moves"
ALL=$(($(wc -l <"$WORK/moves") / 2))
if [ "$DONE" -lt "$ALL" ]; then
  echo "It stopped after $DONE of $ALL moves. To take those back, run this with --do $PLAN.undo."
  exit 3
fi
echo "Moved $DONE. To take it back, run this with --do $PLAN.undo."
