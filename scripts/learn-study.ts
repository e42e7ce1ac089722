/**
 * `npm run learn-study -- --clinics DIR --out FILE`: what learning on a device would bring, with the code that ships.
 * Clinics are embeddings that `python -m lentigo_training clinics --out DIR` has written. Of each, some lesions
 * are kept to test on; of the others more and more are corrected. Rows are appended to FILE as they come (JSON
 * lines), and what is there already is not computed again. With `--figure` the curves are drawn, and a table is printed.
 */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configureTensorflow, startWasm } from '../src/model/runtime/backend.ts';
import { decodeGraph } from '../src/model/runtime/graph.ts';
import { Classifier } from '../src/model/runtime/classifier.ts';
import { logitsOf, type Layer } from '../src/model/learning/layer.ts';
import { decodeBank } from '../src/model/learning/bank.ts';
import { parseManifest, type Manifest } from '../src/domain/pack/manifest.ts';
import { readClinics } from './learn-study/clinics.ts';
import { drawing, table } from './learn-study/figure.ts';
import { study, type Row } from './learn-study/study.ts';

const { values } = parseArgs({
  options: {
    clinics: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string', default: 'public/model' },
    figure: { type: 'string' },
    repeats: { type: 'string', default: '3' },
  },
});
if (values.clinics === undefined || values.out === undefined)
  throw new Error('--clinics and --out are needed');

const out = values.out;
configureTensorflow(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'),
);
await startWasm();

const bytesOf = async (path: string): Promise<ArrayBuffer> => {
  const bytes = await readFile(join(values.model, path));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};
const manifestBytes = await bytesOf('manifest.json');
const manifest = parseManifest(JSON.parse(new TextDecoder().decode(manifestBytes)));
if (!manifest.bank) throw new Error('the model has no bank');
const bank = decodeBank(await bytesOf(manifest.bank.path), manifest.bank);
const shipped = await shippedLayer(manifest);

const done = new Set((await rowsIn(out)).map(keyOf));
const clinics = await readClinics(values.clinics, manifest);
for await (const row of study(
  { manifest, bank, shipped, clinics, repeats: Number(values.repeats) },
  (planned) => done.has(keyOf(planned)),
)) {
  await appendFile(out, `${JSON.stringify(row)}\n`);
  console.log(JSON.stringify(row));
}
const rows = await rowsIn(out);
if (values.figure !== undefined) await writeFile(values.figure, drawing(rows));
console.log(table(rows));

async function rowsIn(path: string): Promise<Row[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

function keyOf({ clinic, corrections, withBank, wrong, repeat }: Omit<Row, 'result'>): string {
  return [clinic, corrections, withBank, wrong, repeat].join(' ');
}

/** The last layer of the pack, as the worker finds it. */
async function shippedLayer(of: Manifest): Promise<Layer> {
  const files = await Promise.all(of.files.map(async ({ path }) => [path, await bytesOf(path)] as const));
  const pack = { manifest: of, manifestBytes, files: new Map(files) };
  const classifier = new Classifier('wasm', decodeGraph(pack), of);
  const input = new Float32Array(of.input.width * of.input.height * of.input.channels);
  const { kernel } = await classifier.attention(input);
  const { logits, embedding } = await classifier.run(input);
  const share = logitsOf({ kernel, bias: new Float32Array(of.classes.length) }, embedding);
  classifier.dispose();
  return { kernel, bias: logits.map((logit, at) => logit - (share[at] ?? 0)) };
}
