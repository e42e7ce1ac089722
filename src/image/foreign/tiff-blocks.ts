/**
 * The strips and tiles of a TIFF, decoded to their end or not at all. geotiff's own decoders fill what is missing, and
 * its LZW decoder does not end on some damaged data.
 */
import { addDecoder, BaseDecoder, type GeoTIFFImage } from 'geotiff';

type Tags = GeoTIFFImage['fileDirectory'];

/** Compression tags: none, LZW, Deflate and its older number, PackBits. */
const decoders: readonly (readonly [
  number[],
  (bytes: Uint8Array, most: number) => Uint8Array | Promise<Uint8Array>,
])[] = [
  [[1], (bytes) => bytes],
  [[5], unlzw],
  [[8, 32946], inflated],
  [[32773], unpacked],
];

interface Shape {
  readonly rowBytes: number;
  readonly rows: number;
  /** The last strip may be shorter; a tile is not. */
  readonly isTile: boolean;
}

type BlockParameters = ConstructorParameters<typeof BaseDecoder>[0] & Shape;

/** Replaces geotiff's decoders by strict ones. */
export function useStrictDecoders(): void {
  for (const [compressions, decode] of decoders) {
    addDecoder(
      compressions,
      () => Promise.resolve(strict(decode)),
      async (tags) => {
        const value = async (name: Parameters<Tags['loadValue']>[0]): Promise<number> =>
          Number((await tags.loadValue(name)) ?? 0);
        const isTile = !tags.hasTag('StripOffsets');
        const bits = Array.from((await tags.loadValue('BitsPerSample')) as ArrayLike<number>);
        const planar = (await value('PlanarConfiguration')) || 1;
        const tileWidth = await value(isTile ? 'TileWidth' : 'ImageWidth');
        const height = await value('ImageLength');
        const tileHeight = isTile ? await value('TileLength') : (await value('RowsPerStrip')) || height;
        const perPixel = planar === 1 ? bits.reduce((sum, each) => sum + each, 0) : (bits[0] ?? 8);
        return {
          tileWidth,
          tileHeight,
          planarConfiguration: planar,
          bitsPerSample: bits,
          predictor: (await value('Predictor')) || 1,
          rowBytes: Math.ceil((tileWidth * perPixel) / 8),
          rows: isTile ? tileHeight : Math.min(tileHeight, height),
          isTile,
        };
      },
      false,
    );
  }
}

function strict(decode: (typeof decoders)[number][1]): typeof BaseDecoder {
  return class extends BaseDecoder {
    override async decodeBlock(buffer: ArrayBufferLike): Promise<ArrayBufferLike> {
      const { rowBytes, rows, isTile } = this.parameters as BlockParameters;
      const found = await decode(new Uint8Array(buffer), rowBytes * rows);
      const whole = found.length % rowBytes === 0 && found.length > 0;
      if (!whole || found.length > rowBytes * rows || (isTile && found.length < rowBytes * rows)) {
        throw new Error(`${found.length} bytes in rows of ${rowBytes}`);
      }
      return found.slice().buffer;
    }
  };
}

/** Deflate with its checksum. */
async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** PackBits (TIFF 6.0, section 9). @param most bytes that it may decode to */
function unpacked(bytes: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  let [at, to] = [0, 0];
  while (at < bytes.length && to < most) {
    const head = bytes[at++] ?? 0;
    // 128 says nothing.
    if (head === 128) continue;
    const count = head < 128 ? head + 1 : 257 - head;
    const from = at;
    at += head < 128 ? count : 1;
    if (at > bytes.length || to + count > most) throw new Error(`PackBits: a run ends outside at ${from}`);
    if (head < 128) out.set(bytes.subarray(from, at), to);
    else out.fill(bytes[from] ?? 0, to, to + count);
    to += count;
  }
  return out.subarray(0, to);
}

const clear = 256;
const end = 257;

/** LZW with codes of 9 to 12 bits (TIFF 6.0, section 13). @param most bytes that it may decode to */
function unlzw(bytes: Uint8Array, most: number): Uint8Array {
  const out = new Uint8Array(most);
  // An entry is a piece of what was written, one byte longer than the one it comes from.
  const starts = new Uint32Array(4096);
  const lengths = new Uint32Array(4096);
  let [bits, next, to, bit] = [9, 258, 0, 0];
  let before: { from: number; length: number } | undefined;
  for (;;) {
    if (bit + bits > 8 * bytes.length) {
      if (to === most) return out;
      throw new Error(`LZW: ends after ${to} of ${most} bytes`);
    }
    const byte = bit >> 3;
    const window = ((bytes[byte] ?? 0) << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0);
    const code = (window >> (24 - (bit & 7) - bits)) & ((1 << bits) - 1);
    bit += bits;
    if (code === end) return out.subarray(0, to);
    if (code === clear) {
      [bits, next, before] = [9, 258, undefined];
      continue;
    }
    if (code > next || (code === next && !before)) throw new Error(`LZW: code ${code} of ${next}`);
    const from = to;
    const isNew = code === next && before;
    const source = code < clear ? undefined : isNew ? isNew.from : (starts[code] ?? 0);
    const length = source === undefined ? 1 : isNew ? isNew.length + 1 : (lengths[code] ?? 0);
    if (to + length > most) throw new Error(`LZW: more than ${most} bytes`);
    if (source === undefined) out[to] = code;
    // Byte by byte: a new entry reads what it is just writing.
    else for (let each = 0; each < length; each++) out[to + each] = out[source + each] ?? 0;
    to += length;
    if (before && next < 4096) {
      starts[next] = before.from;
      lengths[next] = before.length + 1;
      next += 1;
    }
    before = { from, length };
    if (next + 1 >= 1 << bits && bits < 12) bits += 1;
  }
}
