import { describe, expect, it } from 'vitest';
import { countsOf } from './counts';
import { limitsOf } from './limits';

describe('what something holds, in words', () => {
  it('leaves out what there is none of, and tells one from several', () => {
    expect(countsOf({ patients: 1, lesions: 2, visits: 3 })).toMatch(/^1 patient, 2 spots,? and 3 visits$/);
    expect(countsOf({ patients: 0, lesions: 1, visits: 1 })).toBe('1 spot and 1 visit');
    expect(countsOf({ visits: 0 })).toBe('0 visits');
  });
});

describe('what a model cannot do', () => {
  const classes = [
    { code: 'a', name: 'A', icd10: [], kind: 'benign' as const },
    { code: 'b', name: 'B', icd10: [], kind: 'benign' as const },
  ];

  it('comes from its pack', () => {
    expect(limitsOf({ classes, texts: { reads: 'Cells', limits: 'No other cells.' } })).toBe(
      'No other cells.',
    );
    expect(limitsOf({ classes })).toContain(' 2 ');
    expect(limitsOf()).toContain(' 7 ');
  });
});
