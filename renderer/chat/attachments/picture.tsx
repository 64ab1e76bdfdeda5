// A picture that is attached: small, read when it comes into sight, and larger when it is pressed.
import { useEffect, useRef, useState } from 'react'
import type { KeptAttachment } from '../../../shared/attachment.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'
import type { Attached } from '../attached.ts'

export function Picture(props: { attached: Attached; one: KeptAttachment }) {
  const { attached, one } = props
  const button = useRef<HTMLButtonElement>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const [isSeen, setSeen] = useState(false)
  const [address, setAddress] = useState<string | 'gone' | null>(null)

  useEffect(() => {
    if (!button.current) return
    const watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && setSeen(true))
    watch.observe(button.current)
    return () => watch.disconnect()
  }, [])
  useEffect(() => {
    if (!isSeen) return
    let made: string | null = null
    let isWanted = true
    void attached.picture(one.blob).then((answer) => {
      if (!isWanted) return
      if (!answer.ok) return setAddress('gone')
      const bytes = Uint8Array.from(atob(answer.value.base64), (sign) => sign.charCodeAt(0))
      made = URL.createObjectURL(new Blob([bytes], { type: answer.value.mime }))
      setAddress(made)
    })
    return () => {
      isWanted = false
      if (made) URL.revokeObjectURL(made)
    }
  }, [attached, one.blob, isSeen])

  const isThere = address !== null && address !== 'gone'
  return (
    <>
      <button
        ref={button}
        type="button"
        className="attached-picture"
        aria-label={address === 'gone' ? words.window.gone(one.name) : words.window.open(one.name)}
        title={one.name}
        aria-disabled={!isThere}
        onClick={() => isThere && dialog.current?.showModal()}
      >
        {isThere ? (
          <img src={address} alt="" draggable={false} />
        ) : (
          <span>{address === 'gone' ? words.window.goneShort : ''}</span>
        )}
      </button>
      {isThere && (
        <dialog
          ref={dialog}
          className="attached-large"
          aria-label={one.name}
          // It closes the picture, and does not stop an answer.
          onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
        >
          <img src={address} alt={one.name} />
          <form method="dialog">
            <span className="cut" dir="auto">
              {one.name}
            </span>
            <button type="submit" className="button">
              {words.window.close}
            </button>
          </form>
        </dialog>
      )}
    </>
  )
}
