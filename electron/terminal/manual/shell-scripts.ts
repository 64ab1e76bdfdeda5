// What each shell runs when Tab is pressed: it hands the words to `carrel completion --words`, which knows the table, and shows what comes.

const bash = `# carrel completion bash: source this in ~/.bashrc.
_carrel() {
  local count i word current cut='' words=()
  # The shell also cuts at colons, and a model has one in its name.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]} count=\${#words[@]}
    if ((count > 0)) && [[ $word == :* || \${words[count - 1]} == *: ]]; then words[count - 1]+=$word
    else words+=("$word"); fi
  done
  current=\${words[\${#words[@]} - 1]}
  [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && cut=\${current%"\${current##*:}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("\${word#"$cut"}")
  done < <("\${COMP_WORDS[0]}" completion --words -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _carrel carrel
`

const zsh = `#compdef carrel
# carrel completion zsh: a file named _carrel in a folder of $fpath, or source this behind compinit.
_carrel() {
  local line
  local -a found described
  while IFS= read -r line; do
    found+=("\${line%%$'\\t'*}")
    described+=("\${line/$'\\t'/  }")
  done < <("\${words[1]}" completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    compadd -l -d described -a found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _carrel ]]; then
  _carrel "$@"
else
  compdef _carrel carrel
fi
`

const fish = `# carrel completion fish: a file named carrel.fish in ~/.config/fish/completions.
function __carrel_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    $program completion --words -- $words "$current" 2>/dev/null
end
complete -c carrel -n 'count (__carrel_words) >/dev/null' -f -a '(__carrel_words)'
`

export const shellScripts: Readonly<Record<string, string>> = { bash, zsh, fish }
