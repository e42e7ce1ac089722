import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviceFor, urgencies } from '../advice';
import type { ConditionKind } from '../pack/words';
import { pictureKinds } from '../picture-kind';
import type { Prediction } from '../prediction';
import { leadingPicture, visitAdvice, type AdvisedPicture } from './visit-advice';
import { noAnswers } from '../warning-signs';

const kindOf = (code: string): ConditionKind => (code === 'mel' ? 'malignant' : 'benign');

const reading = (part: Partial<Prediction> & { score?: number } = {}): Prediction => {
  const { score = 0.1, ...rest } = part;
  const point = { probability: score, threshold: 0.5, flagged: score >= 0.5 };
  return {
    accepted: true,
    top: 'nv',
    set: ['nv'],
    quality: [],
    operatingPoints: [{ id: 'screening', ...point }],
    ...rest,
  } as unknown as Prediction;
};
const calm = reading();
const urgent = reading({ top: 'mel', set: ['mel'], score: 0.9 });
const blurred = reading({ quality: ['blurred'] });
const refused = reading({ accepted: false });

type Pictured = AdvisedPicture & { readonly reading: Prediction };

const pictures = fc.array(
  fc.record({
    kind: fc.constantFrom(...pictureKinds),
    reading: fc.constantFrom(calm, urgent, blurred, refused, reading({ score: 0.6 })),
  }),
  { minLength: 1, maxLength: 12 },
) as unknown as fc.Arbitrary<[Pictured, ...Pictured[]]>;

describe('the advice of a visit', () => {
  const step = (...all: [AdvisedPicture, ...AdvisedPicture[]]) => visitAdvice(all, kindOf).step;

  it('is the most urgent of its pictures', () => {
    expect(step({ kind: 'close-up', reading: calm }, { kind: 'dermatoscope', reading: urgent })).toBe('soon');
    expect(step({ kind: 'dermatoscope', reading: urgent }, { kind: 'close-up', reading: calm })).toBe('soon');
  });

  it('is calm where a better picture follows on one that tells nothing', () => {
    expect(step({ kind: 'close-up', reading: blurred }, { kind: 'close-up', reading: calm })).toBe('watch');
  });

  it('is not calmed by an overview, and raised by one', () => {
    expect(step({ kind: 'overview', reading: calm }, { kind: 'close-up', reading: blurred })).toBe(
      'cannot-tell',
    );
    expect(step({ kind: 'overview', reading: urgent }, { kind: 'close-up', reading: calm })).toBe('soon');
    expect(step({ kind: 'overview', reading: refused }, { kind: 'close-up', reading: calm })).toBe('watch');
    expect(step({ kind: 'overview', reading: calm })).toBe('watch');
  });

  it('is that of the picture where there is one', () => {
    for (const kind of pictureKinds) {
      for (const one of [calm, urgent, blurred, refused]) {
        expect(visitAdvice([{ kind, reading: one }], kindOf)).toEqual(adviceFor(one, kindOf));
      }
    }
  });

  it('never falls by another picture that asks for a doctor, nor by a warning sign', () =>
    fc.assert(
      fc.property(pictures, (all) => {
        const rank = (urgency: (typeof urgencies)[number]) => urgencies.indexOf(urgency);
        const before = rank(visitAdvice(all, kindOf).step);
        for (const kind of pictureKinds) {
          expect(rank(visitAdvice([...all, { kind, reading: urgent }], kindOf).step)).toBe(rank('soon'));
        }
        const bleeding = visitAdvice(all, kindOf, { ...noAnswers, bleeding: 'yes' });
        expect(rank(bleeding.step)).toBeGreaterThanOrEqual(before);
        expect(bleeding.step).toBe('soon');
        for (const { reading: one, kind } of all) {
          const own = adviceFor(one, kindOf).step;
          if (own === 'weeks' || own === 'soon' || kind !== 'overview') {
            expect(before).toBeGreaterThanOrEqual(rank(own));
          }
        }
      }),
    ));
});

describe('the picture that stands for a visit', () => {
  it('is the one with the highest score, not an overview that says nothing', () => {
    const overview = { kind: 'overview', reading: reading({ score: 0.4 }) } as const;
    const close = { kind: 'close-up', reading: calm } as const;
    const worse = { kind: 'dermatoscope', reading: reading({ score: 0.3 }) } as const;
    const leading = (...all: [Pictured, ...Pictured[]]) => leadingPicture(all);
    expect(leading(overview, close, worse)).toBe(worse);
    expect(leading(overview, { kind: 'close-up', reading: refused })).toBe(overview);
    expect(leading(close, { kind: 'overview', reading: urgent })).toMatchObject({ kind: 'overview' });
  });

  it('is one of them, and one in which a lesion was seen where there is any', () =>
    fc.assert(
      fc.property(pictures, (all) => {
        const leading = leadingPicture(all);
        expect(all).toContain(leading);
        expect(leading.reading.accepted).toBe(all.some((each) => each.reading.accepted));
      }),
    ));
});
