/** The first page of a TIFF: 8 or 16 bits, grey, palette, RGB, CMYK or YCbCr, in strips or tiles. */
import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff';
import { Failure } from '../../failure';
import { orientationOf } from '../decode/orientation';
import type { Decoded } from './decoded';
import { useStrictDecoders } from './tiff-blocks';

useStrictDecoders();

/** Photographs of a camera's sensor, for which only a preview could be shown. */
const rawTags = [50706, 33422];

/**
 * @param bytes a file whose size was checked
 * @throws Failure `picture-unsupported` for what is no picture of 8 or 16 bits, or whose compression is not known;
 *   `picture-damaged` for what cannot be read to its end
 */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const image = await firstPage(bytes);
  const { fileDirectory: tags } = image;
  const bits = image.getBitsPerSample(0);
  const isReduced = ((tags.getValue('NewSubfileType') ?? 0) & 1) === 1;
  const format = image.getSampleFormat(0);
  if (isReduced || rawTags.some((tag) => tags.hasTag(tag)) || (bits !== 8 && bits !== 16) || format !== 1) {
    throw new Failure('picture-unsupported', `TIFF of ${bits} bits, format ${format}`);
  }
  await requireBlocks(tags, bytes.length);
  const width = image.getWidth();
  const height = image.getHeight();
  const samples = await image.readRGB({ interleave: true, enableAlpha: true }).catch((thrown: unknown) => {
    throw refusal(thrown);
  });
  const channels = samples.length / (width * height);
  if (channels !== 3 && channels !== 4) throw new Failure('picture-unsupported', `${channels} channels`);
  return {
    width,
    height,
    rgba: inEightBits(samples, channels, samples instanceof Uint16Array ? 8 : 0),
    orientation: orientationOf(await tags.loadValue('Orientation')),
  };
}

/** A strip or tile that reaches beyond the file would be taken as shorter. */
async function requireBlocks(tags: GeoTIFFImage['fileDirectory'], end: number): Promise<void> {
  const kind = tags.hasTag('StripOffsets') ? 'Strip' : 'Tile';
  const [offsets, counts] = await Promise.all(
    ([`${kind}Offsets`, `${kind}ByteCounts`] as const).map((name) => tags.loadValue(name)),
  ).catch((thrown: unknown) => {
    throw refusal(thrown);
  });
  // A BigTIFF has bigints.
  type Integers = ArrayLike<number | bigint>;
  const all = Array.from((offsets ?? []) as Integers, Number);
  const isInside = (offset: number, at: number): boolean =>
    offset + Number((counts as Integers | undefined)?.[at] ?? Infinity) <= end;
  if (all.length === 0 || !all.every(isInside)) throw new Failure('picture-damaged', `TIFF: ends at ${end}`);
}

async function firstPage(bytes: Uint8Array<ArrayBuffer>): Promise<GeoTIFFImage> {
  try {
    return await (await fromArrayBuffer(bytes.buffer)).getImage(0);
  } catch (thrown) {
    throw new Failure('picture-damaged', `TIFF: ${String(thrown)}`, { cause: thrown });
  }
}

function refusal(thrown: unknown): Failure {
  const unknown = /unknown compression|photometric/i.test(String(thrown));
  return new Failure(unknown ? 'picture-unsupported' : 'picture-damaged', `TIFF: ${String(thrown)}`, {
    cause: thrown,
  });
}

/** @param shift bits by which a sample is too wide */
function inEightBits(
  samples: ArrayLike<number>,
  channels: 3 | 4,
  shift: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = samples.length / channels;
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel++, from += channels, to += 4) {
    rgba[to] = (samples[from] ?? 0) >> shift;
    rgba[to + 1] = (samples[from + 1] ?? 0) >> shift;
    rgba[to + 2] = (samples[from + 2] ?? 0) >> shift;
    rgba[to + 3] = channels === 4 ? (samples[from + 3] ?? 0) >> shift : 255;
  }
  return rgba;
}
