import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleChecks, doubleCheckTime } from './double-check';

const pass = fc.double({ min: 0, max: 1e5, noNaN: true });

describe('the double-check', () => {
  it('is the default where eight passes take under a second and a half', () => {
    expect(doubleChecks(null, 30)).toBe(true);
    expect(doubleChecks(null, 187)).toBe(true);
    expect(doubleChecks(null, 187.5)).toBe(false);
    expect(doubleChecks(null, undefined)).toBe(false);
    fc.assert(fc.property(pass, (time) => doubleChecks(null, time) === doubleCheckTime(time) < 1500));
  });

  it('is what the person chose, however fast the device is', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.option(pass, { nil: undefined }), (chosen, time) => {
        expect(doubleChecks(chosen, time)).toBe(chosen);
      }),
    );
  });
});
