import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsToAsk, isGroup, newRecoveryCode, readRecoveryCode } from './recovery';

describe('the recovery code', () => {
  it('is read as it was written, and with mistaken letters', () => {
    fc.assert(
      fc.property(fc.constantFrom(' ', '-', '', '\n'), fc.boolean(), (between, lower) => {
        const code = newRecoveryCode();
        const typed = code.replaceAll('-', between).replaceAll('0', 'O').replaceAll('1', 'l');
        expect(readRecoveryCode(lower ? typed.toLowerCase() : typed)).toBe(code);
      }),
    );
  });

  it('has five groups, and no other text is one', () => {
    expect(newRecoveryCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(Array.from({ length: 50 }, newRecoveryCode)).size).toBe(50);
    for (const typed of ['', 'ABCDE', `${newRecoveryCode()}A`, newRecoveryCode().replace(/.$/, 'U')]) {
      expect(readRecoveryCode(typed)).toBeUndefined();
    }
  });

  it('is confirmed by its own groups alone, each at its place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (place, other) => {
        const code = newRecoveryCode();
        const groups = code.split('-');
        expect(isGroup(code, place, ` ${groups[place - 1]?.toLowerCase() ?? ''}`)).toBe(true);
        expect(isGroup(code, place, groups[other - 1] ?? '')).toBe(groups[place - 1] === groups[other - 1]);
        expect(isGroup(code, place, '')).toBe(false);
        const [first, second] = groupsToAsk();
        expect(1 <= first && first < second && second <= 5).toBe(true);
      }),
    );
  });
});
