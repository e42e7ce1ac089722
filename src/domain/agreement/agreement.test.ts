import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impressionViews, type Impression } from '../impression';
import { agreementOf, type ComparedVisit } from './agreement';

const isSuspicious = (code: string): boolean => code === 'mel' || code === 'bcc';

function visit(
  view: Impression['view'] | undefined,
  flagged: boolean,
  part: Partial<ComparedVisit & Omit<Impression, 'view'>> = {},
): ComparedVisit {
  const { code = null, confidence = null, writtenAt = 1, afterResult = false, ...rest } = part;
  const impression = view && { view, code, confidence, writtenAt, afterResult };
  return { impression, flagged, accepted: true, top: 'nv', histology: undefined, ...rest };
}

describe('the agreement', () => {
  it('counts what agrees, and leaves out what cannot be compared', () => {
    const found = agreementOf(
      [
        visit('benign', false),
        visit('benign', true),
        visit('suspicious', true),
        visit('suspicious', false),
        visit('unsure', true),
        visit(undefined, true),
        visit('suspicious', true, { afterResult: true }),
        visit('suspicious', true, { accepted: false }),
      ],
      isSuspicious,
      'suspicious',
    );
    expect(found.compared).toBe(5);
    expect(found.leftOut).toEqual({ afterResult: 1, refused: 1 });
    expect(found.table).toEqual({
      benign: { below: 1, above: 1 },
      unsure: { below: 0, above: 1 },
      suspicious: { below: 1, above: 1 },
    });
    expect(found.agreed).toMatchObject({ hits: 3, n: 5, value: 0.6 });
  });

  it('leaves out what is unsure where that is wanted', () => {
    const visits = [visit('benign', false), visit('unsure', true), visit('unsure', false)];
    expect(agreementOf(visits, isSuspicious, 'left-out').agreed).toMatchObject({ hits: 1, n: 1 });
    expect(agreementOf(visits, isSuspicious, 'suspicious').agreed).toMatchObject({ hits: 2, n: 3 });
  });

  it('says by condition how often it was the likeliest', () => {
    const { conditions } = agreementOf(
      [
        visit('benign', false, { code: 'nv' }),
        visit('benign', false, { code: 'nv', top: 'bkl' }),
        visit('suspicious', true, { code: 'mel', top: 'mel' }),
        visit('suspicious', true),
      ],
      isSuspicious,
      'suspicious',
    );
    expect(conditions.map(({ code, agreed }) => [code, agreed.hits, agreed.n])).toEqual([
      ['nv', 1, 2],
      ['mel', 1, 1],
    ]);
  });

  it('holds both against histology, in pairs', () => {
    const found = agreementOf(
      [
        visit('suspicious', true, { histology: 'mel' }),
        visit('suspicious', false, { histology: 'mel' }),
        visit('benign', true, { histology: 'bcc' }),
        visit('benign', true, { histology: 'nv' }),
        visit('benign', false, { histology: 'nv' }),
        // What no condition stands for proves nothing.
        visit('benign', true, { histology: '' }),
      ],
      isSuspicious,
      'suspicious',
    );
    expect(found.proven).toBe(5);
    expect(found.sensitivity.own).toMatchObject({ hits: 2, n: 3 });
    expect(found.sensitivity.model).toMatchObject({ hits: 2, n: 3 });
    expect(found.sensitivity.pairs).toEqual({ both: 1, first: 1, second: 1, neither: 0 });
    expect(found.specificity.own).toMatchObject({ hits: 2, n: 2 });
    expect(found.specificity.model).toMatchObject({ hits: 1, n: 2 });
    expect(found.specificity.p).toBe(1);
  });

  it('adds up for any visits', () => {
    const anyVisit = fc
      .record({
        view: fc.option(fc.constantFrom(...impressionViews), { nil: undefined }),
        flagged: fc.boolean(),
        accepted: fc.boolean(),
        afterResult: fc.boolean(),
        histology: fc.constantFrom(undefined, '', 'mel', 'nv'),
      })
      .map(({ view, flagged, ...part }) => visit(view, flagged, part));
    fc.assert(
      fc.property(fc.array(anyVisit), fc.constantFrom('suspicious', 'left-out'), (visits, unsure) => {
        const found = agreementOf(visits, isSuspicious, unsure);
        const { compared, leftOut, table } = found;
        const given = visits.filter(({ impression }) => impression).length;
        expect(compared + leftOut.afterResult + leftOut.refused).toBe(given);
        const inTable = Object.values(table).reduce((sum, { below, above }) => sum + below + above, 0);
        expect(inTable).toBe(compared);
        const { below, above } = table.unsure;
        expect(found.agreed.n).toBe(unsure === 'suspicious' ? compared : compared - below - above);
        expect(found.sensitivity.own.n + found.specificity.own.n).toBe(found.proven);
        expect(found.sensitivity.own.n).toBe(found.sensitivity.model.n);
      }),
    );
  });
});
