import { describe, expect, it } from 'vitest';
import type { IsoDay } from '../../domain/calendar/calendar';
import { beginsDay, dayName, timeOfDay } from './days';

const today = '2026-11-23' as IsoDay;
const on = (day: string, createdAt = new Date(0)) => ({ id: '', createdAt, day: day as IsoDay });

describe('days', () => {
  it('have a time only where they were written down on their day', () => {
    expect(timeOfDay(on('2026-11-23', new Date(2026, 10, 23, 8, 5)))).toMatch(/8:05/);
    expect(timeOfDay(on('2024-05-03', new Date(2026, 10, 23, 8, 5)))).toBeUndefined();
  });

  it('have their names from the calendar', () => {
    expect(dayName(today, today)).toBe('Today');
    expect(dayName('2026-11-22' as IsoDay, today)).toBe('Yesterday');
    expect(dayName('2026-11-21' as IsoDay, today)).toMatch(/Saturday.*21.*2026|Saturday.*November/);
    expect(dayName('2025-11-23' as IsoDay, today)).not.toBe('Today');
  });

  it('begin at the top and wherever the date changes', () => {
    const outline = ['2026-11-23', '2026-11-22', '2026-11-22', '2025-11-22'].map((day) => on(day));
    expect(outline.map((_, index) => beginsDay(outline, index))).toEqual([true, true, false, true]);
    expect(beginsDay(outline, 4)).toBe(false);
  });
});
