import { table } from '../markdown.ts';
import type { BackupTimes } from '../page/backup.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

const counts = [100, 1000, 3000];

export const backup: Section = {
  name: 'backup',
  title: 'Saving and restoring a record',

  async measure({ host }) {
    const tab = await host.open();
    const results: BackupTimes[] = [];
    for (const count of counts) {
      results.push(await tab.evaluate((visits) => window.bench.backup(visits), count));
    }
    await tab.context().close();
    const speed = ({ bytes }: BackupTimes, milliseconds: number): number => bytes / 1000 / milliseconds;
    const saving = results.map((each) => speed(each, each.saving));
    const restoring = results.map((each) => speed(each, each.restoring));
    const row = (name: string, speeds: readonly number[]): string[] => [
      name,
      ...speeds.map((value) => `${value.toFixed(1)} MB/s`),
    ];
    const text = `Two visits for each patient, one picture each. The file is encrypted for a key; a passphrase adds a second or two, whatever
the size. Restoring reads the file twice: first all of it is checked, then it is written into an empty record. Once each.

${table(
  ['what', ...counts.map((count) => `${count.toLocaleString('en')} visits`)],
  [
    ['file', ...results.map(({ bytes }) => `${(bytes / 1e6).toFixed(1)} MB`)],
    row('saving', saving),
    row('restoring', restoring),
  ],
)}`;
    const growth = ([few = NaN, , many = NaN]: readonly number[]): number => few / many;
    return {
      results,
      text,
      ratios: [
        { what: 'time to save a megabyte, 3,000 visits to 100', ratio: growth(saving) },
        { what: 'time to restore a megabyte, 3,000 visits to 100', ratio: growth(restoring) },
      ],
    };
  },
};
