import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64';

it('is what every other encoder writes, and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ size: 'large' }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
});

it('is in one piece where the bytes are many', () => {
  const bytes = new Uint8Array(100_001).fill(7);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
