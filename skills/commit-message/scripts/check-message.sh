#!/bin/sh
# Reads a commit message from standard input and says what is wrong with its form.
# Exit codes: 0 nothing · 1 something, one line each.
set -u
LC_ALL=C awk '
  # Characters, not bytes: those that go on with one begin with the bits 10.
  function characters(text) {
    gsub(/[\200-\277]/, "", text)
    return length(text)
  }
  { sub(/\r$/, "") }
  # Comments of git are none of the message.
  /^#/ && !first { next }
  !first && /^[ \t]*$/ { next }
  !first { first = NR; subject = $0; next }
  NR == first + 1 && !/^[ \t]*$/ { wrong("Line 2 must be empty.") }
  # A line without a blank, such as an address, cannot be wrapped.
  characters($0) > 72 && /[^ \t][ \t]/ { wrong("Line " NR - first + 1 " has " characters($0) " characters. Wrap it at 72.") }
  function wrong(what) { print what; count++ }
  END {
    if (!first) { print "The message is empty."; exit 1 }
    if (characters(subject) > 72) wrong("The first line has " characters(subject) " characters. Write at most 72.")
    if (subject ~ /\.$/) wrong("The first line ends with a full stop. Leave it out.")
    if (subject ~ /^[ \t]|[ \t]$/) wrong("The first line has blanks around it. Leave them out.")
    if (subject ~ /^(Update|Change|Fix|Misc|WIP|wip|update|fix|changes?)( files?| code| stuff| things?| bugs?)?$/) wrong("The first line says nothing. Name what has changed.")
    if (count) exit 1
    print "The form is good."
  }'
