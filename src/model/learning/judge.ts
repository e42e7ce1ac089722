/** Compares a new head with the shipped one, on corrections that it did not learn from and on the bank. */
import type { HeadCalibration, HeadWeights, LearningReport } from '../../domain/learning/head';
import { readDomains, type Manifest } from '../../domain/pack/manifest';
import type { PictureDomain } from '../../domain/prediction';
import { calibrationFor, type Calibration } from '../calibration';
import { lesionsByCondition } from '../../domain/learning/corrections';
import type { Bank } from './bank';
import { countOf, halfOfBank, type Cases } from './cases';
import { answerOf, atLevel, changesOf, refusalsOf } from './guard';
import { logitsOf, type Layer } from './layer';
import { recalibrated, type Said } from './recalibrate';

/** What the bank counts where a temperature is chosen, as in training. */
const borrowed = 100;
/** Conditions with fewer entries in the bank's held-out half are named. */
const fewEntries = 50;

export interface JudgedTask {
  readonly manifest: Manifest;
  readonly corrections: Cases;
  readonly bank: Bank;
  readonly shipped: Layer;
  readonly seed?: number;
}

/** What a head says of a correction: indices of conditions. */
interface Answer {
  readonly before: number;
  /** By a head that did not learn from this lesion. */
  readonly after: number;
}

export interface Learnt {
  readonly head: HeadWeights;
  readonly report: LearningReport;
  /** By correction. */
  readonly answers: readonly Answer[];
}

/** What a head says of each case. */
export function saidBy(layer: Layer, cases: Cases): Said {
  return {
    cases,
    logits: cases.lesions.map((_, at) => logitsOf(layer, cases.embeddings, at * cases.dimension)),
  };
}

/**
 * The head with the guard's report.
 * @param unseen what heads say of the corrections that did not learn from them
 * @param calibration how its numbers are read; chosen on the cases when absent
 */
export function judge(
  { manifest, corrections, bank, shipped, seed = 1 }: JudgedTask,
  layer: Layer,
  unseen: Said,
  calibration?: HeadCalibration,
): Learnt {
  const judging = halfOfBank(bank, true, borrowed);
  const before = [saidBy(shipped, corrections), saidBy(shipped, judging)] as const;
  const after = [unseen, saidBy(layer, judging)] as const;
  const codes = manifest.classes.map(({ code }) => code);
  const calibrationOf = (domain: PictureDomain): Calibration => calibrationFor(manifest, domain, 'plain');
  const domains = readDomains(manifest);
  const readBy = calibration ?? recalibrated(before, after, codes, domains, calibrationOf);
  const changes = changesOf(before, after, seed);
  const [point] = calibrationOf(domains[0]).operatingPoints;
  const alertOf = (at: 0 | 1): LearningReport['alert']['bank'] =>
    point
      ? atLevel(before[at], after[at], codes, calibrationOf, readBy, point)
      : { sensitivity: null, specificity: null };
  const alert = { corrections: alertOf(0), bank: alertOf(1) };
  const named = Array.from(corrections.truth, (truth, at) => ({
    code: codes[truth] ?? '',
    lesion: corrections.lesions[at] ?? '',
  }));
  const { truth } = judging;
  return {
    head: {
      pack: { id: manifest.id, version: manifest.version },
      ...layer,
      calibration: readBy,
    },
    report: {
      lesions: new Set(corrections.lesions).size,
      pictures: countOf(corrections),
      conditions: lesionsByCondition(named),
      ...changes,
      alert,
      fewInBank: codes.filter((_, index) => truth.filter((each) => each === index).length < fewEntries),
      refusals: refusalsOf(changes.corrections, changes.bank, alert),
    },
    answers: before[0].logits.map((logits, at) => ({
      before: answerOf(logits),
      after: answerOf(after[0].logits[at] ?? []),
    })),
  };
}
