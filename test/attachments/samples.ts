// Pictures and PDFs made byte by byte, so that a test can have one wrong in exactly one way.
import { deflateSync } from 'node:zlib'

export function pngChunk(kind: string, content: Uint8Array = new Uint8Array()): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), content])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crcOf(body))
  return Buffer.concat([length, body, sum])
}

/** A grey picture; `extra` chunks stand before its data. */
export function png(width = 4, height = 3, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc(Math.min(width * height + height, 1_000_000), 0x7f)
  for (let row = 0; row < height && row * (width + 1) < rows.length; row++) rows[row * (width + 1)] = 0
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND'),
  ])
}

/** PNG, annex D; Node 20 has none of its own. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

const segment = (marker: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content])

/** As far as its parts go a JPEG; its scan says nothing. */
export function jpeg(width = 4, height = 3, extra: readonly Buffer[] = []): Buffer {
  const frame = Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...extra,
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xc0, frame),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
    Buffer.from([0xff, 0xd9]),
  ])
}

export const exif = (words: string) => segment(0xe1, Buffer.from(`Exif\0\0${words}`))

/** Two pictures, one after the other. */
export function gif(): Buffer {
  const screen = Buffer.from('GIF89a\x04\0\x03\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  const control = Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0])
  const picture = (value: number) => Buffer.from([0x2c, 0, 0, 0, 0, 4, 0, 3, 0, 0, 2, 2, 0x44, value, 0])
  const comment = Buffer.from('\x21\xfe\x05HOME!\0', 'latin1')
  return Buffer.concat([screen, comment, control, picture(1), control, picture(2), Buffer.from([0x3b])])
}

/** One page for each text; null is a page without any. `more` is put into the trailer. */
export function pdf(pages: readonly (string | null)[], more = ''): Buffer {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>']
  const kids: string[] = []
  for (const text of pages) {
    const content = text === null ? '0 0 10 10 re f' : `BT /F1 12 Tf 20 700 Td (${text}) Tj ET`
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`)
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    )
    kids.push(`${objects.length} 0 R`)
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`
  return pdfOf(
    objects.map((one) => Buffer.from(one, 'latin1')),
    more,
  )
}

function pdfOf(objects: readonly Buffer[], more = ''): Buffer {
  let body = Buffer.from('%PDF-1.4\n')
  const places: number[] = []
  objects.forEach((object, index) => {
    places.push(body.length)
    body = Buffer.concat([body, Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${more} >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.concat([body, Buffer.from(end)])
}

/** A small file whose one page unpacks to this many bytes. */
export function pdfBomb(bytes: number): Buffer {
  const once = deflateSync(deflateSync(Buffer.alloc(bytes, 0x20), { level: 9 }), { level: 9 })
  return pdfOf([
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [4 0 R] /Count 1 >>'),
    Buffer.concat([
      Buffer.from(`<< /Length ${once.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
      once,
      Buffer.from('\nendstream'),
    ]),
    Buffer.from('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R >>'),
  ])
}

/** Of a file that asks for a password nobody has. */
export const encrypted = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> /P -4 >> /ID [<${'43'.repeat(16)}> <${'43'.repeat(16)}>]`
