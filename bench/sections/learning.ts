import { table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

const counts = [50, 200, 1000];
/** Seconds for 200 corrections on two cores. */
const budget = 5;

export const learning: Section = {
  name: 'learning',
  title: 'Learning from corrections',

  async measure({ host }) {
    const tab = await host.open();
    const seconds: number[] = [];
    for (const count of counts) {
      seconds.push((await tab.evaluate((wanted) => window.bench.learning(wanted), count)) / 1000);
    }
    await tab.context().close();
    const [first = NaN] = seconds;
    const text = `From the call to the new head and its report: six fits, the guard, and the new levels. The bank is there already.

${table(
  ['corrections', 'seconds', 'ratio', 'budget'],
  counts.map((count, at) => [
    String(count),
    (seconds[at] ?? NaN).toFixed(1),
    ((seconds[at] ?? NaN) / first).toFixed(2),
    count === 200 ? `${budget} s` : '',
  ]),
)}`;
    return {
      results: { counts, seconds },
      text,
      ratios: counts.slice(1).map((count, at) => ({
        what: `learning from ${count} corrections, to ${counts[0]}`,
        ratio: (seconds[at + 1] ?? NaN) / first,
        budget: count / (counts[0] ?? NaN),
      })),
    };
  },
};
