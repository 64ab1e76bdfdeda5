// Programs of which no rule can be made: what they do stands in their arguments' meaning, in another program, or in files of the folder.

const set = (words: string) => new Set(words.trim().split(/\s+/))

/** Their arguments or their input are programs. */
const shells = set(
  `sh bash dash zsh ksh mksh ash fish csh tcsh pwsh powershell cmd busybox toybox rbash elvish nu xonsh`,
)
const interpreters = set(`
  python pythonw pypy ipython jupyter jython node nodejs deno bun tsx ts-node ruby irb jruby rails rake perl raku php lua luajit
  tclsh wish expect r rscript julia java jshell kotlin kotlinc scala groovy clojure clj erl escript elixir iex mix ghc ghci runghc
  runhaskell ocaml racket guile sbcl clisp ecl emacs emacsclient vi vim nvim view ex ed red nano pico micro awk gawk mawk nawk
  original-awk sed gsed jq m4 dc bc gdb lldb sqlite psql mysql mariadb mongo mongosh redis-cli osascript gnuplot octave
  maxima wasmtime wasmer wasm jsc qjs d8 swipl gprolog cscript wscript mshta rundll dotnet csi fsi swift dart go rustc zig
  tcc nim crystal v ponyc openssl gpg pydoc vimdiff rvim rview vimtutor patch prove bats coverage`)

/** They start the program that stands in their arguments, or hand over to one that is not here. */
const starters = set(`
  env xargs sudo doas su runuser pkexec setpriv chroot unshare nsenter bwrap firejail proot fakeroot fakechroot capsh nice ionice
  chrt taskset nohup setsid timeout stdbuf unbuffer script scriptreplay watch time strace ltrace perf valgrind catchsegv parallel
  sem flock lockf entr watchman watchexec nodemon find fd fdfind rg ag ack tar bsdtar gtar zip cpio rsync ssh scp sftp mosh telnet
  nc ncat netcat socat curl wget docker podman nerdctl buildah kubectl helm lxc lxd incus machinectl systemd-run systemctl at batch
  cron crontab anacron screen tmux zellij less more most man info pager ctags run-parts start-stop-daemon
  ld ld.so ld-linux ld-linux-x86-64.so ld-linux-aarch64.so ltrace setarch linux32 linux64 i386 x86_64 uname26 numactl cgexec
  chronic ifne pee sponge ts vipe xdg-open open start gio dbus-send dbus-run-session gtk-launch aria2c git-shell hg svn bzr fossil jj
  gh glab repo rlwrap chpst softlimit tini dumb-init catatonit gosu su-exec eatmydata faketime torsocks proxychains sg newgrp login
  runcon choom prlimit cpulimit trickle xterm gnome-terminal konsole rr bpftrace hyperfine gtime brew snap flatpak apt apt-get dpkg
  rpm dnf yum pacman apk`)

/** What they run is written in files of the folder, which a model may write unasked. */
const projectRunners = set(`
  make gmake bmake nmake ninja cmake ctest cpack meson scons waf bazel bazelisk buck buck2 pants gradle gradlew mvn mvnw ant sbt lein
  bundle bundler gem rspec cargo cross npm npx yarn yarnpkg pnpm pnpx bunx corepack pip pipx pipenv poetry pdm uv uvx rye hatch tox
  nox pytest py.test unittest jest vitest mocha ava tap jasmine karma cypress playwright wdio webpack vite rollup parcel esbuild
  eslint prettier stylelint mypy pylint flake8 rubocop golangci-lint babel swc turbo nx lerna gulp grunt just task invoke fab mage composer phpunit pest artisan drush msbuild
  nuget xcodebuild xcrun fastlane pod flutter rebar3 stack cabal dune opam nimble conda mamba micromamba pre-commit husky
  lint-staged lefthook docker-compose podman-compose terraform tofu pulumi ansible ansible-playbook vagrant packer direnv nix
  nix-shell nix-build nix-env guix asdf mise rtx volta nvm fnm pyenv rbenv sdk devbox devcontainer act earthly dagger tsd storybook
  ng next nuxt astro svelte-kit remix expo react-native electron electron-builder forge sphinx-build mkdocs hugo jekyll latex pdflatex
  xelatex lualatex latexmk tex pdftex luatex django-admin flask gunicorn uvicorn celery alembic scrapy streamlit behave nosetests
  cucumber tslint jsdoc typedoc ts-jest c8 nyc size-limit semantic-release changeset`)

/** Words of the shell itself that run, load or rename something, and those that begin more than one command. */
const shellWords = set(`
  eval exec source . command builtin coproc trap enable alias unalias hash set shopt export declare typeset local readonly read
  mapfile readarray let if then else elif fi for while until do done case esac select function in return exit break continue
  shift wait kill jobs fg bg disown ulimit umask cd pushd popd dirs bind complete compgen compopt getopts history fc suspend logout
  times caller`)

const lists = [shells, interpreters, starters, projectRunners, shellWords]

/** `python3.11`, `Python`, `lua5.4` and `node20.exe` are what they are without it. */
function nameOf(program: string): readonly string[] {
  const name = program.toLowerCase().replace(/\.(?:exe|com|bat|cmd)$/, '')
  return [name, name.replace(/[-._]?\d[-._\d]*(?:[-.]?(?:m|w|t|d|dev|stable|nightly|config|dbg))?$/, '')]
}

/** Whatever a program is, these make another program run, or read one from a file. */
const runningFlags = `
  exec execute eval expression command cmd run shell script program preprocessor filter to-command use-compress-program
  compress-program checkpoint-action info-script new-volume-script rsh rsync-path pager editor plugin load require import init
  rcfile init-file wrapper hook ext-diff textconv open-files-in-pager upload-pack receive-pack config config-file strip-program
  apply callback on-success on-change watch serve specs`
  .trim()
  .split(/\s+/)
/** Wherever in a flag they stand: `--lua-filter`, `-fplugin`, `--post-exec`. */
const runningParts = ['plugin', 'filter', 'exec', 'script', 'command', 'hook', 'shell', 'program']
/** What `-c`, `-e` and the like mean is different everywhere; for these programs it is known to be harmless. */
const plainPrograms = set(
  'ls cat head tail wc grep egrep fgrep uniq cut tr du df stat file diff cmp comm cp mv mkdir touch date',
)

/** Long flags may be shortened, and may go on: `--exe`, `--exec`, `--exec-path=x`; some programs have them with one dash. */
function mayRun(word: string): boolean {
  const [, dashes, name] = /^(--?)([a-z][a-z0-9-]*)/.exec(word.toLowerCase()) ?? []
  if (name === undefined) return false
  const isShortened = (flag: string) => dashes === '--' && flag.startsWith(name)
  if (name === 'pre' || runningParts.some((part) => name.includes(part))) return true
  return runningFlags.some((flag) => name.startsWith(flag) || isShortened(flag))
}

/** Whether no rule may be made of these words, whoever says so. */
export function isNeverRemembered(words: readonly string[]): boolean {
  const [program = '', ...rest] = words
  // A path is a file, which may be another one tomorrow; in the workspace, one that the model writes.
  if (program.includes('/')) return true
  const names = nameOf(program)
  if (names.some((name) => lists.some((list) => list.has(name)))) return true
  // git is read by itself and by this name only: where a disk knows no case, GIT is git, and git-x is a program of anybody's.
  if (program !== 'git' && names.some((name) => name === 'git' || name.startsWith('git-'))) return true
  // A file of arguments: what stands in it is not in these words.
  if (rest.some((word) => word.startsWith('@') || word.includes('=@'))) return true
  if (rest.some(mayRun)) return true
  return !plainPrograms.has(program) && rest.some((word) => /^-[A-Za-z]*[cexEB]/.test(word))
}
