import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checklists } from '../test/warning-signs';
import { noAnswers, noToTheRest, warningSigns, type WarningSign } from './warning-signs';
import {
  atLeast,
  adviceFor,
  AdviceSchema,
  urgencies,
  waitsForAnswers,
  type AdvisedPrediction,
  type Urgency,
} from './advice';
import type { ConditionKind } from './pack/words';
import type { PlainResult } from './prediction';

const kinds: Readonly<Record<string, ConditionKind>> = {
  nv: 'benign',
  bkl: 'benign',
  akiec: 'premalignant',
  mel: 'malignant',
};
const kindOf = (code: string): ConditionKind => kinds[code] ?? 'malignant';

const point = (id: string, flagged: boolean) => ({ id, probability: 0.3, threshold: 0.5, flagged });

/** A clear reading of a mole. */
const calm: AdvisedPrediction = {
  accepted: true,
  top: 'nv',
  set: ['nv'],
  operatingPoints: [point('screening', false), point('balanced', false)],
  quality: [],
};
const screened = [point('screening', true), point('balanced', false)];
const balanced = [point('screening', true), point('balanced', true)];

const withSigns = (...signs: WarningSign[]) => ({
  ...noAnswers,
  ...Object.fromEntries(signs.map((sign) => [sign, 'yes'])),
});

describe('the reading alone', () => {
  it.each<[string, Partial<AdvisedPrediction>, Urgency, string[]]>([
    ['a clear mole', {}, 'watch', ['nothing-found']],
    ['two benign classes', { set: ['nv', 'bkl'] }, 'watch', ['nothing-found']],
    ['no lesion', { accepted: false }, 'cannot-tell', ['refused']],
    [
      'no lesion, but called melanoma',
      { accepted: false, top: 'mel', operatingPoints: balanced },
      'cannot-tell',
      ['refused'],
    ],
    ['a mole in a poor picture', { quality: ['blurred'] }, 'cannot-tell', ['poor-picture']],
    ['a mole that runs out of the frame', { quality: ['spot-cut'] }, 'watch', ['nothing-found']],
    ['a mole on which views agree', { views: { count: 8, agree: 6, range: [] } }, 'watch', ['nothing-found']],
    [
      'a mole on which views differ',
      { views: { count: 8, agree: 5, range: [] } },
      'cannot-tell',
      ['views-differ'],
    ],
    ['a mole over the screening threshold', { operatingPoints: screened }, 'weeks', ['screening-point']],
    ['a mole or a melanoma', { set: ['nv', 'mel'] }, 'weeks', ['open-class']],
    [
      'a keratosis that can become cancer',
      { top: 'akiec', set: ['akiec'] },
      'weeks',
      ['likely-premalignant'],
    ],
    [
      'a mole over both thresholds',
      { operatingPoints: balanced },
      'soon',
      ['balanced-point', 'screening-point'],
    ],
    ['a melanoma', { top: 'mel', set: ['mel'] }, 'soon', ['likely-malignant']],
    [
      'a melanoma in a poor picture',
      { top: 'mel', set: ['mel'], quality: ['blurred'] },
      'soon',
      ['poor-picture', 'likely-malignant'],
    ],
    [
      'a screening hit in a poor picture',
      { operatingPoints: screened, quality: ['too-dark'] },
      'weeks',
      ['poor-picture', 'screening-point'],
    ],
    ['a class that nobody knows', { top: 'xyz', set: ['xyz'] }, 'soon', ['likely-malignant']],
  ])('%s', (_, change, step, reasons) => {
    expect(adviceFor({ ...calm, ...change }, kindOf)).toEqual({ step, reasons, signs: [] });
  });
});

describe('warning signs', () => {
  it.each<[WarningSign, Urgency]>([
    ['bleeding', 'soon'],
    ['fast-growth', 'soon'],
    ['changing', 'soon'],
    ['not-healing', 'soon'],
    ['nail-palm-sole', 'soon'],
    ['new-after-40', 'weeks'],
    ['unlike-others', 'weeks'],
    ['sore-or-itching', 'weeks'],
    ['higher-risk', 'weeks'],
  ])('%s overrides a clear mole, and a picture that tells nothing', (sign, step) => {
    expect(adviceFor(calm, kindOf, withSigns(sign))).toEqual({ step, reasons: ['signs'], signs: [sign] });
    expect(adviceFor({ ...calm, accepted: false }, kindOf, withSigns(sign)).step).toBe(step);
    expect(adviceFor({ ...calm, quality: ['blurred'] }, kindOf, withSigns(sign)).step).toBe(step);
  });

  it('weigh more together, and beside a reading of concern', () => {
    expect(adviceFor(calm, kindOf, withSigns('new-after-40', 'sore-or-itching')).step).toBe('soon');
    expect(adviceFor({ ...calm, operatingPoints: screened }, kindOf, withSigns('higher-risk'))).toEqual({
      step: 'soon',
      reasons: ['screening-point', 'signs'],
      signs: ['higher-risk'],
    });
  });

  it('change nothing when they are denied', () => {
    const denied = Object.fromEntries(warningSigns.map((sign) => [sign, 'no'])) as typeof noAnswers;
    expect(adviceFor(calm, kindOf, denied)).toEqual(adviceFor(calm, kindOf));
  });
});

const code = fc.constantFrom('nv', 'bkl', 'akiec', 'mel', 'unknown');
const results: fc.Arbitrary<PlainResult> = fc.record({
  accepted: fc.boolean(),
  top: code,
  set: fc.uniqueArray(code),
  operatingPoints: fc
    .tuple(fc.boolean(), fc.boolean())
    .map(([one, other]) => [point('screening', one), point('balanced', other)]),
  quality: fc.uniqueArray(fc.constantFrom('blurred' as const, 'too-dark' as const)),
});

/** A result of each urgency. */
const ofStep: Readonly<Record<Urgency, PlainResult>> = {
  'cannot-tell': { ...calm, accepted: false },
  watch: calm,
  weeks: { ...calm, operatingPoints: screened },
  soon: { ...calm, top: 'mel', set: ['mel'] },
};

describe('whatever the reading and the answers', () => {
  const readings: fc.Arbitrary<AdvisedPrediction> = results;
  const rank = (step: Urgency): number => urgencies.indexOf(step);

  it('one more sign never lowers the step', () => {
    fc.assert(
      fc.property(readings, checklists, fc.constantFrom(...warningSigns), (reading, checklist, sign) => {
        const without = adviceFor(reading, kindOf, { ...checklist, [sign]: 'no' });
        const more = adviceFor(reading, kindOf, { ...checklist, [sign]: 'yes' });
        expect(rank(more.step)).toBeGreaterThanOrEqual(rank(without.step));
        expect(rank(more.step)).toBeGreaterThanOrEqual(rank('weeks'));
        expect(more.signs).toContain(sign);
      }),
    );
  });

  it('a better picture never raises the step of an accepted one by more than from "cannot tell" to "watch"', () => {
    fc.assert(
      fc.property(readings, checklists, (reading, checklist) => {
        const poor = adviceFor({ ...reading, quality: ['blurred'] }, kindOf, checklist);
        const good = adviceFor({ ...reading, quality: [] }, kindOf, checklist);
        if (poor.step !== good.step) expect([poor.step, good.step]).toEqual(['cannot-tell', 'watch']);
      }),
    );
  });

  it('gives a reason, and can be stored', () => {
    fc.assert(
      fc.property(readings, checklists, (reading, checklist) => {
        const result = adviceFor(reading, kindOf, checklist);
        expect(result.reasons.length).toBeGreaterThan(0);
        expect(v.parse(AdviceSchema, JSON.parse(JSON.stringify(result)))).toEqual(result);
      }),
    );
  });

  it('puts steps in order', () => {
    expect(atLeast('watch', 'weeks')).toBe('weeks');
    expect(atLeast('soon', 'cannot-tell')).toBe('soon');
  });
});

describe('a prior', () => {
  const likelihoods = (mel: number): NonNullable<AdvisedPrediction['likelihoods']> => [
    { code: 'mel', probability: mel },
    { code: 'nv', probability: 1 - mel },
  ];

  it('does not calm what looks most like a cancer, though that is rare where the picture was taken', () => {
    const found = adviceFor({ ...calm, likelihoods: likelihoods(0.6) }, kindOf);
    expect(found).toMatchObject({ step: 'soon', reasons: ['likely-malignant'] });
    expect(adviceFor({ ...calm, likelihoods: likelihoods(0.4) }, kindOf).step).toBe('watch');
    expect(adviceFor({ ...calm, likelihoods: [] }, kindOf).step).toBe('watch');
  });
});

describe('a settled result', () => {
  it.each<[Urgency, Urgency, Urgency]>([
    ['soon', 'watch', 'soon'],
    ['soon', 'cannot-tell', 'soon'],
    ['soon', 'weeks', 'soon'],
    ['weeks', 'watch', 'weeks'],
    ['weeks', 'soon', 'soon'],
    ['watch', 'soon', 'soon'],
    ['watch', 'watch', 'watch'],
    // Views that differ take the calm away; views that agree do not give it to a picture that told nothing.
    ['watch', 'cannot-tell', 'cannot-tell'],
    ['cannot-tell', 'watch', 'cannot-tell'],
    ['cannot-tell', 'weeks', 'weeks'],
  ])('after "%s", by itself "%s", is "%s"', (before, after, step) => {
    expect(adviceFor({ ...ofStep[after], plain: ofStep[before] }, kindOf).step).toBe(step);
  });

  it('never lowers the urgency that was shown, and is calm only where both are', () => {
    fc.assert(
      fc.property(results, results, checklists, (plain, reading, checklist) => {
        const before = adviceFor(plain, kindOf, checklist);
        const alone = adviceFor(reading, kindOf, checklist);
        const after = adviceFor({ ...reading, plain }, kindOf, checklist);
        if (before.step === 'weeks' || before.step === 'soon') {
          expect(atLeast(after.step, before.step)).toBe(after.step);
        }
        expect(after.step === 'watch').toBe(before.step === 'watch' && alone.step === 'watch');
      }),
    );
  });
});

describe('a picture that another version reads again', () => {
  it('never gets calmer advice than any version gave before', () => {
    const earlier = fc.array(
      results.map((result) => ({ ...result, pack: { id: 'made', version: '1.0.0' }, probabilities: [] })),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(earlier, results, checklists, (before, reading, checklist) => {
        const { step } = adviceFor({ ...reading, earlier: before }, kindOf, checklist);
        const all = [reading, ...before].map((each) => adviceFor(each, kindOf, checklist).step);
        for (const each of all.filter((one) => one === 'weeks' || one === 'soon')) {
          expect(atLeast(step, each)).toBe(step);
        }
        expect(step === 'watch').toBe(all.every((each) => each === 'watch'));
      }),
    );
  });

  it('gets more urgent advice where the new version finds more', () => {
    const before = { ...ofStep.watch, pack: { id: 'made', version: '1.0.0' }, probabilities: [] };
    expect(adviceFor({ ...ofStep.soon, earlier: [before] }, kindOf).step).toBe('soon');
  });
});

describe('waitsForAnswers', () => {
  it('holds back calm advice until every question is answered, and no other', () => {
    for (const step of urgencies) {
      expect(waitsForAnswers({ step }, noAnswers)).toBe(step === 'watch');
      expect(waitsForAnswers({ step }, noToTheRest(noAnswers))).toBe(false);
    }
  });
});
