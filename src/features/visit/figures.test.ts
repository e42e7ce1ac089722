import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urgencies, type Urgency } from '../../domain/advice';
import { namedBy } from '../../domain/leading';
import { leadFigure, predictionLine, predictionWords, visitUrgency } from './lead-words';
import { aVisit } from '../../test/visits';
import { conditionFigure, namedFigure, rangeFigures } from './figures';

const benign = fc.constantFrom('nv', 'bkl', 'df', 'vasc');
const cancer = fc.constantFrom('mel', 'bcc', 'akiec');
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const calls = fc.constantFrom<(Urgency | undefined)[]>(...urgencies, undefined);
const percentage = /\d\s?%/;

const summaries = fc.record({
  top: fc.oneof(benign, cancer),
  probability: chance,
  accepted: fc.boolean(),
  flagged: fc.boolean(),
  triage: calls,
  diagnosis: fc.option(fc.oneof(benign, cancer, fc.constant('')), { nil: undefined }),
  histology: fc.option(fc.oneof(benign, cancer, fc.constant('')), { nil: undefined }),
});

/** Everything that is said of a prediction in rows, strips and reports. */
const saidOf = (visit: Parameters<typeof predictionLine>[0]): string =>
  [predictionLine(visit, 'clinician'), predictionWords(visit, 'clinician'), leadFigure(visit, 'clinician')]
    .filter(Boolean)
    .join(' ');

describe('the figure of a condition', () => {
  it('is there for a benign one only while the advice is calm, for a cancer always', () => {
    fc.assert(
      fc.property(benign, cancer, chance, calls, (harmless, harmful, probability, step) => {
        expect(percentage.test(conditionFigure(harmless, probability, step) ?? '')).toBe(step === 'watch');
        expect(percentage.test(namedFigure(harmless, probability, step))).toBe(step === 'watch');
        expect(conditionFigure(harmful, probability, step)).toMatch(percentage);
        const views = { count: 8, agree: 8, range: [{ code: harmless, low: 0, high: probability }] };
        expect(rangeFigures(views, harmless, step) !== undefined).toBe(step === 'watch');
      }),
    );
  });

  it('stands in no row, strip or report beside a benign prediction whose visit is not calm, diagnosis counted', () => {
    fc.assert(
      fc.property(summaries, (visit) => {
        const isBenign = !['mel', 'bcc', 'akiec'].includes(visit.top);
        if (isBenign && visitUrgency(visit) !== 'watch') expect(saidOf(visit)).not.toMatch(percentage);
        else if (visit.accepted) expect(saidOf(visit)).toMatch(percentage);
      }),
    );
  });

  it('is that of the picture that stands for a visit', () => {
    const of = (score: number, kind: 'overview' | 'close-up') => ({
      kind,
      reading: {
        ...aVisit.reading,
        accepted: true,
        top: score > 0.5 ? 'mel' : 'nv',
        probabilities: [{ code: score > 0.5 ? 'mel' : 'nv', probability: 0.75 }],
        operatingPoints: [{ id: 'screening', probability: score, threshold: 0.5, flagged: score >= 0.5 }],
      },
    });
    const advised = { step: 'soon', reasons: [], signs: [] } as const;
    const visit = { diagnosis: null, histology: null, triage: advised };
    const named = namedBy({ ...visit, pictures: [of(0.1, 'overview'), of(0.9, 'close-up')] });
    expect(named).toMatchObject({ top: 'mel', probability: 0.75, flagged: true, triage: 'soon' });
    expect(predictionWords(named, 'clinician')).toContain('75');
  });

  // Whoever writes a figure by other means would go past the rule.
  it('is written nowhere else: what formats a share otherwise is no chance of one condition', () => {
    const others = [
      'src/app/work/WorkStatus.svelte', // progress
      'src/features/model/check-here/MissedPictures.svelte', // of pictures that are no visit
      'src/features/visit/figures.ts',
      'src/features/visit/follow-up/change-words.ts', // asymmetry, combined cancer score
      'src/features/visit/result/AlertLevel.svelte', // combined cancer score
    ];
    const root = path.resolve(import.meta.dirname, '../../..');
    const users = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(svelte|ts)$/.test(file) && !/paraglide|\.test\.ts$/.test(file))
      .map((file) => path.join('src', file))
      .filter((file) =>
        /import \{[^}]*\bpercent\b[^}]*\} from '[^']*\/format'/.test(
          readFileSync(path.join(root, file), 'utf8'),
        ),
      );
    expect(users.sort()).toEqual(others.sort());
  });
});
