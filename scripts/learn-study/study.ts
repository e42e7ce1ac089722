/** The study: more and more corrections of a clinic, with and without the bank, right and one in ten wrong. */
import { seeded, shuffled } from '../../src/domain/seeded.ts';
import type { Bank } from '../../src/model/learning/bank.ts';
import type { Cases } from '../../src/model/learning/cases.ts';
import { answerOf } from '../../src/model/learning/guard.ts';
import { learn } from '../../src/model/learning/learn.ts';
import { logitsOf, type Layer } from '../../src/model/learning/layer.ts';
import type { Refusal } from '../../src/domain/learning/head.ts';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import { part, type Clinic } from './clinics.ts';

const counts = [30, 60, 120, 200] as const;
/** Share of lesions that are tested on. */
const tested = 0.4;
const wrongShare = 0.1;

export interface Row {
  readonly clinic: string;
  /** Pictures that were corrected. */
  readonly corrections: number;
  readonly withBank: boolean;
  /** Whether one correction in ten is wrong. */
  readonly wrong: boolean;
  readonly repeat: number;
  readonly result: {
    readonly tested: number;
    /** Balanced accuracy on the lesions that were kept apart, 0..1. */
    readonly before: number;
    readonly after: number;
    /** The same on the bank's held-out half. */
    readonly bankBefore: number;
    readonly bankAfter: number;
    readonly refusals: readonly Refusal[];
  };
}

interface StudySetup {
  readonly manifest: Manifest;
  readonly bank: Bank;
  readonly shipped: Layer;
  readonly clinics: readonly Clinic[];
  readonly repeats: number;
}

/** @param skips rows that are there already */
export async function* study(
  { manifest, bank, shipped, clinics, repeats }: StudySetup,
  skips: (row: Omit<Row, 'result'>) => boolean,
): AsyncGenerator<Row> {
  const { signal } = new AbortController();
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const clinic of clinics) {
      const { test, pool } = divided(clinic, repeat);
      for (const corrections of counts.filter((count) => count <= pool.length)) {
        for (const withBank of [true, false]) {
          for (const wrong of [false, true]) {
            const planned = { clinic: clinic.name, corrections, withBank, wrong, repeat };
            if (skips(planned)) continue;
            const own = part(clinic.cases, pool.slice(0, corrections));
            const { head, report } = await learn(
              {
                manifest,
                bank,
                shipped,
                corrections: wrong ? withMistakes(own, repeat) : own,
                ...(withBank ? {} : { weightOfBank: 0 }),
              },
              { signal },
            );
            yield {
              ...planned,
              result: {
                tested: test.lesions.length,
                before: balancedAccuracy(shipped, test),
                after: balancedAccuracy(head, test),
                bankBefore: report.bank.before,
                bankAfter: report.bank.after,
                refusals: report.refusals,
              },
            };
          }
        }
      }
    }
  }
}

/** Lesions to test on, and the places of the pictures that are corrected, in the order in which they are. */
function divided({ cases, testOnly }: Clinic, repeat: number): { test: Cases; pool: number[] } {
  const order = shuffled([...new Set(cases.lesions)].sort(), seeded(repeat));
  const known = testOnly.some(Boolean);
  const kept = new Set(known ? [] : order.slice(0, Math.round(tested * order.length)));
  const isTest = (at: number): boolean => (known ? testOnly[at] === true : kept.has(cases.lesions[at] ?? ''));
  const rank = new Map(order.map((lesion, place) => [lesion, place]));
  const places = Array.from(cases.truth, (_, at) => at);
  const pool = places
    .filter((at) => !isTest(at))
    .sort((a, b) => (rank.get(cases.lesions[a] ?? '') ?? 0) - (rank.get(cases.lesions[b] ?? '') ?? 0));
  return { test: part(cases, places.filter(isTest)), pool };
}

/** One finding in ten is that of another picture. */
function withMistakes(cases: Cases, seed: number): Cases {
  const random = seeded(seed + 500);
  const places = shuffled(Array.from(cases.truth.keys()), random);
  const mistaken = new Set(places.slice(0, Math.round(wrongShare * places.length)));
  const truth = cases.truth.map((right, at) => {
    if (!mistaken.has(at)) return right;
    const others = [...cases.truth].filter((each) => each !== right);
    return others[Math.floor(random() * others.length)] ?? right;
  });
  return { ...cases, truth };
}

function balancedAccuracy(layer: Layer, { embeddings, dimension, truth }: Cases): number {
  const sums = new Map<number, { right: number; count: number }>();
  truth.forEach((condition, at) => {
    const sum = sums.get(condition) ?? { right: 0, count: 0 };
    sum.count += 1;
    if (answerOf(logitsOf(layer, embeddings, at * dimension)) === condition) sum.right += 1;
    sums.set(condition, sum);
  });
  const shares = [...sums.values()].map(({ right, count }) => right / count);
  return shares.reduce((total, share) => total + share, 0) / shares.length;
}
