import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checklists } from '../test/warning-signs';
import {
  WarningSignsSchema,
  noAnswers,
  noToTheRest,
  signsOpen,
  signsPresent,
  warningSigns,
} from './warning-signs';

describe('the checklist', () => {
  it('begins with nothing asked', () => {
    expect(signsOpen(noAnswers)).toEqual([...warningSigns]);
    expect(signsPresent(noAnswers)).toEqual([]);
  });

  it('takes what an earlier version did not ask as not asked, and drops what it does not know', () => {
    expect(v.parse(WarningSignsSchema, { bleeding: 'yes', 'weather-pain': 'yes' })).toEqual({
      ...noAnswers,
      bleeding: 'yes',
    });
    expect(v.is(WarningSignsSchema, { bleeding: 'perhaps' })).toBe(false);
  });

  it('says no to the rest without touching an answer', () => {
    fc.assert(
      fc.property(checklists, (checklist) => {
        const full = noToTheRest(checklist);
        expect(signsOpen(full)).toEqual([]);
        expect(signsPresent(full)).toEqual(signsPresent(checklist));
        expect(v.parse(WarningSignsSchema, JSON.parse(JSON.stringify(full)))).toEqual(full);
      }),
    );
  });
});
