import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isoDay } from '../../../domain/calendar/calendar';
import type { Prediction } from '../../../domain/prediction';
import type { VisitRecord } from '../../../domain/visit/visit';
import { cosine, mostAlike, type Match, type RecordReader } from './similar';

const prediction = (angle: number, version = '1'): Prediction =>
  ({
    pack: { id: 'p', version },
    embedding: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  }) as unknown as Prediction;

function recordOf(readings: Record<string, Prediction | 'damaged'>) {
  const records = vi.fn<RecordReader['records']>((ids) =>
    Promise.resolve(
      ids.map((id) => {
        const found = readings[id];
        return (found === 'damaged'
          ? { id, damaged: true }
          : { id, damaged: false, pictures: [{ reading: found }] }) as unknown as VisitRecord;
      }),
    ),
  );
  const outline = () =>
    Promise.resolve(
      Object.keys(readings).map((id) => ({ id, createdAt: new Date(0), day: isoDay(new Date(0)) })),
    );
  return { outline, records };
}

async function last(found: ReturnType<typeof mostAlike>): Promise<readonly Match[]> {
  let matches: readonly Match[] = [];
  for await (const each of found) ({ matches } = each);
  return matches;
}

describe('pictures most alike', () => {
  it('come first, without the picture itself, damaged ones and those of another pack', async () => {
    const record = recordOf({
      own: prediction(0),
      far: prediction(2),
      near: prediction(0.1),
      broken: 'damaged',
      other: prediction(0, '2'),
      nearer: prediction(-0.05),
    });
    const matches = await last(mostAlike(record, prediction(0), 'own', 2));
    expect(matches.map(({ id }) => id)).toEqual(['nearer', 'near']);
    expect(matches[0]?.similarity).toBeCloseTo(Math.cos(0.05));
  });

  it('are looked for a few at a time', async () => {
    const record = recordOf(
      Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`e${i}`, prediction(i)])),
    );
    const found = mostAlike(record, prediction(0), undefined, 3);
    expect((await found.next()).value).toMatchObject({ done: 50, total: 120 });
    expect(record.records).toHaveBeenCalledOnce();
    await last(found);
    expect(record.records.mock.calls.map(([ids]) => ids.length)).toEqual([50, 50, 20]);
  });

  it('are none in an empty record', async () => {
    expect(await last(mostAlike(recordOf({}), prediction(0), undefined, 3))).toEqual([]);
  });
});

describe('the cosine', () => {
  it('is 1 for the same direction at any length, and never beyond -1..1', () => {
    const values = fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 5, maxLength: 5 })
      .map((list) => Float32Array.from(list));
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Math.abs(cosine(a, b))).toBeLessThanOrEqual(1 + 1e-9);
        expect(cosine(a, b)).toBeCloseTo(cosine(b, a));
        if (a.some((value) => Math.abs(value) > 1e-3))
          expect(
            cosine(
              a,
              a.map((v) => v * 3),
            ),
          ).toBeCloseTo(1, 5);
      }),
    );
    expect(cosine(new Float32Array(3), Float32Array.of(1, 2, 3))).toBe(0);
  });
});
