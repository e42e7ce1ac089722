import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { addDays, asIsoDay, type IsoDay } from '../../domain/calendar/calendar';
import { captureDay } from './capture-day';

const today = '2026-11-27' as IsoDay;
const fixture = (file: string): Buffer =>
  readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url));

type Kind = 'jpeg' | 'png' | 'webp' | 'avif';

interface Dates {
  /** When it was taken, digitised, and changed last, as EXIF writes it. */
  readonly original?: string;
  readonly digitized?: string;
  readonly changed?: string;
}

/** A picture file with these dates, as cameras and editors leave them. */
async function taken(kind: Kind, { original, digitized, changed }: Dates): Promise<Uint8Array> {
  return sharp(fixture('orientation-1.jpg'))
    .resize(32)
    .withExif({
      IFD0: { Make: 'A camera', ...(changed && { DateTime: changed }) },
      IFD2: {
        ...(original && { DateTimeOriginal: original }),
        ...(digitized && { DateTimeDigitized: digitized }),
      },
    })
    .toFormat(kind)
    .toBuffer();
}

/** The same container as AVIF, by its brands HEIC. */
function asHeic(avif: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(avif).toString('latin1').replace('ftypavif', 'ftypheic'), 'latin1');
}

describe('the day on which a picture was taken', () => {
  it.each([
    ['2023:03:05 10:20:30', '2023-03-05'],
    ['2024:07:14 09:00:00', '2024-07-14'],
    ['2026:01:31 23:59:59', '2026-01-31'],
    ['2024:02:29', '2024-02-29'],
    ['2024-07-14T09:00:00', '2024-07-14'],
  ])('of %s is %s', async (original, day) => {
    expect(captureDay(await taken('jpeg', { original, changed: original }), today)).toBe(day);
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('is found in %s', async (kind) => {
    const file = await taken(kind, { original: '2023:03:05 10:20:30' });
    expect(captureDay(file, today)).toBe('2023-03-05');
    // A part of a larger buffer, as it comes out of an archive.
    const larger = Buffer.concat([Buffer.alloc(7), file, Buffer.alloc(9)]);
    expect(captureDay(larger.subarray(7, 7 + file.length), today)).toBe('2023-03-05');
  });

  it('is found in HEIC', async () => {
    const file = asHeic(await taken('avif', { original: '2023:03:05 10:20:30' }));
    expect(Buffer.from(file).toString('latin1', 4, 12)).toBe('ftypheic');
    expect(captureDay(file, today)).toBe('2023-03-05');
  });

  it('is found in the beginning of a JPEG', async () => {
    const file = await taken('jpeg', { original: '2023:03:05 10:20:30' });
    expect(captureDay(file.subarray(0, 500), today)).toBe('2023-03-05');
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '1970:01:01 00:00:00',
    '1989:12:31 23:59:59',
    '2026:11:28 00:00:00',
    '2099:01:01 00:00:00',
    '2023:02:29 10:00:00',
    '2023:13:01 10:00:00',
    '2023:03:051 10:00:00',
    'yesterday',
  ])('is not %j', async (original) => {
    expect(captureDay(await taken('jpeg', { original }), today)).toBeUndefined();
  });

  it('is that of digitising where the camera says no other, never that of the last change', async () => {
    const digitized = '2001:05:06 10:00:00';
    expect(captureDay(await taken('jpeg', { digitized, changed: '2026:11:27 10:00:00' }), today)).toBe(
      '2001-05-06',
    );
    expect(captureDay(await taken('jpeg', { original: '0000:00:00 00:00:00', digitized }), today)).toBe(
      '2001-05-06',
    );
    expect(captureDay(await taken('jpeg', { changed: '2026:11:27 10:00:00' }), today)).toBeUndefined();
  });

  it.each([
    'plain.bmp',
    'animated.gif',
    'text.jpg',
    'empty.jpg',
    'header.heic',
    'still.avif',
    'one-pixel.png',
  ])('is not known of %s', (file) => {
    expect(captureDay(fixture(file), today)).toBeUndefined();
  });

  it('never throws and never says what cannot be, whatever the bytes', async () => {
    const files = await Promise.all(
      (['jpeg', 'png', 'webp', 'avif'] as const).map((kind) =>
        taken(kind, { original: '2023:03:05 10:20:30', digitized: '2001:05:06 10:00:00' }),
      ),
    );
    files.push(asHeic(files[3] ?? new Uint8Array()));
    const spoilt = fc
      .tuple(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat({ max: 700 }), fc.nat({ max: 255 })), { maxLength: 20 }),
        fc.nat({ max: 2000 }),
      )
      .map(([file, changes, length]) => {
        const copy = Uint8Array.from(file.subarray(0, 100 + length));
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 500 })), (bytes) => {
        const day = captureDay(bytes, today);
        if (day === undefined) return;
        expect(asIsoDay(day)).toBe(day);
        expect(day >= '1990-01-01' && day < addDays(today, 1)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
