import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Mask } from '../../../../domain/mask';
import { edgePath } from './edge-path';

const maskOf = (...rows: readonly string[]): Mask => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  data: Uint8Array.from(rows.join(''), Number),
});

it('goes around what is inside, a hole as well', () => {
  expect(edgePath(maskOf('000', '010', '000'))).toBe('M1 1h1M1 2h1M1 1v1M2 1v1');
  expect(edgePath(maskOf('111', '101', '111'))).toBe('M0 0h3M1 1h1M1 2h1M0 3h3M0 0v3M1 1v1M2 1v1M3 0v3');
  expect(edgePath(maskOf('00', '00'))).toBe('');
});

it('has as many edges as there are neighbours that differ', () => {
  const masks = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
        .map((data): Mask => ({ width, height, data: Uint8Array.from(data) })),
    );
  fc.assert(
    fc.property(masks, (mask) => {
      const length = [...edgePath(mask).matchAll(/[hv](\d+)/g)].reduce(
        (sum, [, run]) => sum + Number(run),
        0,
      );
      const at = (x: number, y: number) =>
        x < 0 || y < 0 || x >= mask.width || y >= mask.height ? 0 : mask.data[y * mask.width + x];
      let differing = 0;
      for (let y = -1; y < mask.height; y++) {
        for (let x = -1; x < mask.width; x++) {
          if (at(x, y) !== at(x + 1, y)) differing += 1;
          if (at(x, y) !== at(x, y + 1)) differing += 1;
        }
      }
      expect(length).toBe(differing);
    }),
  );
});
