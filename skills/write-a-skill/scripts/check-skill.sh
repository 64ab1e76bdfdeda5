#!/bin/sh
# Looks at a skill that is being written, and says what Carrel, or a small model, would trip over.
# Usage: check-skill.sh [--make] FOLDER
# It reads FOLDER/draft.md, or SKILL.md where there is no draft. With --make a good draft becomes SKILL.md.
# Exit codes: 0 good · 1 something to mend, one line each · 2 wrong usage.
set -u
MAKE=0
if [ "${1:-}" = --make ]; then
  MAKE=1
  shift
fi
[ $# -eq 1 ] || {
  echo 'Give one folder: that of the skill.'
  exit 2
}
case $1 in -*) FOLDER=./${1%/} ;; *) FOLDER=${1%/} ;; esac
[ -d "$FOLDER" ] || {
  echo "There is no folder $FOLDER."
  exit 2
}
if [ -f "$FOLDER/draft.md" ]; then
  FILE=$FOLDER/draft.md
  [ "$MAKE" = 0 ] || [ ! -e "$FOLDER/SKILL.md" ] || {
    echo "$FOLDER/SKILL.md is there already. Ask the person to move it away, or give the new skill another name."
    exit 1
  }
elif [ -f "$FOLDER/SKILL.md" ]; then
  FILE=$FOLDER/SKILL.md
else
  echo "There is neither draft.md nor SKILL.md in $FOLDER."
  exit 1
fi
NAME=$(cd -- "$FOLDER" && basename -- "$(pwd)")
export NAME

FOUND=$(
  LC_ALL=C awk '
    function characters(text) {
      gsub(/[\200-\277]/, "", text)
      return length(text)
    }
    function value(text) {
      sub(/^[a-z-]+:[ \t]*/, "", text)
      sub(/[ \t]+$/, "", text)
      return text
    }
    { sub(/\r$/, "") }
    NR == 1 { sub(/^\357\273\277/, "") }
    NR == 1 && !/^---[ \t]*$/ { print "Line 1 must be ---, and nothing before it."; bad = 1; exit }
    NR == 1 { next }
    !closed && /^---[ \t]*$/ { closed = NR; next }
    !closed && /^name:/ { name = value($0); hasName = 1; next }
    !closed && /^description:/ { description = value($0); hasDescription = NR; next }
    !closed && /^(license|compatibility|metadata|allowed-tools):/ { next }
    !closed && /^[A-Za-z_-]+:/ { print "Line " NR ": Carrel does not know this field. Leave it out."; next }
    !closed && hasDescription == NR - 1 && /^[ \t]/ { print "Line " NR ": write the description on one line." }
    closed && /[^ \t]/ { body++ }
    closed && /[A-Z][A-Z]+ [A-Z][A-Z]+ [A-Z][A-Z]+/ { print "Line " NR ": this looks like a part of the template that was not filled in." }
    END {
      if (bad) exit
      if (!closed) { print "The second line --- is missing."; exit }
      if (!hasName) print "There is no name."
      else {
        gsub(/^["\047]|["\047]$/, "", name)
        if (name != ENVIRON["NAME"]) print "The name is " name ", and the folder is " ENVIRON["NAME"] ". They must be the same."
        if (name !~ /^[a-z0-9]+(-[a-z0-9]+)*$/) print "The name may have small letters, digits and single hyphens only."
        if (length(name) > 64) print "The name is longer than 64 characters."
      }
      if (!hasDescription || description == "") print "There is no description."
      else {
        quoted = description ~ /^".*"$/ || description ~ /^\047.*\047$/
        if (!quoted && description ~ /: |:$| #/) print "The description has a colon or a # in it. Put it in double quotes."
        else if (!quoted && description ~ /^[\[{}>|*&!%@`"\047?-]/) print "The description begins with a special sign. Write it without, or put all of it in double quotes."
        if (characters(description) < 20) print "The description is too short. Say what it does and when to use it."
        if (characters(description) > 1024) print "The description is longer than 1024 characters."
        else if (characters(description) > 200) print "The description has " characters(description) " characters. Say it in 150."
      }
      if (!body) print "There is no text below the second ---."
      if (NR - closed > 120) print "The text has " NR - closed " lines. Move what is rarely needed into references/."
    }
  ' <"$FILE"

  # Files that the text names, as paths from the folder.
  LC_ALL=C awk '{
    while (match($0, /(scripts|references|assets)\/[A-Za-z0-9._\/-]*[A-Za-z0-9]/)) {
      print substr($0, RSTART, RLENGTH)
      $0 = substr($0, RSTART + RLENGTH)
    }
  }' <"$FILE" | sort -u | while IFS= read -r NAMED; do
    [ -e "$FOLDER/$NAMED" ] || echo "The text names $NAMED, which is not there."
  done
  find "$FOLDER" -type l | head -5 | sed 's/^/This is a link, which cannot be installed: /'
  for SCRIPT in "$FOLDER"/scripts/*.sh; do
    [ -f "$SCRIPT" ] || continue
    sh -n "$SCRIPT" 2>/dev/null || echo "$SCRIPT is not a correct sh script."
  done
)
if [ -n "$FOUND" ]; then
  echo 'To mend:'
  printf '%s\n' "$FOUND"
  exit 1
fi
if [ "$MAKE" = 1 ] && [ "$FILE" != "$FOLDER/SKILL.md" ]; then
  mv -n -- "$FILE" "$FOLDER/SKILL.md" || exit 1
  echo "$NAME is good, and draft.md is SKILL.md now."
elif [ "$FILE" = "$FOLDER/SKILL.md" ]; then
  echo "$NAME is good."
else
  echo "The draft of $NAME is good."
fi
