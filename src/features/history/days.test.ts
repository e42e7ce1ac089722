import { describe, expect, it } from 'vitest';
import { beginsDay, dayName } from './days';

const now = new Date(2026, 10, 23, 0, 30);
const at = (year: number, month: number, day: number, hour: number, minute = 0) => ({
  id: '',
  createdAt: new Date(year, month, day, hour, minute),
});

describe('days', () => {
  it('have their names from the calendar, not from 24 hours', () => {
    expect(dayName(new Date(2026, 10, 23, 0, 1), now)).toBe('Today');
    expect(dayName(new Date(2026, 10, 22, 23, 59), now)).toBe('Yesterday');
    expect(dayName(new Date(2026, 10, 21, 12), now)).toMatch(/Saturday.*21.*2026|Saturday.*November/);
    expect(dayName(new Date(2025, 10, 23, 0, 1), now)).not.toBe('Today');
  });

  it('begin at the top and wherever the date changes', () => {
    const outline = [
      at(2026, 10, 23, 0, 5),
      at(2026, 10, 22, 23, 59),
      at(2026, 10, 22, 8),
      at(2025, 10, 22, 8),
    ];
    expect(outline.map((_, index) => beginsDay(outline, index))).toEqual([true, true, false, true]);
    expect(beginsDay(outline, 4)).toBe(false);
  });
});
