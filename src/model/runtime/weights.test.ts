import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { decodeWeights, type WeightSpec } from './weights';

interface Tensor {
  name: string;
  shape: number[];
  encoding: WeightSpec['encoding'];
  /** Exactly representable in `encoding` (with `scales`). */
  values: number[];
  scales?: number[];
}

/** The counterpart of the decoder: the file as the pack's maker lays it out. */
function encode(tensors: readonly Tensor[]): { specs: WeightSpec[]; file: ArrayBuffer } {
  const specs: WeightSpec[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { name, shape, encoding, values, scales = [] } of tensors) {
    const part = concatenate([bytesOf('float32', scales), bytesOf(encoding, values)]);
    specs.push({
      name,
      shape,
      dtype: encoding === 'int32' ? 'int32' : 'float32',
      encoding,
      ...(encoding === 'int8' ? { channels: scales.length } : {}),
      offset,
      bytes: part.length,
    });
    const padding = new Uint8Array((4 - (part.length % 4)) % 4);
    parts.push(part, padding);
    offset += part.length + padding.length;
  }
  return { specs, file: concatenate(parts).buffer };
}

function bytesOf(encoding: WeightSpec['encoding'], values: readonly number[]): Uint8Array {
  const size = { float32: 4, float16: 2, int8: 1, int32: 4 }[encoding];
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (encoding === 'float32') view.setFloat32(4 * i, value, true);
    else if (encoding === 'int32') view.setInt32(4 * i, value, true);
    else if (encoding === 'int8') view.setInt8(i, value);
    else view.setUint16(2 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The value of a binary16, from its definition. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const name = fc.string({ minLength: 1, maxLength: 8 });

function tensorOf(encoding: WeightSpec['encoding'], value: fc.Arbitrary<number>): fc.Arbitrary<Tensor> {
  return fc.tuple(name, shape).chain(([tensorName, dimensions]) => {
    const size = dimensions.reduce((a, b) => a * b, 1);
    const channels = dimensions.at(-1) ?? 1;
    return fc.record({
      name: fc.constant(tensorName),
      shape: fc.constant(dimensions),
      encoding: fc.constant(encoding),
      values: fc.array(value, { minLength: size, maxLength: size }),
      ...(encoding === 'int8'
        ? { scales: fc.array(fc.float({ noNaN: true }), { minLength: channels, maxLength: channels }) }
        : {}),
    });
  });
}

const tensor = fc.oneof(
  tensorOf('float32', fc.float()),
  tensorOf('float16', fc.integer({ min: 0, max: 0xffff })),
  tensorOf('int8', fc.integer({ min: -127, max: 127 })),
  tensorOf('int32', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
);

describe('decodeWeights', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.array(tensor, { maxLength: 6 }), (tensors) => {
        const { specs, file } = encode(tensors);
        const { weights, data } = decodeWeights(specs, file);
        expect(weights.map((weight) => weight.name)).toEqual(tensors.map((each) => each.name));
        let start = 0;
        for (const { encoding, values, scales } of tensors) {
          const decoded =
            encoding === 'int32'
              ? new Int32Array(data, start, values.length)
              : new Float32Array(data, start, values.length);
          const expected = values.map((value, i) => {
            if (encoding === 'float16') return Math.fround(halfValue(value));
            if (encoding === 'int8') return Math.fround(value * (scales?.[i % scales.length] ?? NaN));
            return value;
          });
          expect([...decoded]).toEqual(expected);
          start += 4 * values.length;
        }
        expect(start).toBe(data.byteLength);
      }),
    );
  });

  it('decodes every half-precision number', () => {
    const values = Array.from({ length: 0x10000 }, (_, half) => half);
    const { specs, file } = encode([{ name: 'all', shape: [0x10000], encoding: 'float16', values }]);
    expect([...new Float32Array(decodeWeights(specs, file).data)]).toEqual(values.map(halfValue));
  });

  it('never reads beyond the file, whatever the specs say', () => {
    const anyNumber = fc.oneof(fc.nat(64), fc.maxSafeNat(), fc.constantFrom(4, 8, 12, 2 ** 31, 2 ** 53 - 1));
    const anySpec: fc.Arbitrary<WeightSpec> = fc.record(
      {
        name,
        shape: fc.array(anyNumber, { maxLength: 4 }),
        dtype: fc.constantFrom('float32', 'int32'),
        encoding: fc.constantFrom('float32', 'float16', 'int8', 'int32'),
        channels: anyNumber,
        offset: anyNumber,
        bytes: anyNumber,
      },
      { requiredKeys: ['name', 'shape', 'dtype', 'encoding', 'offset', 'bytes'] },
    );
    fc.assert(
      fc.property(fc.array(anySpec, { minLength: 1, maxLength: 3 }), fc.nat(64), (specs, bytes) => {
        try {
          const { data } = decodeWeights(specs, new ArrayBuffer(bytes));
          // What was accepted has at least one byte of the file for each value.
          expect(data.byteLength).toBeLessThanOrEqual(4 * bytes * specs.length);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure);
          expect((thrown as Failure).code).toBe('pack-damaged');
        }
      }),
    );
  });

  it('refuses a sound file with any one number of its specs changed', () => {
    const field = fc.constantFrom('offset', 'bytes', 'channels', 'shape' as const);
    fc.assert(
      fc.property(tensor, field, fc.integer({ min: 1, max: 1000 }), (each, changed, by) => {
        const { specs, file } = encode([each]);
        const spec = specs[0];
        if (!spec || (changed === 'channels' && spec.channels === undefined)) return;
        const broken =
          changed === 'shape'
            ? { ...spec, shape: [...spec.shape.slice(0, -1), (spec.shape.at(-1) ?? 0) + by] }
            : { ...spec, [changed]: (spec[changed] ?? 0) + by };
        expect(() => decodeWeights([broken], file)).toThrow(Failure);
      }),
    );
  });

  it('refuses a file that was cut short', () => {
    fc.assert(
      fc.property(tensor, fc.nat(), (each, cut) => {
        const { specs, file } = encode([each]);
        const bytes = specs[0]?.bytes ?? 0;
        expect(() => decodeWeights(specs, file.slice(0, cut % bytes))).toThrow(/pack-damaged/);
      }),
    );
  });
});
