import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { calendarFile } from './calendar-file';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const now = new Date('2026-05-31T10:20:30Z');

/** Content lines, unfolded, as RFC 5545 (3.1) has them. */
function linesOf(file: string): string[] {
  return file.replaceAll('\r\n ', '').split('\r\n');
}

/** A text value without its escapes (3.3.11). */
function unescaped(value: string): string {
  return value.replaceAll(/\\([\\;,nN])/g, (_, escaped: string) => (/[nN]/.test(escaped) ? '\n' : escaped));
}

function value(lines: readonly string[], name: string): string | undefined {
  return lines
    .find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`))
    ?.replace(/^[^:]*:/, '');
}

describe('a calendar file', () => {
  it.each(['Pacific/Kiritimati', 'UTC', 'America/Los_Angeles'])('has whole days, also in %s', (there) => {
    process.env['TZ'] = there;
    const lines = linesOf(calendarFile([{ id: 'a-1', day: '2027-02-28', title: 'Check a lesion' }], now));
    expect(lines[0]).toBe('BEGIN:VCALENDAR');
    expect(lines).toContain('VERSION:2.0');
    expect(lines).toContain('UID:a-1');
    expect(lines).toContain('DTSTAMP:20260531T102030Z');
    expect(lines).toContain('DTSTART;VALUE=DATE:20270228');
    expect(lines).toContain('TRIGGER;RELATED=START:PT9H');
    expect(value(lines, 'SUMMARY')).toBe('Check a lesion');
    expect(lines.filter(Boolean).at(-1)).toBe('END:VCALENDAR');
  });

  it('says of a person only what stands in the title', () => {
    const file = calendarFile([{ id: 'a-1', day: '2027-02-28', title: 'Check a lesion' }], now);
    const names = new Set(linesOf(file).map((line) => line.replace(/[:;].*/, '')));
    for (const name of ['DESCRIPTION', 'LOCATION', 'ORGANIZER', 'ATTENDEE', 'URL']) {
      const found = linesOf(file).filter(
        (line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`),
      );
      // An alarm must have a description (3.6.6); it repeats the title.
      expect(found, name).toEqual(name === 'DESCRIPTION' ? ['DESCRIPTION:Check a lesion'] : []);
    }
    expect(names).toContain('SUMMARY');
  });

  it('keeps every title, in lines of no more than 75 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
        const title = text.replaceAll(/[\r\n]/g, ' ');
        const file = calendarFile([{ id: 'a-1', day: '2027-02-28', title }], now);
        for (const line of file.split('\r\n')) {
          expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
        }
        expect(unescaped(value(linesOf(file), 'SUMMARY') ?? '')).toBe(title);
      }),
      { numRuns: 200 },
    );
  });
});

it('leaves out a stored day that the calendar does not have, and keeps the others', () => {
  const entry = (day: string) => ({ id: day, day, title: 'Check' });
  const file = calendarFile(['2026-02-30', '0085-03-04', '2026-03-01'].map(entry));
  expect(file.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  expect(file).toContain('DTSTART;VALUE=DATE:20260301');
});
