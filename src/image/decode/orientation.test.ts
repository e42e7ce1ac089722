import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webpOrientation } from './orientation';

function fixture(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url)));
}

describe('webpOrientation', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('finds orientation %i', (orientation) => {
    expect(webpOrientation(fixture(`orientation-${orientation}.webp`))).toBe(orientation);
  });

  it.each(['lossy.webp', 'lossless.webp', 'animated.webp'])('takes %s as it is', (file) => {
    expect(webpOrientation(fixture(file))).toBe(1);
  });

  it('never throws, and says nothing but 1 to 8', () => {
    const bytes = fixture('orientation-6.webp');
    const changed = fc
      .array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((changes) => {
        const file = bytes.slice();
        for (const [at, value] of changes) file[at] = value;
        return file;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (file) => {
        expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(webpOrientation(file));
      }),
    );
  });
});
