// The scripts of the other bundled skills, by themselves: what they print, what they refuse, and what they leave alone.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { awks, bundled, type ScriptRoom, scriptRoom } from './script-room.ts'

const day = new Date('2026-03-04T12:00:00Z')
const touch = (room: ScriptRoom, ...paths: string[]) => {
  for (const path of paths) utimesSync(join(room.folder, path), day, day)
}
const everything = (room: ScriptRoom) =>
  readdirSync(room.folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('.git'))
    .sort()

describe('summarise-notes lists', () => {
  const script = 'summarise-notes/scripts/list-notes.sh'

  test('notes, the newest first, by the date in the name or that of the file, with words and heading', async () => {
    const room = await scriptRoom()
    room.put('2026-05-01 call.md', '\n\n# Call with *Ada*\r\n\none two three\n')
    room.put('deep/er/old.txt', 'First line\nsecond\n')
    room.put('rst.rst', '=====\nTitle\n=====\n')
    room.put('picture.png', 'x')
    room.put('.hidden/a.md', '# No')
    room.put("it's $(touch evil).md", 'x')
    touch(room, 'deep/er/old.txt', 'rst.rst', "it's $(touch evil).md")
    symlinkSync('/etc/passwd', join(room.folder, 'link.md'))
    const { code, out } = room.run(script)
    expect({ code, lines: out.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        '2026-05-01       7  ./2026-05-01 call.md  Call with *Ada*',
        '2026-03-04       3  ./rst.rst  Title',
        '2026-03-04       3  ./deep/er/old.txt  First line',
        "2026-03-04       1  ./it's $(touch evil).md  x",
      ],
    })
    expect(room.run(script, ['deep']).out).toContain('deep/er/old.txt')
    expect(everything(room)).not.toContain('evil')
  })

  test('a long heading ends between two characters', async () => {
    const room = await scriptRoom()
    room.put('long.md', `# x${'ü'.repeat(90)}\n`)
    expect(room.run(script).out).toMatch(/ {2}xü{39}\n$/)
  })

  test('no more than 200, a name with a line break as one line, and what is not there', async () => {
    const room = await scriptRoom()
    for (let index = 0; index < 204; index += 1) room.put(`many/${index}.md`, '# x')
    room.put('odd/a\nb.md', '# x')
    const lines = room.run(script, ['many']).out.trim().split('\n')
    expect([lines.length, lines.at(-1)]).toEqual([201, 'And 4 older ones. Give a folder further down to see them.'])
    expect(room.run(script, ['odd']).out).toMatch(/odd\/a\?b\.md {2}x\n$/)
    expect(room.run(script, ['gone'])).toMatchObject({ code: 1, out: 'There is no folder gone.\n' })
    mkdirSync(join(room.folder, 'empty'))
    expect(room.run(script, ['empty'])).toMatchObject({ code: 0, out: expect.stringContaining('There are no notes') })
  })
})

describe.each(awks)('tidy-folder moves, %s', (awk) => {
  const script = 'tidy-folder/scripts/move-files.sh'
  const room = async () => {
    const made = await scriptRoom(awk)
    made.put('a.pdf', 'a')
    made.put('IMG 1.JPG', 'one')
    made.put('taken.txt', 'taken')
    mkdirSync(join(made.folder, 'outside'))
    made.put('../beyond/x', 'x')
    symlinkSync('../beyond', join(made.folder, 'way-out'))
    symlinkSync('a.pdf', join(made.folder, 'link.pdf'))
    return made
  }
  const before = ['IMG 1.JPG', 'a.pdf', 'link.pdf', 'outside', 'plan.txt', 'taken.txt', 'way-out', 'way-out/x']

  test('by a plan, only when it is told to, and back again', async () => {
    const { put, run, read, ...made } = await room()
    put('plan.txt', '\ufeff# by year\r\n\n  ./a.pdf -> bills/2026/a.pdf\r\nIMG 1.JPG  ->  pictures/img-1.jpg')
    expect(run(script, ['plan.txt'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('The plan is good: 2 moves'),
    })
    expect(everything({ put, run, read, ...made })).toEqual(before)
    expect(run(script, ['--do', 'plan.txt'])).toMatchObject({ code: 0, out: expect.stringContaining('Moved 2.') })
    expect([read('bills/2026/a.pdf'), read('pictures/img-1.jpg')]).toEqual(['a', 'one'])
    expect(run(script, ['--do', 'plan.txt.undo'])).toMatchObject({ code: 0 })
    expect([read('a.pdf'), read('IMG 1.JPG')]).toEqual(['a', 'one'])
  })

  test.each([
    ['over a file that is there', 'a.pdf -> taken.txt', 'taken.txt is there already.'],
    ['two to one place', 'a.pdf -> x\nIMG 1.JPG -> X', 'line 1 goes to X, too.'],
    ['one to two places', 'a.pdf -> x\na.pdf -> y', 'line 1 moves a.pdf, too.'],
    ['what is not there', 'b.pdf -> c.pdf', 'There is no b.pdf.'],
    ['out of the folder', 'a.pdf -> ../a.pdf', 'a path must not leave this folder'],
    ['out of the folder on a detour', 'a.pdf -> x/../../a.pdf', 'a path must not leave this folder'],
    ['to an absolute path', 'a.pdf -> /tmp/a.pdf', 'a path must begin in this folder'],
    ['to a home', 'a.pdf -> ~/a.pdf', 'a path must begin in this folder'],
    ['through a link', 'a.pdf -> way-out/a.pdf', 'leads through a link.'],
    ['from behind a link', 'way-out/x -> x', 'leads through a link.'],
    ['a link', 'link.pdf -> b.pdf', 'Links are not moved.'],
    ['to a hidden place', 'a.pdf -> .git/hooks/post-commit', 'hidden files and folders are not moved'],
    ['below a file', 'a.pdf -> taken.txt/a.pdf', 'A part of taken.txt/a.pdf is a file'],
    ['a line that is none', 'a.pdf bills/a.pdf', 'Line 1: write it as old path -> new path.'],
    ['a path that is empty', 'a.pdf -> ', 'Line 1: write it as old path -> new path.'],
  ])('nothing: %s', async (_, plan, sentence) => {
    const made = await room()
    // A good line before it is not done either.
    made.put('plan.txt', `${plan}\ntaken.txt -> moved.txt\n`)
    const { code, out } = made.run(script, ['--do', 'plan.txt'])
    expect(code).toBe(1)
    expect(out).toContain('Nothing was moved.')
    expect(out).toContain(sentence)
    expect(everything(made)).toEqual(before)
  })

  test('a plan that was done is not done again over its own undo', async () => {
    const made = await room()
    made.put('plan.txt', 'a.pdf -> b.pdf\n')
    made.run(script, ['--do', 'plan.txt'])
    made.put('plan.txt', 'b.pdf -> c.pdf\n')
    expect(made.run(script, ['--do', 'plan.txt']).out).toContain('plan.txt.undo is there already')
    expect(made.read('plan.txt.undo')).toBe('b.pdf -> a.pdf\n')
  })

  test('where it stops on the way, the undo takes back what was done', async () => {
    const made = await room()
    made.put('d/e.txt', 'e')
    made.put('plan.txt', 'a.pdf -> b.pdf\nd -> d/f/g\nIMG 1.JPG -> i.jpg\n')
    const { code, out } = made.run(script, ['--do', 'plan.txt'])
    expect({ code, out }).toEqual({ code: 3, out: expect.stringContaining('It stopped after 1 of 3 moves.') })
    made.run(script, ['--do', 'plan.txt.undo'])
    expect([made.read('a.pdf'), made.read('IMG 1.JPG'), made.read('d/e.txt')]).toEqual(['a', 'one', 'e'])
  })
})

test('tidy-folder lists date, size and path, and leaves out what is hidden', async () => {
  const room = await scriptRoom()
  room.put('b/c.txt', '12345')
  room.put('.git/config', 'x')
  touch(room, 'b/c.txt')
  expect(room.run('tidy-folder/scripts/list-files.sh').out).toBe('2026-03-04           5  b/c.txt\n')
})

describe('review-change shows', () => {
  const script = 'review-change/scripts/show-change.sh'
  const git = (room: ScriptRoom, ...words: string[]) => {
    const { status, stderr } = spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], {
      cwd: room.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: room.folder, GIT_CONFIG_NOSYSTEM: '1' },
    })
    expect(stderr.includes('fatal') ? stderr : status).toBe(0)
  }
  const repository = async () => {
    const room = await scriptRoom()
    git(room, 'init', '-q')
    room.put('src/größe.ts', 'one\ntwo\n')
    room.put('.gitignore', 'ignored\n')
    git(room, 'add', '.')
    git(room, 'commit', '-q', '-m', 'First things')
    return room
  }

  test('which files have changed, then each of them, new ones too', async () => {
    const room = await repository()
    expect(room.run(script).out).toMatch(/^Nothing has changed here since the last commit\.\n[0-9a-f]+ First things\n$/)
    room.put('src/größe.ts', 'one\n2\nthree\n')
    room.put('new file.ts', 'brand new\n')
    room.put('ignored', 'x')
    expect(room.run(script).out).toBe('+2 -1  src/größe.ts\nnew file  new file.ts\n')
    expect(room.run(script, ['src/größe.ts']).out).toContain('-two\n+2\n+three\n')
    expect(room.run(script, ['new file.ts']).out).toContain('+brand new')
    expect(room.run(script, ['ignored'])).toMatchObject({ code: 1, out: expect.stringContaining('has not changed') })
    expect(room.run(script, ['--last']).out).toMatch(/First things\n\+1 -0 {2}\.gitignore\n\+2 -0 {2}src\/größe\.ts\n$/)
    git(room, 'add', 'new file.ts')
    expect(room.run(script, ['--staged']).out).toBe('+1 -0  new file.ts\n')
  })

  test('a repository without a commit, a folder without a repository, and a diff that is too long', async () => {
    const room = await scriptRoom()
    expect(room.run(script)).toMatchObject({ code: 1, out: expect.stringContaining('not in a git repository') })
    git(room, 'init', '-q')
    room.put('a.txt', Array.from({ length: 3_000 }, (_, index) => `line ${index}\n`).join(''))
    expect(room.run(script).out).toBe('new file  a.txt\n')
    git(room, 'add', '.')
    expect(room.run(script).out).toBe('+3000 -0  a.txt\n')
    const { out } = room.run(script, ['a.txt'])
    expect(out.length).toBeLessThan(7_200)
    expect(out).toMatch(/lines are not shown\. Read the file itself for them\.\]\n$/)
  })

  test('nothing that the repository names is run, and nothing is written', async () => {
    const room = await repository()
    const evil = join(room.folder, '..', 'evil')
    room.put('evil.sh', `#!/bin/sh\ntouch ${evil}\n`)
    chmodSync(join(room.folder, 'evil.sh'), 0o755)
    const program = join(room.folder, 'evil.sh')
    for (const key of ['diff.external', 'core.pager', 'core.fsmonitor', 'diff.x.textconv', 'diff.x.command']) {
      git(room, 'config', key, program)
    }
    room.put('.gitattributes', '*.ts diff=x\n')
    room.put('src/größe.ts', 'other\n')
    const marks = () => ['HEAD', 'index', 'config'].map((name) => statSync(join(room.folder, '.git', name)).mtimeMs)
    const written = marks()
    for (const words of [[], ['src/größe.ts'], ['--last'], ['--staged'], ['evil.sh']]) room.run(script, words)
    expect(marks()).toEqual(written)
    expect(readdirSync(join(room.folder, '..'))).not.toContain('evil')
    // That the trap is one.
    spawnSync('git', ['diff'], { cwd: room.folder, env: { PATH: process.env['PATH'], HOME: room.folder } })
    expect(readdirSync(join(room.folder, '..'))).toContain('evil')
  })
})

describe.each(awks)('commit-message checks, %s', (awk) => {
  test.each([
    ['Fix the total of an empty order\n', 'The form is good.'],
    ['Fix it, and say why\n\nBecause it was wrong.\n', 'The form is good.'],
    [`Ä${'ö'.repeat(71)}\n`, 'The form is good.'],
    [`Ä${'ö'.repeat(72)}\n`, 'The first line has 73 characters. Write at most 72.'],
    ['Fix it.\n', 'The first line ends with a full stop. Leave it out.'],
    ['Fix it\nbecause\n', 'Line 2 must be empty.'],
    [`Fix it\n\n${'word '.repeat(20)}\n`, 'Line 3 has 100 characters. Wrap it at 72.'],
    [`Fix it\n\nhttps://example.org/${'a'.repeat(90)}\n`, 'The form is good.'],
    ['Update files\n', 'The first line says nothing. Name what has changed.'],
    ['\n# comment\n\n', 'The message is empty.'],
  ])('%j', async (message, sentence) => {
    const room = await scriptRoom(awk)
    const { code, out } = room.run('commit-message/scripts/check-message.sh', [], message)
    expect({ code, out }).toEqual({ code: sentence.endsWith('good.') ? 0 : 1, out: `${sentence}\n` })
  })
})

describe.each(awks)('write-a-skill checks, %s', (awk) => {
  const script = 'write-a-skill/scripts/check-skill.sh'
  const good = '---\nname: sort-photos\ndescription: Sort photos by the day they were taken.\n---\n\n1. Do it.\n'

  test.each<[string, string, string]>([
    ['a good one', good, 'sort-photos is good.'],
    ['line ends of Windows', good.replaceAll('\n', '\r\n'), 'sort-photos is good.'],
    ['no front matter', '# Sort', 'Line 1 must be ---'],
    ['front matter that does not end', '---\nname: sort-photos\n', 'The second line --- is missing.'],
    ['another name', good.replace('sort-photos', 'sort'), 'The name is sort, and the folder is sort-photos.'],
    ['no description', good.replace(/description.*\n/, ''), 'There is no description.'],
    ['a colon', good.replace('photos by', 'photos: by'), 'has a colon or a # in it.'],
    [
      'a colon in quotes',
      good.replace('Sort photos by the day they were taken.', '"Sort photos: by day, or so."'),
      'is good.',
    ],
    ['an unknown field', good.replace('---\n\n', 'model: x\n---\n\n'), 'Line 4: Carrel does not know this field.'],
    ['no text', good.replace('1. Do it.\n', ''), 'There is no text below the second ---.'],
    ['a file that is not there', `${good}See references/more.md.\n`, 'names references/more.md, which is not there.'],
    ['the template as it is', `${good}2. SECOND ACT HERE.\n`, 'Line 7: this looks like a part of the template'],
  ])('%s', async (_, text, sentence) => {
    const room = await scriptRoom(awk)
    room.put('sort-photos/SKILL.md', text)
    const { code, out } = room.run(script, ['sort-photos/'])
    expect(out).toContain(sentence)
    expect(code).toBe(sentence.endsWith('is good.') ? 0 : 1)
  })

  test('a good draft becomes the skill, and takes the place of none', async () => {
    const room = await scriptRoom(awk)
    room.put('sort-photos/draft.md', good.replace('sort-photos', 'other'))
    expect(room.run(script, ['--make', 'sort-photos'])).toMatchObject({ code: 1 })
    expect(everything(room)).toEqual(['sort-photos', 'sort-photos/draft.md'])
    room.put('sort-photos/draft.md', good)
    expect(room.run(script, ['sort-photos']).out).toBe('The draft of sort-photos is good.\n')
    expect(room.run(script, ['--make', 'sort-photos'])).toMatchObject({ code: 0 })
    expect(room.read('sort-photos/SKILL.md')).toBe(good)
    room.put('sort-photos/draft.md', `${good}More.\n`)
    expect(room.run(script, ['--make', 'sort-photos']).out).toContain('SKILL.md is there already.')
    expect(room.read('sort-photos/SKILL.md')).toBe(good)
  })

  test('every bundled skill is good', async () => {
    const room = await scriptRoom(awk)
    for (const name of readdirSync(bundled)) {
      expect(room.run(script, [join(bundled, name)])).toMatchObject({ code: 0, out: `${name} is good.\n` })
    }
  })
})
