import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from 'simple-statistics';
import { Host } from '../host.ts';
import { milliseconds, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

type Builds = typeof import('../../scripts/build-page.ts');
type Times = Readonly<Record<string, number>>;

/** Slower by more than this is told. */
const tolerance = 1.05;

/** One round of a version, milliseconds by what was done. */
async function round(tab: Awaited<ReturnType<Host['open']>>): Promise<Times> {
  return tab.evaluate(async () => {
    const { bench } = window;
    const { first, pass, views, storing, again } = await bench.warm(1, 1);
    const { ready, result } = await bench.cold(1, 0);
    const steps = await bench.steps(4000, 3000, 1, 1);
    const lists: Record<string, readonly number[]> = {
      '12 MP picture to result': first.ours,
      'the same picture once more': again,
      'one pass of the network': pass.ours,
      'eight views': views.ours,
      'copy for the record': storing,
      'new worker to ready': ready.ours,
      'new worker to a first result': result.ours,
    };
    for (const [step, times] of Object.entries(steps)) lists[`step: ${step}`] = times;
    return Object.fromEntries(Object.entries(lists).map(([name, [time = NaN]]) => [name, time]));
  });
}

export const version: Section = {
  name: 'version',
  title: 'Against an earlier version',

  async measure({ host, model, against, rounds, warmUp }) {
    if (against === undefined) throw new Error('wants --against DIR');
    const { buildPage } = (await import(
      pathToFileURL(join(against, 'scripts/build-page.ts')).href
    )) as Builds;
    const other = await Host.start(model, await buildPage(join(against, 'bench/page')));
    const tabs = [await other.open(), await host.open()] as const;
    const rows: { before: Times; now: Times }[] = [];
    for (let at = -warmUp; at < rounds; at++) {
      // The one that goes first changes, as does what the machine does meanwhile.
      const first = at % 2 === 0 ? 0 : 1;
      const one = await round(tabs[first]);
      const two = await round(tabs[1 - first] ?? tabs[0]);
      if (at >= 0) rows.push(first === 0 ? { before: one, now: two } : { before: two, now: one });
    }
    await other.stop();
    const found = Object.keys(rows[0]?.now ?? {}).map((what) => {
      const before = rows.map((each) => each.before[what] ?? NaN);
      const now = rows.map((each) => each.now[what] ?? NaN);
      const ratio = median(now.map((time, at) => time / (before[at] ?? NaN)));
      return { what, before, now, ratio };
    });
    const slower = found.filter(({ ratio }) => ratio > tolerance).map(({ what }) => what);
    const text = `Both versions in turn, ${rounds} rounds, in one browser each; the ratio is the median of the rounds' own ratios.
${slower.length === 0 ? 'Nothing is slower by more than 5 %.' : `Slower by more than 5 %: ${slower.join(', ')}.`}

${table(
  ['what', 'before', 'now', 'ratio'],
  found.map(({ what, before, now, ratio }) => [
    what,
    milliseconds(before),
    milliseconds(now),
    ratio.toFixed(2),
  ]),
)}`;
    return { results: rows, text };
  },
};
