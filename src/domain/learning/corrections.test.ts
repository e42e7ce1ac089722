import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IsoDay } from '../calendar/calendar';
import type { Prediction } from '../prediction';
import type { PictureRecord, VisitRecord } from '../visit/visit';
import { correctionsOf, leastLesions, lesionsByCondition, missingFor } from './corrections';

const pack = { id: 'made', version: '1.0.0', codes: ['one', 'two', 'three'] };

function picture(id: string, changes: Partial<Prediction> = {}): PictureRecord {
  return {
    id,
    source: 'file',
    kind: 'close-up',
    capturedOn: '2026-01-02' as IsoDay,
    size: { width: 10, height: 10 },
    frame: { x: 0, y: 0, side: 10 },
    reading: {
      pack: { id: 'made', version: '1.0.0' },
      top: 'two',
      accepted: true,
      gate: { dermatoscope: 0.2, phone: 0.7, none: 0.1 },
      embedding: Float32Array.of(1, 2),
      ...changes,
    } as Prediction,
  };
}

function visit(id: string, changes: Partial<VisitRecord>): VisitRecord {
  return {
    id,
    createdAt: new Date(2026, 1, 1),
    damaged: false,
    lesion: undefined,
    diagnosis: null,
    histology: null,
    pictures: [picture(`${id} picture`)],
    ...changes,
  } as VisitRecord;
}

const found = (code: string | null) => ({ code, text: '', date: '2026-02-01' });

describe('correctionsOf', () => {
  it('takes histology before the clinical diagnosis, which counts half', () => {
    const { usable } = correctionsOf(
      [
        visit('a', { histology: found('one'), diagnosis: found('two') }),
        visit('b', { diagnosis: found('two') }),
        visit('c', {}),
      ],
      pack,
    );
    expect(usable).toMatchObject([
      { visit: 'a', code: 'one', weight: 1, source: 'histology', said: 'two', domain: 'phone', lesion: 'a' },
      { visit: 'b', code: 'two', weight: 0.5, source: 'diagnosis' },
    ]);
  });

  it('shares the weight of a lesion among its pictures', () => {
    const pictures = [picture('p'), picture('q')] as const;
    const { usable } = correctionsOf(
      [
        visit('a', { lesion: 'mole', histology: found('one'), pictures }),
        visit('b', { lesion: 'mole', histology: found('one') }),
      ],
      pack,
    );
    expect(usable.map(({ weight, lesion }) => [weight, lesion])).toEqual([
      [1 / 3, 'mole'],
      [1 / 3, 'mole'],
      [1 / 3, 'mole'],
    ]);
  });

  it('leaves out overviews, also from the weight of their lesion', () => {
    const pictures = [{ ...picture('p'), kind: 'overview' as const }, picture('q')] as const;
    const { usable } = correctionsOf([visit('a', { histology: found('one'), pictures })], pack);
    expect(usable.map((each) => [each.picture, each.weight])).toEqual([['q', 1]]);
  });

  it('counts what it cannot learn from, and leaves out what shows no lesion', () => {
    const corrections = correctionsOf(
      [
        visit('a', { histology: found('four') }),
        visit('b', { histology: found(null) }),
        visit('c', {
          histology: found('one'),
          pictures: [picture('p', { pack: { id: 'made', version: '0.9.0' } })],
        }),
        visit('d', { histology: found('one'), pictures: [picture('q', { accepted: false })] }),
      ],
      pack,
    );
    expect(corrections).toEqual({ usable: [], ofOtherModels: 1, ofOtherConditions: 2 });
  });
});

describe('missingFor', () => {
  it('asks for lesions, not pictures, and for a second condition', () => {
    const many = Array.from({ length: 60 }, (_, at) => ({ lesion: `${at % 20}`, code: 'one' }));
    expect(missingFor(many)).toEqual([{ lesions: leastLesions - 20 }, { conditions: 1 }]);
    expect(missingFor([])).toEqual([{ lesions: leastLesions }, { conditions: 2 }]);
  });

  it('asks for nothing just where there are enough', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.constantFrom('one', 'two'))), (pairs) => {
        const given = pairs.map(([lesion, code]) => ({ lesion: `${lesion}`, code }));
        const counts = lesionsByCondition(given);
        const lesions = new Set(given.map(({ lesion }) => lesion)).size;
        expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(lesions);
        const enough = lesions >= leastLesions && Object.keys(counts).length >= 2;
        expect(missingFor(given).length === 0).toBe(enough);
      }),
    );
  });
});
