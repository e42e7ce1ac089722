import type { io } from '@tensorflow/tfjs-core';
import { goldenInput, readGolden, type Golden } from '../runtime/golden';
import { decodeGraph } from '../runtime/graph';
import type { Pack } from './pack';

/** A pack with its files decoded, as a backend takes it. */
export interface UnpackedPack {
  readonly pack: Pack;
  readonly artifacts: io.ModelArtifacts;
  readonly golden: Golden;
  /** The network's input of the self-test: `side * side * 3` values, -1..1. */
  readonly input: Float32Array;
}

/**
 * Decodes a pack's files; needs nothing of tfjs.
 * @throws Failure `pack-damaged`
 */
export function unpack(pack: Pack): UnpackedPack {
  const golden = readGolden(pack);
  return {
    pack,
    golden,
    input: goldenInput(golden, pack.manifest.input.width),
    artifacts: decodeGraph(pack),
  };
}
