import { chmod, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canMount } from '../support/mount.ts'
import { answered, appProgram, ask, expect, parts, picture, test } from './carrel.ts'

test.skip(!canMount(), 'no right to mount')

test('a full disk: the words stay in the composer, it is said, and the same words are sent when there is room', async ({
  launch,
  home,
}) => {
  // Chromium keeps its own things elsewhere, so that what is full here is only what Carrel writes.
  const program = join(tmpdir(), `${home.split('/').at(-1)}-small-disk.sh`)
  const mount =
    'mount -t tmpfs -o size=2m tmpfs "$0" && mkdir "$0/cache" && mount -t tmpfs tmpfs "$0/cache" && echo "{\\"isWelcomed\\":true}" >"$0/window.json" && exec "$@"'
  await writeFile(program, `#!/bin/sh\nexec unshare --mount sh -c '${mount}' "${home}" "${appProgram.path}" "$@"\n`)
  await chmod(program, 0o755)
  try {
    const carrel = await launch({ program })
    const { page } = carrel
    await ask(page, 'While there was room')
    await answered(page)

    // The mount is the app's own; its process is the way to it.
    const filler = join('/proc', String(carrel.pid), 'root', home, 'filler')
    await writeFile(filler, Buffer.alloc(4_000_000)).catch(() => undefined)
    const words = `Too much for this disk. ${'A long question. '.repeat(3_000)}`
    const { message, send, transcript } = parts(page)
    await message.fill(words)
    await send.click()
    await expect(page.getByText(/no room left on the disk/i)).toBeVisible()
    await expect(message).toHaveValue(words)
    await expect(transcript.getByRole('article')).toHaveCount(1)
    await message.evaluate((area) => area.scrollTo(0, 0))
    await picture(page, 'state-full-disk')

    await unlink(filler)
    await send.click()
    await answered(page)
    await expect(message).toHaveValue('')
    await expect(transcript.getByRole('article')).toHaveCount(2)
    await expect(page.getByText(/no room left on the disk/i)).toHaveCount(0)
    await expect(transcript.locator('.ask-words').last()).toContainText('Too much for this disk.')
  } finally {
    await rm(program, { force: true })
  }
})
