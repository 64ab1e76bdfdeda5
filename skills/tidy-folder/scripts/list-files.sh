#!/bin/sh
# Lists the files below a folder: date, size in bytes, path. At most 150 lines; hidden files and folders are left out.
# Usage: list-files.sh [FOLDER]
set -u
FOLDER=${1:-.}
case $FOLDER in -*) FOLDER=./$FOLDER ;; esac
[ -d "$FOLDER" ] || {
  echo "There is no folder $FOLDER."
  exit 1
}
WORK=$(mktemp -d) || exit 1
trap 'rm -rf -- "$WORK"' EXIT
find "$FOLDER" -name '.?*' ! -name '..' -prune -o -type f -exec sh -c '
  for FILE; do
    printf "%s  %10d  %s\n" "$(date -r "$FILE" +%Y-%m-%d)" "$(wc -c <"$FILE")" "$(printf "%s" "${FILE#./}" | tr "\n" "?")"
  done
' sh {} + 2>/dev/null | sort -k3 >"$WORK/all"
COUNT=$(wc -l <"$WORK/all" | tr -d ' ')
[ "$COUNT" -gt 0 ] || {
  echo "There are no files in $FOLDER."
  exit 0
}
head -n 150 "$WORK/all"
[ "$COUNT" -le 150 ] || echo "And $((COUNT - 150)) more. Give a folder further down to see them."
