import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchFiles } from './files';

const match = (file: string, paths: readonly string[]): string | undefined =>
  matchFiles(
    [{ file }],
    paths.map((path) => ({ path })),
  )[0]?.path;

describe('a row of a table', () => {
  const paths = ['a/ISIC_1.jpg', 'b/ISIC_1.jpg', 'b/ISIC_2.JPG', 'c/x.y.png', 'ISIC_3.jpg', 'd/ISIC_3.jpg'];

  it.each([
    ['a/ISIC_1.jpg', 'a/ISIC_1.jpg'],
    ['./a/ISIC_1.jpg', 'a/ISIC_1.jpg'],
    ['a\\ISIC_1.jpg', 'a/ISIC_1.jpg'],
    ['ISIC_2.jpg', 'b/ISIC_2.JPG'],
    ['isic_2', 'b/ISIC_2.JPG'],
    ['b/ISIC_2', 'b/ISIC_2.JPG'],
    ['x.y', 'c/x.y.png'],
    ['ISIC_3.jpg', 'ISIC_3.jpg'],
  ])('means a file: %s', (file, path) => expect(match(file, paths)).toBe(path));

  it.each(['ISIC_1.jpg', 'ISIC_1', 'SIC_2.jpg', 'ISIC_2.png', 'ISIC_4', ''])(
    'means none, or more than one: %s',
    (file) => expect(match(file, paths)).toBeUndefined(),
  );

  it('means each path that it spells out', () => {
    const part = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
    const path = fc
      .tuple(fc.array(part, { maxLength: 3 }), part)
      .map(([folders, name]) => [...folders, `${name}.jpg`].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1 }), (all) => {
        const files = all.map((path) => ({ path }));
        expect(
          matchFiles(
            all.map((file) => ({ file })),
            files,
          ),
        ).toEqual(files);
      }),
    );
  });
});
