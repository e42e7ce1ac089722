import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readable, unreadable } from '../../../e2e/fixtures/pictures';
import { sniff, type PictureType } from './sniff';
import { isClosedJpeg, isTruncated } from './truncation';

function fixture(file: string): Uint8Array {
  return readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url));
}

const types: PictureType[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/bmp',
  'image/avif',
  'image/heic',
];

/** Files in which every byte counts, so that every beginning is a truncated file. */
const dense = readable.filter(
  ({ file, type }) => !['image/gif', 'image/avif'].includes(type) && file !== 'trailing-bytes.jpg',
);

describe('isTruncated', () => {
  it.each(readable)('finds $file whole', ({ file, type }) => {
    expect(isTruncated(fixture(file), type)).toBe(false);
  });

  it.each(unreadable.filter(({ file }) => file.startsWith('truncated')))('finds $file cut', ({ file }) => {
    const bytes = fixture(file);
    const type = sniff(bytes)?.type;
    expect(type && isTruncated(bytes, type)).toBe(true);
  });

  it.each(dense)('notices when anything is missing of $file', ({ file, type }) => {
    const bytes = fixture(file);
    for (let length = 0; length < bytes.length; length++) {
      expect(isTruncated(bytes.subarray(0, length), type), `${length} of ${bytes.length} bytes`).toBe(true);
    }
  });

  it.each(readable)('does not mind what follows the end of $file', ({ file, type }) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 7 }), (padding) => {
        expect(isTruncated(Uint8Array.from([...fixture(file), ...padding]), type)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('wants only the first frame of a GIF', () => {
    const bytes = fixture('animated.gif');
    expect(isTruncated(bytes.subarray(0, bytes.length - 1), 'image/gif')).toBe(false);
    expect(isTruncated(bytes.subarray(0, 60), 'image/gif')).toBe(true);
  });

  it('is not taken in by the end of a thumbnail inside of a JPEG', () => {
    const bytes = fixture('orientation-1.jpg');
    const thumbnail = fixture('progressive.jpg');
    const segment = [0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255, ...thumbnail];
    const file = Uint8Array.from([...bytes.subarray(0, 2), ...segment, ...bytes.subarray(2)]);
    expect(isTruncated(file, 'image/jpeg')).toBe(false);
    expect(isTruncated(file.subarray(0, file.length - 50), 'image/jpeg')).toBe(true);
  });

  it('never throws and always ends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 400 }), (type, bytes) => {
        expect(typeof isTruncated(bytes, type)).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isClosedJpeg', () => {
  const closed = (bytes: Uint8Array, head = bytes): boolean =>
    isClosedJpeg(head, bytes.subarray(-2), bytes.length);
  const jpegs = readable.filter(({ type, file }) => type === 'image/jpeg' && file !== 'trailing-bytes.jpg');

  it.each(jpegs)('needs no more than head and tail of $file', ({ file }) => {
    expect(closed(fixture(file))).toBe(true);
  });

  it('leaves it open where something follows the picture, or the head holds no scan', () => {
    expect(closed(fixture('trailing-bytes.jpg'))).toBe(false);
    const bytes = fixture('progressive.jpg');
    expect(closed(bytes, bytes.subarray(0, 40))).toBe(false);
  });

  it.each(jpegs)('calls no beginning of $file closed', ({ file }) => {
    const bytes = fixture(file);
    for (let length = 2; length < bytes.length; length++) {
      expect(closed(bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`).toBe(false);
    }
  });

  it('is not taken in by the end of a thumbnail', () => {
    const thumbnail = fixture('progressive.jpg');
    const segment = [0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255, ...thumbnail];
    // The file ends with its thumbnail.
    expect(closed(Uint8Array.from([0xff, 0xd8, ...segment]))).toBe(false);
  });
});
