# Reads CSV from standard input. TASK=look prints the separator and the number of columns in use; TASK=write writes the
# clean rows to CLEAN, those that do not fit to REST, and prints a report. Plain awk: mawk, gawk, busybox and BSD run it.

BEGIN {
  FS = "\n"
  ORS = ""
  task = ENVIRON["TASK"]
  separator = ENVIRON["FROM"]
  unique = ENVIRON["UNIQUE"] + 0
  plain = ENVIRON["PLAIN"] + 0
  used = ENVIRON["COLUMNS"] + 0
  clean = ENVIRON["CLEAN"]
  rest = ENVIRON["REST"]
  waiting = 0
  start = 1
}

{
  line = $0
  if (NR == 1 && substr(line, 1, 3) == "\357\273\277") line = substr(line, 4)
  sub(/\r$/, "", line)
  # Excel says in a line of its own which separator it wrote.
  if (NR == 1 && line ~ /^sep=.$/) {
    if (separator == "") separator = substr(line, 5, 1)
    start = 2
    next
  }
  if (separator != "") take(line)
  else {
    # The separator is found in the first lines, which wait until then.
    lines[++waiting] = line
    size += length(line)
    if (waiting == 50 || size > 200000) release()
  }
}

END {
  if (separator == "") release()
  if (inside) {
    print "The quote that opens in line " opened " is never closed. Ask the person to look at that line."
    exit 1
  }
  if (!width || !has_text) {
    print "There is nothing in the file but empty rows."
    exit 1
  }
  if (task == "look") print separator used
  else report()
}

function release(  i) {
  separator = guess()
  for (i = 1; i <= waiting; i++) take(lines[i])
  split("", lines)
}

# The separator that cuts the most cells which the first row has too. One with a blank behind it may be of a sentence.
function guess(  names, i, j, k, pieces, part, in_quotes, cuts, seen_first, first, total, best, most) {
  names[1] = ","
  names[2] = ";"
  names[3] = "\t"
  names[4] = "|"
  best = ","
  for (i = 1; i <= 4; i++) {
    in_quotes = seen_first = first = total = cuts = 0
    for (j = 1; j <= waiting; j++) {
      pieces = split(lines[j], part, "\"")
      for (k = 1; k <= pieces; k++) {
        if (!in_quotes) cuts += weight(part[k], names[i])
        if (k == pieces) break
        in_quotes = in_quotes ? 0 : opens(part[k], names[i])
      }
      # The row goes on in the next line.
      if (in_quotes) continue
      if (!seen_first && lines[j] ~ /[^ \t\r,;|]/) {
        seen_first = 1
        first = cuts
      }
      total += cuts < first ? cuts : first
      cuts = 0
    }
    if (total > most) {
      best = names[i]
      most = total
    }
  }
  return best
}

# Whether a quote behind this text opens a cell, or goes on with one, as the second of two quotes does.
function opens(text, by) {
  sub(/ +$/, "", text)
  return text == "" || substr(text, length(text)) == by
}

function weight(text, by,  pieces, cut, i, sum) {
  pieces = split(text, cut, by)
  for (i = 2; i <= pieces; i++) sum += substr(cut[i], 1, 1) == " " ? 0.5 : 1
  return sum + 0
}

# One line of the file, cut at its quotes: what stands between an odd and an even one is inside of them.
function take(text,  pieces, part, i) {
  number++
  if (!has_text && text ~ /[^ \t\r,;|]/) has_text = 1
  pieces = split(text, part, "\"")
  if (inside) add("\n")
  if (pieces == 0) {
    pieces = 1
    part[1] = ""
  }
  for (i = 1; i <= pieces; i++) {
    if (inside) {
      add(part[i])
      if (i == pieces) break
      # Two quotes are one that belongs to the text.
      if (part[i + 1] == "" && i + 1 < pieces) {
        add("\"")
        i++
      } else inside = 0
    } else {
      outside(part[i])
      if (i == pieces) break
      if (!quoted && held == "" && recent ~ /^[ \t]*$/) {
        recent = ""
        inside = quoted = 1
        opened = number + start - 1
      } else {
        add("\"")
        odd++
      }
    }
  }
  if (!inside) {
    close_cell()
    row()
    begins = number + start
  }
}

function outside(text,  pieces, cut, i) {
  pieces = split(text, cut, separator)
  if (pieces == 0) return
  if (!quoted) add(cut[1])
  else if (cut[1] !~ /^[ \t]*$/) {
    add(cut[1])
    odd++
  }
  for (i = 2; i <= pieces; i++) {
    close_cell()
    add(cut[i])
  }
}

# In two steps, since to add to a long text costs as much as the text is long.
function add(text) {
  recent = recent text
  if (length(recent) > 8192) {
    held = held recent
    recent = ""
  }
}

function close_cell() {
  cell[++cells] = trimmed(held recent)
  held = recent = ""
  quoted = 0
}

# Blanks, line ends and no-break spaces at either end.
function trimmed(text,  from, to, character) {
  from = 1
  to = length(text)
  while (from <= to) {
    if (index(" \t\r\n", substr(text, from, 1))) from++
    else if (substr(text, from, 2) == "\302\240") from += 2
    else break
  }
  while (to >= from) {
    if (index(" \t\r\n", substr(text, to, 1))) to--
    else if (to > from && substr(text, to - 1, 2) == "\302\240") to -= 2
    else break
  }
  if (to - from + 1 == length(text)) return text
  if (task == "write") blanks++
  return substr(text, from, to - from + 1)
}

function row(  count, last, i) {
  count = cells
  cells = 0
  for (last = count; last > 0 && cell[last] == ""; last--);
  if (last == 0) {
    empty++
    return
  }
  if (task == "look") {
    if (!width) {
      width = count
      used = last
    }
    # A row that is too long says nothing of the columns.
    if (last <= width && last > used) used = last
    return
  }
  if (!width) {
    width = used
    name_columns(count)
    write_row(clean)
    return
  }
  if (last > width) {
    unfit++
    if (unfit <= 10) where = where (unfit > 1 ? ", " : "") (begins ? begins : start)
    if (unfit == 1) {
      for (i = 1; i <= width; i++) kept[i] = cell[i]
      for (i = 1; i <= width; i++) cell[i] = column[i]
      write_row(rest)
      for (i = 1; i <= width; i++) cell[i] = kept[i]
    }
    write_row(rest, last)
    return
  }
  if (count < width) short++
  for (i = count + 1; i <= width; i++) cell[i] = ""
  if (unique && seen_before()) {
    twice++
    return
  }
  for (i = 1; i <= width; i++) if (cell[i] != "") filled[i]++
  rows++
  write_row(clean)
}

function seen_before(  key, i) {
  for (i = 1; i <= width; i++) key = key length(cell[i]) ":" cell[i]
  return seen[key]++
}

function name_columns(count,  i, name, number) {
  for (i = 1; i <= width; i++) {
    name = i <= count ? cell[i] : ""
    if (plain) {
      name = tolower(name)
      gsub(/[^a-z0-9\200-\377]+/, "_", name)
      gsub(/^_+|_+$/, "", name)
    }
    if (name == "") {
      name = "column_" i
      unnamed++
    }
    if (name in taken) {
      for (number = 2; (name "_" number) in taken; number++);
      name = name "_" number
      renamed++
    }
    taken[name] = 1
    cell[i] = column[i] = name
  }
}

# As many cells as `many`, or as there are columns.
function write_row(file, many,  i) {
  if (!many) many = width
  for (i = 1; i <= many; i++) {
    if (i > 1) print "," > file
    write_cell(file, cell[i])
  }
  print "\n" > file
}

function write_cell(file, text) {
  if (text ~ /[",\n\r]/) {
    gsub(/"/, "\"\"", text)
    text = "\"" text "\""
  }
  print text > file
}

function report(  i) {
  say("Encoding " ENVIRON["ENCODING"] ", separator " named(separator) ".")
  say(rows + 0 " rows and " width " columns:")
  for (i = 1; i <= width && i <= 40; i++) say("- " shown(column[i]) ": " filled[i] + 0 " filled")
  if (width > 40) say("- and " width - 40 " more")
  if (empty) say("Empty rows dropped: " empty ".")
  if (twice) say("Rows dropped that were there already: " twice ".")
  if (blanks) say("Cells with blanks around them, trimmed: " blanks ".")
  if (short) say("Rows with too few cells, filled up: " short ".")
  if (unnamed) say("Columns without a name, named: " unnamed ".")
  if (renamed) say("Names that were there twice, numbered: " renamed ".")
  if (odd) say("Quotes at odd places, kept as text: " odd ". Check these rows.")
  if (unfit) {
    say("Rows with too many cells: " unfit ". They are in the file that ends with .rest.csv, not in the clean one.")
    say("They begin in line " where (unfit > 10 ? " and so on" : "") " of the old file.")
  }
}

function say(text) {
  print text "\n"
}

function shown(name,  end) {
  gsub(/[\001-\037\177]/, " ", name)
  if (length(name) <= 60) return name
  # No half of a character.
  for (end = 60; end > 0 && substr(name, end + 1, 1) ~ /[\200-\277]/; end--);
  return substr(name, 1, end) "..."
}

function named(by) {
  return by == "," ? "comma" : by == ";" ? "semicolon" : by == "\t" ? "tab" : by == "|" ? "pipe" : by
}
