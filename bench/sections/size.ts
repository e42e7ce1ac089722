import { firstLoad, measureParts, partNames } from '../../scripts/size/parts.ts';
import { kilobytes, table } from '../markdown.ts';
import type { Section } from '../section.ts';

const budgets: Readonly<Record<string, string>> = { page: '80 kB', worker: '170 kB' };

export const size: Section = {
  name: 'size',
  title: 'Bytes over the wire',

  async measure({ dist }) {
    const parts = await measureParts(dist);
    const text = `Brotli at its highest quality. A first visit fetches all of it.

${table(
  ['part', 'size', 'budget'],
  [
    ...partNames.map((name) => [name, kilobytes(parts[name]), budgets[name] ?? '']),
    ['together', kilobytes(firstLoad(parts)), '3500 kB'],
  ],
)}`;
    return { results: parts, text };
  },
};
