#!/bin/sh
# Lists the notes below a folder: date, number of words, path, first heading. The newest comes first; at most 200.
# Usage: list-notes.sh [FOLDER]
set -u
command -v awk >/dev/null 2>&1 || {
  echo 'This computer has no awk. Install gawk or mawk, then try again.'
  exit 1
}
FOLDER=${1:-.}
case $FOLDER in -*) FOLDER=./$FOLDER ;; esac
[ -d "$FOLDER" ] || {
  echo "There is no folder $FOLDER."
  exit 1
}
WORK=$(mktemp -d) || exit 1
trap 'rm -rf -- "$WORK"' EXIT

# The first 80 bytes of a line, and no half of a character at their end.
SHORTEN='length($0) > 80 {
  end = 80
  while (end > 0 && substr($0, end + 1, 1) ~ /[\200-\277]/) end--
  $0 = substr($0, 1, end)
} { print }'
export SHORTEN LC_ALL=C

# Links are not followed, and hidden folders are not looked into.
find "$FOLDER" -name '.?*' ! -name '..' -prune -o -type f \
  \( -name '*.md' -o -name '*.markdown' -o -name '*.txt' -o -name '*.org' -o -name '*.rst' -o -name '*.adoc' \) \
  -exec sh -c '
    for FILE; do
      NAME=$(basename -- "$FILE")
      case $NAME in
        # The date that the person gave it is worth more than that of the file.
        [12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*) DAY=$(printf "%.10s" "$NAME") ;;
        *) DAY=$(date -r "$FILE" +%Y-%m-%d) ;;
      esac
      HEADING=$(head -c 4000 <"$FILE" | tr -d "\r\000" | sed -n "/^[#*= ]*[^#*= -]/{s/^[#*= ]*//;p;q;}" | awk "$SHORTEN")
      # A line break in a name would look like two notes.
      printf "%s  %6d  %s  %s\n" "$DAY" "$(wc -w <"$FILE")" "$(printf "%s" "$FILE" | tr "\n" "?")" "$HEADING"
    done
  ' sh {} + >"$WORK/all"

COUNT=$(wc -l <"$WORK/all" | tr -d ' ')
[ "$COUNT" -gt 0 ] || {
  echo "There are no notes in $FOLDER: no .md, .txt, .org, .rst or .adoc file."
  exit 0
}
sort -r "$WORK/all" | head -n 200
[ "$COUNT" -le 200 ] || echo "And $((COUNT - 200)) older ones. Give a folder further down to see them."
