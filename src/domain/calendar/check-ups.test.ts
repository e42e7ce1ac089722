import { describe, expect, it } from 'vitest';
import type { Lesion } from '../lesion';
import { aLesion } from '../../test/visits';
import { checksOf, dueState } from './check-ups';

const today = '2026-12-15';

describe('how near a check is', () => {
  it.each([
    ['2026-12-14', 'due'],
    ['2026-12-15', 'due'],
    ['2026-12-16', 'soon'],
    ['2027-01-14', 'soon'],
    ['2027-01-15', 'later'],
    ['2027-12-15', 'later'],
  ] as const)('%s is %s', (day, urgency) => {
    expect(dueState(day, today)).toBe(urgency);
  });
});

it('groups what has a next check, the earliest first', () => {
  const lesion = (id: string, nextCheck: string | null): Lesion => ({
    ...aLesion,
    id,
    nextCheck,
    damaged: false,
    revision: 1,
    updatedAt: 0,
    patient: undefined,
  });
  const all = [
    lesion('next year', '2027-06-01'),
    lesion('today', '2026-12-15'),
    lesion('never', null),
    lesion('long ago', '2025-01-31'),
    lesion('soon', '2026-12-31'),
  ];
  const ids = Object.entries(checksOf(all, today)).map(([urgency, checks]) => [
    urgency,
    checks.map((check) => `${check.lesion.id} ${check.day}`),
  ]);
  expect(Object.fromEntries(ids)).toEqual({
    due: ['long ago 2025-01-31', 'today 2026-12-15'],
    soon: ['soon 2026-12-31'],
    later: ['next year 2027-06-01'],
  });
});
