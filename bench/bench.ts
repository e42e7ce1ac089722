/** `npm run bench`: what the app costs, as ratios to the least that it could cost and to other runtimes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Manifest } from '../src/domain/pack/manifest.ts';
import { renew, type DocumentPart } from './document.ts';
import { Host } from './host.ts';
import { ratioTable, ratioTitle } from './ratios.ts';
import type { Ratio, Section } from './section.ts';
import { app } from './sections/app.ts';
import { learning } from './sections/learning.ts';
import { peers } from './sections/peers.ts';
import { reading } from './sections/reading.ts';
import { records } from './sections/records.ts';
import { runtimes } from './sections/runtimes.ts';
import { size } from './sections/size.ts';
import { slow } from './sections/slow.ts';
import { start } from './sections/start.ts';
import { steps } from './sections/steps.ts';

/** In the order of the document. */
const sections: readonly Section[] = [
  reading,
  start,
  app,
  slow,
  records,
  learning,
  steps,
  peers,
  runtimes,
  size,
];
const names = sections.map(({ name }) => name);

const usage = `npm run bench -- [--only NAME]... [--model DIR] [--dist DIR] [--rounds N] [--write]

  --only NAME   one section alone, or several: ${names.join(', ')}
  --model DIR   the model pack (default: public/model)
  --dist DIR    the built app (default: dist)
  --rounds N    counted rounds of each measurement (default: 21)
  --write       puts what was measured into docs/benchmarks.md`;

const root = join(import.meta.dirname, '..');
const warmUp = 5;

interface Wanted {
  readonly sections: readonly Section[];
  readonly model: string;
  readonly dist: string;
  readonly rounds: number;
}

/** Measures one section after the other; each result is kept as soon as it is there. */
async function measure({ sections: wanted, model, dist, rounds }: Wanted): Promise<DocumentPart[]> {
  const results = join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  const { version } = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8')) as Manifest;
  const processor = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  const host = await Host.start(model);
  const parts: DocumentPart[] = [];
  const ratios: Ratio[] = [];
  try {
    const about = `Chromium ${host.browser.version()} without a window, ${processor}, pack ${version}, ${rounds} rounds.`;
    for (const section of wanted) {
      const { name, title } = section;
      console.log(`${name} …`);
      const measured = await section.measure({ host, model, dist, rounds, warmUp });
      await writeFile(join(results, `${name}.json`), `${JSON.stringify(measured.results, null, 2)}\n`);
      ratios.push(...(measured.ratios ?? []));
      console.log(`\n${measured.text}\n`);
      parts.push({ title, text: `${measured.text}\n\n${about}` });
    }
  } finally {
    await host.stop();
  }
  const text = await ratioTable(ratios);
  console.log(`\n${text}\n`);
  // Of some sections alone it would be half a table.
  return wanted.length === sections.length ? [{ title: ratioTitle, text }, ...parts] : parts;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: names },
    model: { type: 'string', default: join(root, 'public/model') },
    dist: { type: 'string', default: join(root, 'dist') },
    rounds: { type: 'string', default: '21' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only.filter((name) => !names.includes(name));
if (values.help) {
  console.log(usage);
} else if (unknown.length > 0) {
  console.error(`No section is called ${unknown.join(', ')}.\n\n${usage}`);
  process.exitCode = 2;
} else if (!existsSync(join(values.dist, 'index.html'))) {
  console.error(`There is no built app in ${values.dist}: run \`npm run build\` first.`);
  process.exitCode = 2;
} else {
  const parts = await measure({
    sections: sections.filter(({ name }) => values.only.includes(name)),
    model: resolve(values.model),
    dist: resolve(values.dist),
    rounds: Number(values.rounds),
  });
  const file = join(root, 'docs/benchmarks.md');
  if (values.write) {
    const before = existsSync(file) ? await readFile(file, 'utf8') : '';
    const titles = [ratioTitle, ...sections.map(({ title }) => title)];
    await writeFile(file, renew(before, titles, parts));
  }
}
