/** `npm run size`: what the built app costs over the wire (brotli), against its budgets. */
import { parseArgs } from 'node:util';
import { firstLoad, measureParts, partNames } from './size/parts.ts';

const kilobyte = 1000;
const { values } = parseArgs({ options: { dist: { type: 'string', default: 'dist' } } });
const parts = await measureParts(values.dist);

const budgets = [
  { name: 'page script', bytes: parts.page, limit: 80 * kilobyte },
  { name: 'worker', bytes: parts.worker, limit: 170 * kilobyte },
  { name: 'first load', bytes: firstLoad(parts), limit: 3500 * kilobyte },
];

const show = (bytes: number): string => `${(bytes / kilobyte).toFixed(1).padStart(8)} kB`;
for (const name of partNames) console.log(`${name.padEnd(16)}${show(parts[name])}`);
console.log();
for (const { name, bytes, limit } of budgets) {
  // A part that is missing means that the build or the sorting is wrong.
  const holds = bytes > 0 && bytes <= limit;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${name.padEnd(12)}${show(bytes)} of${show(limit)}`);
  if (!holds) process.exitCode = 1;
}
