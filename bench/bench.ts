/** `npm run bench`: what the app costs, as ratios to the least that it could cost and to other runtimes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Manifest } from '../src/domain/pack/manifest.ts';
import { renew, type DocumentPart } from './document.ts';
import { Host } from './host.ts';
import { ratioTable, ratioTitle } from './ratios.ts';
import type { Measured, Ratio, Section } from './section.ts';
import { app } from './sections/app.ts';
import { backup } from './sections/backup.ts';
import { learning } from './sections/learning.ts';
import { peers } from './sections/peers.ts';
import { reading } from './sections/reading.ts';
import { records } from './sections/records.ts';
import { runtimes } from './sections/runtimes.ts';
import { size } from './sections/size.ts';
import { slow } from './sections/slow.ts';
import { start } from './sections/start.ts';
import { steps } from './sections/steps.ts';
import { threads } from './sections/threads.ts';
import { version } from './sections/version.ts';

/** In the order of the document. */
const sections: readonly Section[] = [
  reading,
  start,
  app,
  slow,
  records,
  learning,
  steps,
  threads,
  peers,
  runtimes,
  size,
  backup,
  version,
];
const names = sections.map(({ name }) => name);

const usage = `npm run bench -- [--only NAME]... [--against DIR] [--model DIR] [--dist DIR] [--rounds N] [--write]

  --only NAME   one section alone, or several: ${names.join(', ')}
  --against DIR a checkout of an earlier version with its packages, for the section of that name
  --model DIR   the model pack (default: public/model)
  --dist DIR    the built app (default: dist)
  --rounds N    counted rounds of each measurement (default: 21)
  --write       puts each section into docs/benchmarks.md as soon as it is measured`;

const root = join(import.meta.dirname, '..');
const results = join(import.meta.dirname, 'results');
const resultOf = (name: string): string => join(results, `${name}.json`);
const warmUp = 5;

interface Wanted {
  readonly sections: readonly Section[];
  readonly model: string;
  readonly dist: string;
  readonly against?: string;
  readonly rounds: number;
}

/**
 * Measures one section after the other. Each is kept as soon as it is there, and `onSection` is told: a run that is
 * stopped loses nothing of the sections before.
 */
async function measure(
  { sections: wanted, rounds, ...where }: Wanted,
  onSection: (part: DocumentPart) => Promise<void>,
): Promise<void> {
  await mkdir(results, { recursive: true });
  const manifest = JSON.parse(await readFile(join(where.model, 'manifest.json'), 'utf8')) as Manifest;
  const processor = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  const host = await Host.start(where.model);
  try {
    const about = `Chromium ${host.browser.version()} without a window, ${processor}, pack ${manifest.version}, ${rounds} rounds.`;
    for (const section of wanted) {
      const { name, title } = section;
      console.log(`${name} …`);
      const begin = performance.now();
      let measured: Measured;
      try {
        measured = await section.measure({ host, ...where, rounds, warmUp });
      } catch (thrown) {
        // The others can do without it.
        console.error(`${name} failed:`, thrown);
        process.exitCode = 1;
        continue;
      }
      const { ratios = [], ...rest } = measured;
      await writeFile(resultOf(name), `${JSON.stringify({ about, ratios, ...rest }, null, 2)}\n`);
      console.log(`\n${measured.text}\n`);
      if (ratios.length > 0) console.log(`${await ratioTable(ratios)}\n`);
      console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
      await onSection({ title, text: `${measured.text}\n\n${about}` });
    }
  } finally {
    await host.stop();
  }
}

/** The ratios of all sections: of each those that were measured last. */
async function everyRatio(): Promise<Ratio[]> {
  const found: Ratio[] = [];
  for (const { name } of sections) {
    if (!existsSync(resultOf(name))) continue;
    const { ratios } = JSON.parse(await readFile(resultOf(name), 'utf8')) as {
      readonly ratios: readonly Ratio[];
    };
    found.push(...ratios);
  }
  return found;
}

async function writeDocument(part: DocumentPart): Promise<void> {
  const file = join(root, 'docs/benchmarks.md');
  const before = existsSync(file) ? await readFile(file, 'utf8') : '';
  const titles = [ratioTitle, ...sections.map(({ title }) => title)];
  const ratios = { title: ratioTitle, text: await ratioTable(await everyRatio()) };
  await writeFile(file, await formatted(renew(before, titles, [ratios, part])));
}

async function formatted(markdown: string): Promise<string> {
  const options = await resolveConfig(join(root, 'docs/benchmarks.md'));
  return format(markdown, { ...options, parser: 'markdown' });
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    against: { type: 'string' },
    model: { type: 'string', default: join(root, 'public/model') },
    dist: { type: 'string', default: join(root, 'dist') },
    rounds: { type: 'string', default: '21' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const only = values.only ?? names.filter((name) => name !== version.name || values.against !== undefined);
const unknown = only.filter((name) => !names.includes(name));
if (values.help) {
  console.log(usage);
} else if (unknown.length > 0) {
  console.error(`No section is called ${unknown.join(', ')}.\n\n${usage}`);
  process.exitCode = 2;
} else if (!existsSync(join(values.dist, 'index.html'))) {
  console.error(`There is no built app in ${values.dist}: run \`npm run build\` first.`);
  process.exitCode = 2;
} else {
  const wanted = {
    sections: sections.filter(({ name }) => only.includes(name)),
    model: resolve(values.model),
    dist: resolve(values.dist),
    ...(values.against !== undefined && { against: resolve(values.against) }),
    rounds: Number(values.rounds),
  };
  await measure(wanted, (part) => (values.write ? writeDocument(part) : Promise.resolve()));
}
