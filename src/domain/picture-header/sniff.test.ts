import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readable, unreadable } from '../../../e2e/fixtures/pictures';
import { sniff } from './sniff';

function fixture(file: string): Uint8Array {
  return readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url));
}

/** Beginnings that lead into each format's reader. */
const beginnings = [
  [0xff, 0xd8, 0xff],
  [...Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  [...Buffer.from('GIF89a')],
  [...Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
  [...Buffer.from('RIFF\0\0\0\0WEBPVP8L')],
  [...Buffer.from('RIFF\0\0\0\0WEBPVP8X')],
  [0x42, 0x4d, 0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0],
  [0, 0, 0, 24, ...Buffer.from('ftypavif')],
  [0, 0, 0, 24, ...Buffer.from('ftypheic\0\0\0\0mif1heic\0\0\0\x40meta\0\0\0\0\0\0\0\x30iprp')],
];

describe('sniff', () => {
  it.each(readable)('knows $file by its content', ({ file, type, width, height }) => {
    const found = sniff(fixture(file));
    const { width: storedWidth, height: storedHeight } = found?.size ?? { width: 0, height: 0 };
    expect(found?.type).toBe(type);
    // The header knows nothing of the turning.
    expect([storedWidth, storedHeight].sort()).toEqual([width, height].sort());
  });

  it('knows what is no picture', () => {
    const strangers = [
      '',
      'BM is how this letter begins',
      'GIF89',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '%PDF-1.7',
    ];
    for (const text of strangers) expect(sniff(Buffer.from(text))).toBeUndefined();
    for (const { file, failure } of unreadable) {
      if (failure === 'picture-unsupported') expect(sniff(fixture(file))).toBeUndefined();
    }
  });

  it('tells HEIC from AVIF', () => {
    expect(sniff(fixture('header.heic'))?.type).toBe('image/heic');
    expect(sniff(fixture('still.avif'))?.type).toBe('image/avif');
  });

  it('reads the size that a header declares', () => {
    expect(sniff(fixture('bomb.png'))?.size).toEqual({ width: 60000, height: 60000 });
  });

  it('needs only the beginning for the type', () => {
    for (const { file, type } of readable) expect(sniff(fixture(file).subarray(0, 32))?.type).toBe(type);
  });

  it('never throws', () => {
    const tail = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom([], ...beginnings), tail, (beginning, rest) => {
        const size = sniff(Uint8Array.from([...beginning, ...rest]))?.size;
        expect(size === undefined || Number.isInteger(size.width * size.height)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
