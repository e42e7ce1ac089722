/** `npm run bench`: what the app costs, as ratios to the least that it could cost and to other runtimes. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Manifest } from '../src/model/manifest.ts';
import { launchChromium } from '../scripts/browser.ts';
import { buildPage } from '../scripts/build-page.ts';
import { measureParts } from '../scripts/size/parts.ts';
import { serve } from '../scripts/static-server.ts';
import { convertPack } from './convert.ts';
import type { BenchPage } from './page/main.ts';
import { drawPhoto } from './picture.ts';
import { compressedSize } from './runtime-size.ts';
import { formatTable, type Measured } from './table.ts';

declare const window: { bench: BenchPage };

const usage = `npm run bench -- [--model DIR] [--dist DIR] [--rounds N] [--write]

  --model DIR   the model pack (default: public/model)
  --dist DIR    the built app, for the bytes over the wire (default: dist)
  --rounds N    counted rounds of each measurement (default: 21)
  --write       puts the table into docs/benchmarks.md`;

const root = join(import.meta.dirname, '..');
const packages = join(root, 'node_modules');
const warmUp = 5;

async function measure(model: string, dist: string, rounds: number): Promise<Measured> {
  const scratch = await mkdtemp(join(tmpdir(), 'lentigo-bench-'));
  const photo = await drawPhoto(4000, 3000);
  convertPack(model, scratch);
  const page = await buildPage(join(import.meta.dirname, 'page'));
  const server = await serve({
    '/': page,
    '/model/': model,
    '/models/': scratch,
    '/onnxruntime/': join(packages, 'onnxruntime-web/dist'),
    '/litert/': join(packages, '@litertjs/core/wasm'),
    '/picture.jpg': (_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo),
  });
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(0);
    await tab.goto(server.url);
    const args = [rounds, warmUp] as const;
    console.log('12 MP picture, warm …');
    const warm = await tab.evaluate(([n, w]) => window.bench.warm(n, w), args);
    console.log('12 MP picture, cold …');
    const cold = await tab.evaluate(([n, w]) => window.bench.cold(n, w), args);
    console.log('runtimes …');
    await tab.reload();
    const runtimes = await tab.evaluate(([n, w]) => window.bench.runtimes(n, w), args);
    return {
      browser: `Chromium ${browser.version()}`,
      machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
      pack: (JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8')) as Manifest).version,
      rounds,
      photoBytes: photo.byteLength,
      warm,
      cold,
      runtimes,
      parts: await measureParts(dist),
      runtimeBytes: await compressedSize(packages),
    };
  } finally {
    await browser.close();
    server.close();
    await rm(page, { recursive: true, force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'public/model') },
    dist: { type: 'string', default: join(root, 'dist') },
    rounds: { type: 'string', default: '21' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
} else if (!existsSync(join(values.dist, 'index.html'))) {
  console.error(`There is no built app in ${values.dist}: run \`npm run build\` first.`);
  process.exitCode = 2;
} else {
  const measured = await measure(resolve(values.model), resolve(values.dist), Number(values.rounds));
  const table = formatTable(measured);
  const results = join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  await writeFile(join(results, 'latest.json'), `${JSON.stringify(measured, null, 2)}\n`);
  console.log(`\n${table}`);
  if (values.write) await writeFile(join(root, 'docs/benchmarks.md'), table);
}
