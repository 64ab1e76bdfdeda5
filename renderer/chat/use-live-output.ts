// What a running command has written, as React sees it.
import { useSyncExternalStore } from 'react'
import { useActing } from './acting.ts'

export function useLiveOutput(callId: string): string {
  const { liveOutput } = useActing().chat
  return useSyncExternalStore(liveOutput.subscribe, () => liveOutput.of(callId))
}
