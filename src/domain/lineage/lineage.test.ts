import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, edited, joinedRows, lineageOf, otherVersions, type Lineage } from './lineage';

const names = ['name', 'note'] as const;

interface Row {
  readonly name: string;
  readonly note: string;
  readonly updatedAt: number;
  readonly lineage?: Lineage | undefined;
}

const first: Row = { name: 'Ada', note: '', updatedAt: Date.UTC(2026, 0, 1) };

function write(row: Row, by: string, updatedAt: number, change: Partial<Row>): Row {
  const after = { ...row, ...change, updatedAt };
  return { ...after, lineage: edited(row, after, by, names) };
}

function join(a: Row, b: Row): Row {
  const { values, lineage } = joinedRows(a, b, names);
  return {
    ...(values as Pick<Row, 'name' | 'note'>),
    lineage,
    updatedAt: Math.max(a.updatedAt, b.updatedAt),
  };
}

const bare = (row: Row) => ({ ...row, updatedAt: 0 });

describe('versions of a row', () => {
  it('of a device whose clock stands in 2024 follow what it had seen', () => {
    const there = write(first, 'tablet', Date.UTC(2024, 0, 1), { note: 'excise' });
    expect(join(first, there)).toMatchObject({ note: 'excise' });
    expect(join(there, first)).toMatchObject({ note: 'excise' });
  });

  it('are put together where each device changed another field', () => {
    const a = write(first, 'a', 5, { name: 'Eva' });
    const b = write(first, 'b', 8e15, { note: 'itches' });
    expect(join(a, b)).toMatchObject({ name: 'Eva', note: 'itches' });
    expect(otherVersions(join(a, b), 'name')).toEqual([]);
  });

  it('both stay where both devices changed one field, until somebody who saw both decides', () => {
    const a = write(first, 'a', 1000, { note: 'from a' });
    const b = write(first, 'b', 2000, { note: 'from b' });
    const both = join(a, b);
    expect([both.note, ...otherVersions(both, 'note')].sort()).toEqual(['from a', 'from b']);
    // The same text twice is no question.
    expect(otherVersions(join(a, write(first, 'b', 2000, { note: 'from a' })), 'note')).toEqual([]);
    const decided = write(both, 'a', 1, { note: 'of both' });
    for (const later of [join(b, decided), join(decided, b), join(join(a, decided), b)]) {
      expect(later.note).toBe('of both');
      expect(otherVersions(later, 'note')).toEqual([]);
    }
  });

  it('are settled by whoever keeps the one that stands there', () => {
    const both = join(write(first, 'a', 1, { note: 'x' }), write(first, 'b', 2, { note: 'y' }));
    const kept = { ...both, lineage: advanced(lineageOf(both, names), 'a', 3, ['note']) };
    expect(otherVersions(kept, 'note')).toEqual([]);
    expect(join(kept, both).note).toBe(both.note);
  });

  it('without marks count by their time, which is never later than 2199', () => {
    const later = { ...first, note: 'later', updatedAt: first.updatedAt + 1 };
    expect(join(first, later).note).toBe('later');
    const hostile = { ...first, note: 'for ever', updatedAt: 8e15 };
    expect(join(write(hostile, 'a', 1, { note: 'mended' }), hostile).note).toBe('mended');
  });

  it('are the same in any order, however often and with whatever clocks they come', () => {
    const clocks = fc.oneof(fc.constantFrom(0, 8.64e15, Date.UTC(2024, 0, 1)), fc.nat({ max: 4e12 }));
    const device = fc.nat({ max: 2 });
    const field = fc.constantFrom(...names);
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('edit' as const), at: device, field, text: fc.string(), now: clocks }),
        fc.record({ kind: fc.constant('restore' as const), at: device, from: device }),
      ),
      { maxLength: 12 },
    );
    const orders = fc.array(fc.array(fc.nat(), { minLength: 1 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(steps, orders, (all, ways) => {
        const devices = [first, first, first];
        const files = [first];
        for (const step of all) {
          const here = devices[step.at] ?? first;
          const now =
            step.kind === 'edit'
              ? write(here, `device ${step.at}`, step.now, { [step.field]: step.text })
              : join(here, devices[step.from] ?? first);
          devices[step.at] = now;
          files.push(now);
        }
        const expected = bare(files.reduce(join, first));
        for (const way of ways) {
          const some = way.map((at) => files[at % files.length] ?? first);
          // Those that the first ones leave out, turned round.
          const turned = files.map((_, at) => files[(at + (way[0] ?? 0)) % files.length] ?? first);
          const restored = [...some, ...turned, ...some.reverse()].reduce(join, first);
          expect(bare(restored)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});
