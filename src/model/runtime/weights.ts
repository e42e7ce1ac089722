/**
 * The pack's weight file: one tensor after another, each in the narrowest number that it bears.
 * Everything is decoded to float32 or int32 here, once, when a pack is loaded.
 */
import * as v from 'valibot';
import { Failure } from '../../failure';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const WeightSpecSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  shape: v.array(count),
  dtype: v.picklist(['float32', 'int32']),
  /** How the values are stored in the file; `int8` has a float32 scale per channel of the last axis. */
  encoding: v.picklist(['float32', 'float16', 'int8', 'int32']),
  /** Number of scales before the values; `int8` only, equal to the last axis. */
  channels: v.optional(count),
  /** First byte in the file, a multiple of 4, and number of bytes. */
  offset: count,
  bytes: count,
});

export type WeightSpec = v.InferOutput<typeof WeightSpecSchema>;

/** A decoded tensor: the values are a view of one buffer that all tensors of a pack share. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: WeightSpec['dtype'];
}

export interface DecodedWeights {
  readonly weights: readonly Weight[];
  /** The tensors' values one after another, in the order of `weights`, 4 bytes each. */
  readonly data: ArrayBuffer;
}

const bytesPerValue = { float32: 4, float16: 2, int8: 1, int32: 4 } as const;

/**
 * Decodes every tensor of a weight file. Like tfjs, it assumes a little-endian machine.
 * @param file the whole of weights.bin
 * @throws Failure `pack-damaged` when a spec contradicts itself or reaches beyond the file
 */
export function decodeWeights(specs: readonly WeightSpec[], file: ArrayBuffer): DecodedWeights {
  // All specs are checked before any memory is asked for; each value then has a byte in the file.
  const sizes = specs.map((spec) => checkedSize(spec, file.byteLength));
  const data = new ArrayBuffer(4 * sizes.reduce((sum, size) => sum + size, 0));
  let start = 0;
  specs.forEach((spec, index) => {
    const size = sizes[index] ?? 0;
    decodeTensor(spec, size, file, data, start);
    start += 4 * size;
  });
  return { weights: specs.map(({ name, shape, dtype }) => ({ name, shape, dtype })), data };
}

/** Number of values of a tensor whose spec fits itself and the file. */
function checkedSize(spec: WeightSpec, fileBytes: number): number {
  const { name, shape, dtype, encoding, channels, offset, bytes } = spec;
  const size = shape.reduce((product, length) => product * length, 1);
  const scales = encoding === 'int8' ? (channels ?? 0) : 0;
  const complain = (what: string): never => {
    throw new Failure('pack-damaged', `weight ${name}: ${what}`);
  };
  if ((encoding === 'int32') !== (dtype === 'int32')) complain(`${encoding} cannot hold ${dtype}`);
  if (encoding === 'int8' && (scales === 0 || scales !== shape.at(-1))) {
    complain(`${scales} scales for shape ${shape.join('x')}`);
  }
  if (offset % 4 !== 0) complain(`offset ${offset} is no multiple of 4`);
  if (bytes !== 4 * scales + size * bytesPerValue[encoding]) {
    complain(`${bytes} bytes for shape ${shape.join('x')} in ${encoding}`);
  }
  if (offset + bytes > fileBytes) complain(`ends at ${offset + bytes} of ${fileBytes} bytes`);
  return size;
}

function decodeTensor(
  spec: WeightSpec,
  size: number,
  file: ArrayBuffer,
  data: ArrayBuffer,
  start: number,
): void {
  const { encoding, offset } = spec;
  switch (encoding) {
    case 'float32':
    case 'int32':
      new Uint32Array(data, start, size).set(new Uint32Array(file, offset, size));
      break;
    case 'float16':
      widenHalves(new Uint16Array(file, offset, size), new Uint32Array(data, start, size));
      break;
    case 'int8': {
      const channels = spec.channels ?? 0;
      scaleChannels(
        new Int8Array(file, offset + 4 * channels, size),
        new Float32Array(file, offset, channels),
        new Float32Array(data, start, size),
      );
    }
  }
}

/** value = quantised * scale of its channel; the channel is the last axis. */
function scaleChannels(quantised: Int8Array, scales: Float32Array, values: Float32Array): void {
  const channels = scales.length;
  for (let row = 0; row < values.length; row += channels) {
    for (let channel = 0; channel < channels; channel++) {
      values[row + channel] = (quantised[row + channel] ?? 0) * (scales[channel] ?? 0);
    }
  }
}

/** IEEE 754 binary16 to binary32, bit by bit (section 3.6, table 3.5: 5 exponent and 10 fraction bits). */
function widenHalves(halves: Uint16Array, bits: Uint32Array): void {
  for (let i = 0; i < halves.length; i++) bits[i] = widenHalf(halves[i] ?? 0);
}

function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: fraction * 2^-24, which binary32 holds as a normal number.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
