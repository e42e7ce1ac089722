/** Whether a PNG's chunks carry what their checksums say, and its data fill all rows. */
import { ascii, u32 } from '../../domain/picture-header/bytes';
import { damaged, whole, type Wholeness } from './state';
import { Turns } from './turns';

export async function checkPng(bytes: Uint8Array): Promise<Wholeness> {
  const data: Uint8Array[] = [];
  const turns = new Turns();
  let rows = 0;
  for (let at = 8; ;) {
    await turns.pass();
    const length = u32(bytes, at);
    const end = at + 12 + length;
    if (end > bytes.length) return damaged('ends within a chunk');
    const type = ascii(bytes, at + 4, 4);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== u32(bytes, end - 4))
      return damaged(`wrong checksum of ${type}`);
    const content = bytes.subarray(at + 8, end - 4);
    if (type === 'IHDR') rows = rawLength(content);
    if (type === 'IDAT') data.push(content);
    if (type === 'IEND') break;
    at = end;
  }
  return (await inflatesTo(data, rows)) ? whole : damaged(`less than ${rows} bytes of rows`);
}

/** Most bits of a pixel by colour type, as multiples of its depth. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** First column, first row, and distance of columns and rows of each pass of an interlaced picture. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Bytes of all rows before compression. */
function rawLength(header: Uint8Array): number {
  const width = u32(header, 0);
  const height = u32(header, 4);
  const bits = (header[8] ?? 0) * (channels[header[9] ?? 0] ?? 0);
  const isInterlaced = header[12] === 1;
  const parts = isInterlaced ? passes : ([[0, 0, 1, 1]] as const);
  let length = 0;
  for (const [left, top, across, down] of parts) {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    if (columns > 0 && rows > 0) length += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  return length;
}

/** Whether compressed data hold at least so many bytes; reads no further. */
async function inflatesTo(parts: readonly Uint8Array[], length: number): Promise<boolean> {
  const compressed = new Blob(parts as Uint8Array<ArrayBuffer>[]).stream();
  const reader = compressed.pipeThrough(new DecompressionStream('deflate')).getReader();
  let read = 0;
  try {
    while (read < length) {
      const { value, done } = await reader.read();
      if (done) return false;
      read += value.length;
    }
    return true;
  } catch {
    return false;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
