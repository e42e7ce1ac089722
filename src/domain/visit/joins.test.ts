import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitFields } from '../lineage/fields';
import { advanced, lineageOf } from '../lineage/lineage';
import { allJoins, isCovered, joinOf } from './joins';

const device = fc.constantFrom('a', 'b', 'c');
const edits = fc.array(fc.tuple(device, fc.nat({ max: 1000 }), fc.constantFrom(...visitFields)));

/** A visit after these edits. */
function edited(made: readonly (readonly [string, number, string])[], before = { updatedAt: 5 }) {
  return made.reduce((visit, [by, now, field]) => {
    const lineage = advanced(lineageOf(visit, visitFields), by, now, [field]);
    return { updatedAt: now, lineage };
  }, before);
}

describe('a joined visit', () => {
  it('is covered as it was, and no more once something but its owner was changed', () => {
    fc.assert(
      fc.property(
        edits,
        device,
        fc.nat({ max: 1000 }),
        fc.constantFrom(...visitFields),
        (made, by, now, field) => {
          const visit = edited(made);
          const joins = joinOf('v', visit);
          expect(isCovered('v', visit, joins)).toBe(true);
          expect(isCovered('other', visit, joins)).toBe(false);
          expect(isCovered('v', edited([[by, now, field]], visit), joins)).toBe(field === 'owner');
        },
      ),
    );
  });

  it('stays covered whatever joins are put together, in any order', () => {
    fc.assert(
      fc.property(edits, edits, (one, more) => {
        const [early, late] = [edited(one), edited(more, edited(one))];
        const [a, b] = [joinOf('v', early), joinOf('v', late)];
        expect(allJoins(a, b)).toEqual(allJoins(b, a));
        expect(isCovered('v', late, allJoins(a, b))).toBe(true);
        expect(allJoins(allJoins(a, b), a)).toEqual(allJoins(a, b));
        expect(allJoins(undefined, a)).toEqual(a);
      }),
    );
  });
});
