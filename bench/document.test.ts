import { expect, test } from 'vitest';
import { renew } from './document.ts';

const titles = ['Bread', 'Cheese', 'Wine'];

test('a new document has its parts in order', () => {
  const text = renew('', titles, [
    { title: 'Wine', text: 'red' },
    { title: 'Bread', text: 'brown\n\n| a |' },
  ]);
  expect(text).toMatch(/^# Benchmarks\n[^#]*\n## Bread\n\nbrown\n\n\| a \|\n\n## Wine\n\nred\n$/);
});

test('one part is renewed, the others stay, those that are no more go', () => {
  const before = renew(
    '',
    [...titles, 'Ham'],
    [
      { title: 'Bread', text: 'brown' },
      { title: 'Cheese', text: 'hard' },
      { title: 'Ham', text: 'raw' },
    ],
  );
  const after = renew(before, titles, [{ title: 'Cheese', text: 'soft' }]);
  expect(after).toBe(
    renew('', titles, [
      { title: 'Bread', text: 'brown' },
      { title: 'Cheese', text: 'soft' },
    ]),
  );
});
