import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urgencies } from './advice';
import { leadOf, urgencyOf } from './leading';
import type { ConditionKind } from './pack/words';

const kinds: Readonly<Record<string, ConditionKind>> = {
  mel: 'malignant',
  akiec: 'premalignant',
  nv: 'benign',
};
const kindOf = (code: string): ConditionKind => kinds[code] ?? 'malignant';
const read = { top: 'nv', accepted: true, histology: undefined, diagnosis: undefined };
const code = fc.constantFrom('mel', 'akiec', 'nv', 'unknown');

describe('leadOf', () => {
  it('takes histology before the clinical diagnosis, and that before the prediction', () => {
    expect(leadOf(read)).toEqual({ source: 'prediction', code: 'nv' });
    expect(leadOf({ ...read, diagnosis: 'mel' })).toEqual({ source: 'diagnosis', code: 'mel' });
    expect(leadOf({ ...read, diagnosis: 'mel', histology: 'bkl' })).toEqual({
      source: 'histology',
      code: 'bkl',
    });
  });

  it('has nothing to say of a refused picture that nobody has diagnosed', () => {
    expect(leadOf({ ...read, accepted: false })).toBeUndefined();
    expect(leadOf({ ...read, accepted: false, diagnosis: '' })).toEqual({ source: 'diagnosis', code: '' });
  });
});

describe('urgencyOf', () => {
  it('is never calm for a malignant diagnosis', () => {
    fc.assert(
      fc.property(fc.constantFrom(undefined, ...urgencies), fc.boolean(), (advised, lab) => {
        const visit = { ...read, ...(lab ? { histology: 'mel' } : { diagnosis: 'mel' }) };
        expect(urgencyOf(visit, advised, kindOf)).toBe('soon');
      }),
    );
  });

  it('is never lowered by a clinical diagnosis', () => {
    fc.assert(
      fc.property(fc.constantFrom(...urgencies), code, (advised, diagnosis) => {
        const urgency = urgencyOf({ ...read, diagnosis }, advised, kindOf);
        expect(urgencies.indexOf(urgency ?? 'cannot-tell')).toBeGreaterThanOrEqual(
          urgencies.indexOf(advised),
        );
      }),
    );
  });

  it('stays up where a benign sample contradicts a diagnosis of cancer', () => {
    expect(urgencyOf({ ...read, histology: 'nv', diagnosis: 'mel' }, 'soon', kindOf)).toBe('weeks');
    expect(urgencyOf({ ...read, histology: 'nv', diagnosis: 'nv' }, 'soon', kindOf)).toBe('watch');
  });

  it('follows histology, up and down', () => {
    expect(urgencyOf({ ...read, histology: 'nv' }, 'soon', kindOf)).toBe('watch');
    expect(urgencyOf({ ...read, histology: 'akiec' }, 'watch', kindOf)).toBe('weeks');
  });

  it('stays where it was without a diagnosis, or with one that no condition stands for', () => {
    expect(urgencyOf(read, 'weeks', kindOf)).toBe('weeks');
    expect(urgencyOf({ ...read, histology: '' }, 'weeks', kindOf)).toBe('weeks');
    expect(urgencyOf(read, undefined, kindOf)).toBeUndefined();
  });
});
