#!/bin/sh
# Writes a clean copy of a CSV file: UTF-8, commas, plain line ends, as many cells in each row as the first one has.
# Usage: clean-csv.sh [--unique] [--plain-names] [--from comma|semicolon|tab|pipe] [--replace] IN.csv OUT.csv
# Exit codes: 0 written · 1 nothing was written, and a sentence says why · 2 wrong usage.
set -u
LC_ALL=C
export LC_ALL

stop() {
  echo "Nothing was written. $1"
  exit "${2:-1}"
}

UNIQUE=0 PLAIN=0 FROM='' REPLACE=0
while [ $# -gt 0 ]; do
  case $1 in
    --unique) UNIQUE=1 ;;
    --plain-names) PLAIN=1 ;;
    --replace) REPLACE=1 ;;
    --from)
      [ $# -gt 1 ] || stop 'Say which separator: --from comma, semicolon, tab or pipe.' 2
      shift
      case $1 in
        comma | ',') FROM=',' ;;
        semicolon | ';') FROM=';' ;;
        tab) FROM='	' ;;
        pipe | '|') FROM='|' ;;
        *) stop "There is no separator $1. Write comma, semicolon, tab or pipe." 2 ;;
      esac
      ;;
    --) shift && break ;;
    -*) stop "There is no option $1." 2 ;;
    *) break ;;
  esac
  shift
done
[ $# -eq 2 ] || stop 'Give two files: the one to clean and a new one. Quote names that have blanks in them.' 2
# A name that begins with a hyphen would be taken for an option.
case $1 in -*) IN=./$1 ;; *) IN=$1 ;; esac
case $2 in -*) OUT=./$2 ;; *) OUT=$2 ;; esac

command -v awk >/dev/null 2>&1 || stop 'This computer has no awk. Install gawk or mawk, then try again.'
[ -f "$IN" ] || stop "There is no file $IN."
[ -r "$IN" ] || stop "$IN cannot be read."
[ -s "$IN" ] || stop "$IN is empty."
[ -d "$OUT" ] && stop "$OUT is a folder. Give the name of a file."
if [ -e "$OUT" ]; then
  [ "$(ls -Ldi -- "$IN" | awk '{ print $1 }')" = "$(ls -Ldi -- "$OUT" | awk '{ print $1 }')" ] &&
    stop 'Both names are the same file. Give a new name for the clean one.'
  [ "$REPLACE" = 1 ] || stop "$OUT is there already. Give another name, or write --replace."
fi
[ -e "$OUT.rest.csv" ] && [ "$REPLACE" = 0 ] && stop "$OUT.rest.csv is there already. Give another name, or write --replace."

FOLDER=$(dirname -- "$OUT")
WORK=$(mktemp -d "$FOLDER/.clean-csv.XXXXXX" 2>/dev/null) || stop "There can be no new file in $FOLDER."
trap 'rm -rf -- "$WORK"' EXIT
trap 'exit 1' HUP INT TERM

# What the bytes are. TEXT is what is read from then on.
TEXT=$IN ENCODING=UTF-8
convert() {
  command -v iconv >/dev/null 2>&1 || stop "$IN is $1, and this computer has no iconv to read that."
  iconv -f "$1" -t UTF-8 <"$IN" >"$WORK/text" 2>/dev/null || stop "$IN cannot be read as $1."
  TEXT=$WORK/text ENCODING=$1
}
case $(head -c 2 <"$IN" | od -An -tx1 | tr -d ' \n') in
  fffe | feff) convert UTF-16 ;;
  504b) stop "$IN is an Excel or zip file, not CSV. Ask the person to save it as CSV first." ;;
  *)
    [ "$(head -c 1000000 <"$IN" | tr -cd '\000' | wc -c)" -eq 0 ] || stop "$IN is not text."
    if command -v iconv >/dev/null 2>&1; then
      iconv -f UTF-8 -t UTF-8 <"$IN" >/dev/null 2>&1 || convert WINDOWS-1252
    fi
    ;;
esac
# Lines that end as on an old Mac.
if [ "$(tr -cd '\n' <"$TEXT" | wc -c)" -eq 0 ] && [ "$(tr -cd '\r' <"$TEXT" | wc -c)" -gt 0 ]; then
  tr '\r' '\n' <"$TEXT" >"$WORK/lines"
  TEXT=$WORK/lines
fi

PROGRAM=$(dirname -- "$0")/clean-csv.awk
export FROM UNIQUE PLAIN ENCODING
export CLEAN="$WORK/clean" REST="$WORK/rest"
# The first pass finds the separator and the last column that has anything in it, the second one writes.
FOUND=$(TASK=look awk -f "$PROGRAM" <"$TEXT") || stop "$FOUND"
FROM=$(printf '%s' "$FOUND" | cut -c1) COLUMNS=$(printf '%s' "$FOUND" | cut -c2-)
export COLUMNS
REPORT=$(TASK=write awk -f "$PROGRAM" <"$TEXT") || stop "$REPORT"

mv -- "$WORK/clean" "$OUT" || stop "$OUT could not be written."
echo "Wrote $OUT."
if [ -s "$WORK/rest" ]; then
  mv -- "$WORK/rest" "$OUT.rest.csv" || echo "$OUT.rest.csv could not be written."
fi
printf '%s\n' "$REPORT"
