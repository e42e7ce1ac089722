/** The pack's bank: training embeddings of every condition, as `bank.bin` holds them. */
import { Failure } from '../../failure';
import type { PackBank } from '../../domain/pack/manifest';
import type { PictureDomain } from '../../domain/prediction';

export interface Bank {
  readonly count: number;
  readonly dimension: number;
  /** `count * dimension` values, an entry together. */
  readonly embeddings: Float32Array;
  /** Index into the pack's conditions, by entry. */
  readonly conditions: Uint8Array;
  readonly domains: readonly PictureDomain[];
  /** 1 where an entry is kept from learning, so that it can judge. */
  readonly heldOut: Uint8Array;
}

/**
 * Little-endian: scale and offset of each dimension as float32; then, as bytes, the entries' values, their
 * conditions, their sources, and whether they are held out.
 * @throws Failure `pack-damaged` when the bytes are not what the manifest says
 */
export function decodeBank(bytes: ArrayBuffer, listed: PackBank): Bank {
  const { count, dimension, sources } = listed;
  const expected = 8 * dimension + count * (dimension + 3);
  if (bytes.byteLength !== expected) {
    throw new Failure('pack-damaged', `${listed.path}: ${bytes.byteLength} of ${expected} bytes`);
  }
  const view = new DataView(bytes);
  const floats = (from: number): Float32Array =>
    Float32Array.from({ length: dimension }, (_, at) => view.getFloat32(from + 4 * at, true));
  const scale = floats(0);
  const offset = floats(4 * dimension);
  const values = new Uint8Array(bytes, 8 * dimension, count * dimension);
  const rest = 8 * dimension + count * dimension;
  const part = (place: number): Uint8Array => new Uint8Array(bytes, rest + place * count, count);
  return {
    count,
    dimension,
    embeddings: Float32Array.from(values, (value, at) => {
      const place = at % dimension;
      return value * (scale[place] ?? 0) + (offset[place] ?? 0);
    }),
    conditions: part(0),
    domains: Array.from(part(1), (source) => {
      const found = sources[source];
      if (!found) throw new Failure('pack-damaged', `${listed.path}: no source ${source}`);
      return found.domain;
    }),
    heldOut: part(2),
  };
}
