// A file of the clipboard or the pointer as it is sent to the main process: a picture drawn anew no larger than models see.
import { isPictureMime } from '../../../shared/attachment-kinds.ts'
import { droppedLimit, photographLimit, pictureSide } from '../../../shared/attachment-limits.ts'
import { attachmentWords as words } from '../../../shared/messages/attachments.ts'

/** Larger than this a drawing without loss is written with one: it is a photograph. Bytes. */
const losslessLimit = 1_500_000
const quality = 0.85

type Sendable =
  | { bytes: { name: string; base64: string } }
  /** `isFolder`: it has no bytes, and may be one. */
  | { refused: string; isFolder: boolean }

export async function sendable(file: File): Promise<Sendable> {
  const name = file.name || words.noName
  const isPicture = isPictureMime(file.type)
  const most = isPicture ? photographLimit : droppedLimit
  if (file.size > most) return { refused: words.droppedTooLarge(name, file.size, most), isFolder: false }
  try {
    const bytes = isPicture ? await drawnAnew(file) : file
    if (bytes.size > droppedLimit)
      return { refused: words.picture.tooLarge(name, bytes.size, droppedLimit), isFolder: false }
    return { bytes: { name: name.slice(0, 1_000), base64: await base64Of(bytes) } }
  } catch {
    // A folder has no bytes, and a picture that is none cannot be drawn.
    return { refused: isPicture ? words.picture.damaged(name) : words.dropped(name), isFolder: !isPicture }
  }
}

/** A picture as the main process has read it from the disk. */
export function fileOf({ name, base64 }: { name: string; base64: string }): File {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
  const [first = 0] = bytes
  const mime = { 137: 'image/png', 255: 'image/jpeg', 71: 'image/gif', 82: 'image/webp' }[first] ?? ''
  return new File([bytes], name, { type: mime })
}

/** Upright, in its first picture, and without a word of what the file says of itself. */
async function drawnAnew(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file)
  try {
    const scale = Math.min(1, pictureSide / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, width, height)
    if (file.type !== 'image/jpeg') {
      const lossless = await canvas.convertToBlob({ type: 'image/png' })
      if (lossless.size <= losslessLimit) return lossless
      // What is clear in it would become black.
      context.globalCompositeOperation = 'destination-over'
      context.fillStyle = 'white'
      context.fillRect(0, 0, width, height)
    }
    return await canvas.convertToBlob({ type: 'image/jpeg', quality })
  } finally {
    bitmap.close()
  }
}

function base64Of(bytes: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(bytes)
  })
}
