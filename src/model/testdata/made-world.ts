/**
 * A small world to learn in: three conditions around centres of nine channels, a bank of them, a head that is right
 * in most of it, and a clinic. Its camera may shift every picture towards the first condition, and shows in the last
 * channel, by which that can be learnt.
 */
import { seeded } from '../../domain/seeded';
import type { Bank } from '../learning/bank';
import type { Cases } from '../learning/cases';
import type { Layer } from '../learning/layer';
import type { Manifest } from '../../domain/pack/manifest';
import { tinyManifest } from './tiny-pack';

const dimension = 10;
const camera = dimension - 1;
/** As large as the network's: what a weight does beside the pull depends on it. */
const scale = 4;
const conditions = 3;
const cancer = 2;
const perCondition = 120;

interface WorldOptions {
  readonly seed: number;
  /** How far the clinic's camera moves its pictures. */
  readonly shift: number;
  /** Pictures in the clinic. */
  readonly count?: number;
}

interface ClinicOptions {
  readonly seed?: number;
  readonly findings?: 'right' | 'chance' | 'cancer-is-benign';
  /** In the opposite order. */
  readonly turned?: boolean;
}

export interface MadeWorld {
  readonly manifest: Manifest;
  readonly bank: Bank;
  readonly shipped: Layer;
  readonly corrections: (options?: ClinicOptions) => Cases;
}

export function madeWorld({ seed, shift, count = 120 }: WorldOptions): MadeWorld {
  const centre = (condition: number): number[] =>
    Array.from({ length: dimension }, (_, channel) =>
      channel !== camera && channel % conditions === condition ? scale : 0,
    );
  const near = (at: readonly number[], random: () => number): number[] =>
    at.map((value, channel) => {
      const noise = channel === camera ? 0.1 : 0.8;
      return value + noise * scale * (random() + random() + random() - 1.5);
    });

  const random = seeded(seed);
  const entries = Array.from({ length: perCondition * conditions }, (_, at) => at % conditions);
  const bank: Bank = {
    count: entries.length,
    dimension,
    embeddings: Float32Array.from(entries.flatMap((condition) => near(centre(condition), random))),
    conditions: Uint8Array.from(entries),
    domains: entries.map(() => 'dermatoscope'),
    heldOut: Uint8Array.from(entries, (_, at) => Math.floor(at / conditions) % 2),
  };
  const shipped: Layer = {
    kernel: Float32Array.from({ length: dimension * conditions }, (_, at) => {
      const channel = Math.floor(at / conditions);
      return channel !== camera && channel % conditions === at % conditions ? 1 / scale : 0;
    }),
    bias: new Float32Array(conditions),
  };
  return { manifest: manifestOf(), bank, shipped, corrections };

  function corrections({
    seed: other = seed,
    findings = 'right',
    turned = false,
  }: ClinicOptions = {}): Cases {
    const chance = seeded(other + 1000);
    const pictures = Array.from({ length: count }, (_, at) => {
      const condition = at % conditions;
      const values = near(centre(condition), chance).map((value, channel) => {
        const towards = channel === camera || channel % conditions === 0;
        return towards ? value + shift * scale : value;
      });
      const found =
        findings === 'chance'
          ? Math.floor(chance() * conditions)
          : findings === 'cancer-is-benign' && condition === cancer
            ? 0
            : condition;
      return { values, found, lesion: `lesion ${at}` };
    });
    const all = turned ? pictures.reverse() : pictures;
    return {
      embeddings: Float32Array.from(all.flatMap(({ values }) => values)),
      dimension,
      truth: Uint8Array.from(all, ({ found }) => found),
      weights: new Float32Array(count).fill(1),
      domains: all.map(() => 'dermatoscope'),
      lesions: all.map(({ lesion }) => lesion),
    };
  }
}

function manifestOf(): Manifest {
  const base = tinyManifest();
  const kinds = ['benign', 'benign', 'malignant'] as const;
  return {
    ...base,
    classes: ['one', 'two', 'three'].map((code, at) => ({
      code,
      name: code,
      icd10: [],
      kind: kinds[at] ?? 'benign',
      advice: 'benign',
    })),
    calibration: {
      ...base.calibration,
      temperature: { dermatoscope: 1, phone: 1 },
      operatingPoints: [{ id: 'screening', classes: ['three'], threshold: 0.3, sensitivity: 0.9 }],
    },
  };
}
