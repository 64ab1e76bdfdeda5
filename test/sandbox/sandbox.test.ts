// Commands in the jail of this system, through the real thing.
import { expect, test } from 'vitest'
import { openRoom } from './room.ts'

test('every guard is tried and holds', async () => {
  const { sandbox } = await openRoom()
  const seal = await sandbox.prove(new AbortController().signal)
  expect(seal.guards.filter(({ holds }) => !holds)).toEqual([])
  expect(seal).toMatchObject({ state: 'holds', jail: 'bubblewrap', reason: null, fix: null })
})
