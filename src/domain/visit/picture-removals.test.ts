import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allRemovals, removalsAfter, standingOf, type PictureRemovals } from './picture-removals';

const ids = ['a', 'b', 'c'];
const removals = fc.option(
  fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: 1, max: 5 }), { noNullPrototype: true }),
  { nil: undefined },
);
const lists = fc.subarray(ids);

describe('what is known of removed pictures', () => {
  it('is the same by any order and repetition', () => {
    fc.assert(
      fc.property(removals, removals, removals, (a, b, c) => {
        expect(allRemovals(b, a)).toEqual(allRemovals(a, b));
        expect(allRemovals(allRemovals(a, b), c)).toEqual(allRemovals(a, allRemovals(b, c)));
        expect(allRemovals(a, allRemovals(a, b))).toEqual(allRemovals(a, b));
      }),
    );
  });

  it('follows what this device does: what it took away is gone, what it has stands', () => {
    fc.assert(
      fc.property(removals, lists, lists, (known, before, after) => {
        const next = removalsAfter(known, before, after);
        const stands = (id: string) => standingOf(['another', id], next).includes(id);
        for (const id of after) expect(stands(id)).toBe(true);
        for (const id of before) if (!after.includes(id)) expect(stands(id)).toBe(false);
        for (const id of Object.keys(known ?? {}))
          expect(next?.[id]).toBeGreaterThanOrEqual(known?.[id] ?? 1);
      }),
    );
  });

  it('holds on a device that put the picture back after it had heard of its removal', () => {
    const removed = removalsAfter(undefined, ['a', 'b'], ['a']);
    const back = removalsAfter(removed, ['a'], ['a', 'b']);
    expect(standingOf(['a', 'b'], allRemovals(back, removed))).toEqual(['a', 'b']);
  });

  it('leaves the first picture where all were removed, and none where there are none', () => {
    const all: PictureRemovals = { a: 2, b: 2 };
    expect(standingOf(['b', 'a'], all)).toEqual(['b']);
    expect(standingOf([], all)).toEqual([]);
  });
});
