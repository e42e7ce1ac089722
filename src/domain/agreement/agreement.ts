/** How a clinician's own impressions compare with the model: how often they agree, and who was right. */
import type { Impression } from '../impression';
import { pairedDifference, mcNemar, sharesOf, wilson, type Interval, type Pairs, type Share } from './shares';

/** What is taken of a visit. */
export interface ComparedVisit {
  readonly impression: Impression | undefined;
  readonly accepted: boolean;
  /** Whether the first picture reached the alert level. */
  readonly flagged: boolean;
  /** Code of the likeliest condition. */
  readonly top: string;
  /** A condition's code; empty for a finding outside the pack's conditions, undefined without histology. */
  readonly histology: string | undefined;
}

/** How an impression of "unsure" counts: as suspicious, because the person would not be sent home, or not at all. */
export type UnsureRule = 'suspicious' | 'left-out';

/** A share with its 95 % interval. */
interface Estimate extends Share {
  /** 0..1; NaN where `n` is 0. */
  readonly value: number;
  readonly interval: Interval;
}

/** Two answers about the same cases. */
export interface Comparison {
  readonly own: Estimate;
  readonly model: Estimate;
  /** `first` is the clinician, `second` the model. */
  readonly pairs: Pairs;
  /** The clinician's share less the model's. */
  readonly difference: { readonly value: number; readonly interval: Interval };
  /** McNemar's exact p. */
  readonly p: number;
}

export interface Agreement {
  /** Visits with an impression from before the result, of which the model saw the lesion. */
  readonly compared: number;
  /** Of what had an impression: what is not compared, and why. */
  readonly leftOut: { readonly afterResult: number; readonly refused: number };
  /** How often each impression met a result below and above the alert level; `unsure` always in a row of its own. */
  readonly table: Readonly<Record<Impression['view'], { readonly below: number; readonly above: number }>>;
  /** Suspicious and above the alert level, or benign and below it. */
  readonly agreed: Estimate;
  /** Where a condition was named: how often it was the model's likeliest. The most frequent first. */
  readonly conditions: readonly { readonly code: string; readonly agreed: Estimate }[];
  /** Of the compared visits, those whose histology names a condition. */
  readonly proven: number;
  /** Of the lesions whose histology is cancer or precancer, those called suspicious. */
  readonly sensitivity: Comparison;
  /** Of those whose histology is benign, those not called suspicious. */
  readonly specificity: Comparison;
}

/** @param isSuspicious whether a condition is cancer or precancer */
export function agreementOf(
  visits: readonly ComparedVisit[],
  isSuspicious: (code: string) => boolean,
  unsure: UnsureRule,
): Agreement {
  const given = visits.flatMap(({ impression, ...visit }) => (impression ? [{ ...visit, impression }] : []));
  const before = given.filter(({ impression }) => !impression.afterResult);
  const compared = before.filter(({ accepted }) => accepted);
  const decided = compared
    .filter(({ impression }) => unsure === 'suspicious' || impression.view !== 'unsure')
    .map((visit) => ({ ...visit, suspected: visit.impression.view !== 'benign' }));
  const named = new Set(compared.flatMap(({ impression: { code } }) => (code === null ? [] : [code])));
  const proven = decided.filter(({ histology }) => histology !== undefined && histology !== '');
  const diseased = proven.filter(({ histology = '' }) => isSuspicious(histology));
  const healthy = proven.filter(({ histology = '' }) => !isSuspicious(histology));
  return {
    compared: compared.length,
    leftOut: { afterResult: given.length - before.length, refused: before.length - compared.length },
    table: {
      benign: rowOf(compared, 'benign'),
      unsure: rowOf(compared, 'unsure'),
      suspicious: rowOf(compared, 'suspicious'),
    },
    agreed: shareOf(decided, ({ suspected, flagged }) => suspected === flagged),
    conditions: [...named]
      .map((code) => ({
        code,
        agreed: shareOf(
          compared.filter(({ impression }) => impression.code === code),
          ({ top }) => top === code,
        ),
      }))
      .sort((a, b) => b.agreed.n - a.agreed.n || (a.code < b.code ? -1 : 1)),
    proven: proven.length,
    sensitivity: compare(
      diseased,
      ({ suspected }) => suspected,
      ({ flagged }) => flagged,
    ),
    specificity: compare(
      healthy,
      ({ suspected }) => !suspected,
      ({ flagged }) => !flagged,
    ),
  };
}

function rowOf(
  visits: readonly { readonly impression: Impression; readonly flagged: boolean }[],
  view: Impression['view'],
): { below: number; above: number } {
  const of = visits.filter(({ impression }) => impression.view === view);
  const above = of.filter(({ flagged }) => flagged).length;
  return { below: of.length - above, above };
}

function estimateOf(share: Share): Estimate {
  return { ...share, value: share.hits / share.n, interval: wilson(share) };
}

function shareOf<T>(items: readonly T[], isHit: (item: T) => boolean): Estimate {
  return estimateOf({ hits: items.filter(isHit).length, n: items.length });
}

function compare<T>(
  items: readonly T[],
  ownIsRight: (item: T) => boolean,
  modelIsRight: (item: T) => boolean,
): Comparison {
  const count = (own: boolean, model: boolean): number =>
    items.filter((item) => ownIsRight(item) === own && modelIsRight(item) === model).length;
  const pairs: Pairs = {
    both: count(true, true),
    first: count(true, false),
    second: count(false, true),
    neither: count(false, false),
  };
  const { first, second } = sharesOf(pairs);
  return {
    own: estimateOf(first),
    model: estimateOf(second),
    pairs,
    difference: pairedDifference(pairs),
    p: mcNemar(pairs),
  };
}
