import { expect, it } from 'vitest';
import type { IsoDay } from './calendar';
import { pastDay } from './past-day';

const today = '2026-11-27' as IsoDay;

it.each(['1900-01-01', '2024-02-29', '2026-11-27'])('%s can be a day on which a picture was taken', (day) => {
  expect(pastDay(day, today)).toBe(day);
});

it.each(['2026-11-28', '1899-12-31', '2025-02-29', '', '2024-5-3'])('%j cannot', (day) => {
  expect(pastDay(day, today)).toBeUndefined();
});
