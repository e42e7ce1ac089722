/** The pack in the browser against the float network that it was made from. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Outcome } from '../src/domain/evaluation/outcome';
import { run } from '../scripts/evaluate/run.ts';
import { softmax } from '../src/model/calibration.ts';
import type { Backend } from '../src/domain/prediction.ts';
import { dist } from './support/host.ts';
import { ham10000, noPictures } from './support/real-pictures.ts';
import { expect, test } from './support/test.ts';

const codes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
const referenceFile = join(import.meta.dirname, '../training/reference/ham10000_test_float.csv');

/** `file` and the softmax, without temperature, of the float network. */
function readReference(): { file: string; probabilities: number[] }[] {
  const rows: Record<string, string>[] = parse(readFileSync(referenceFile), { columns: true });
  return rows.map((row) => ({
    file: row['file'] ?? '',
    probabilities: codes.map((code) => Number(row[`p_${code}`])),
  }));
}

/**
 * How many pictures each backend reads. WebGL by software takes more than a second for one, so that it
 * reads few unless `LENTIGO_PARITY=all` asks for every one.
 */
const counts: Readonly<Record<Backend, number>> = {
  wasm: Infinity,
  webgl: process.env['LENTIGO_PARITY'] === 'all' ? Infinity : 24,
  // The browser of `evaluate` has none; e2e/backend.spec.ts gives it the golden input.
  webgpu: 0,
};

const top = (values: readonly number[]): number => values.indexOf(Math.max(...values));

for (const backend of ['wasm', 'webgl'] satisfies Backend[]) {
  test(`${backend} agrees with the float network`, async () => {
    const images = ham10000();
    test.skip(!images, noPictures);
    test.skip(!existsSync(referenceFile), 'no training/reference/ham10000_test_float.csv');
    test.setTimeout(1_800_000);
    const whole = readReference();
    expect(whole.length).toBeGreaterThanOrEqual(500);
    const reference = whole.slice(0, counts[backend]);
    const outcomes: Outcome[] = [];
    await run({
      images: images ?? '',
      labels: reference.map(({ file }) => ({ file, dx: 'none', code: 'none', others: {} })),
      model: join(dist, 'model'),
      backend,
      done: new Set(),
      views: 1,
      jobs: 1,
      signal: new AbortController().signal,
      onOutcome: (_index, outcome) => outcomes.push(outcome),
    });
    expect(outcomes).toHaveLength(reference.length);
    let same = 0;
    let difference = 0;
    for (const [index, { prediction, error }] of outcomes.entries()) {
      expect(error).toBeUndefined();
      expect(prediction?.backend).toBe(backend);
      const expected = reference[index]?.probabilities ?? [];
      const found = softmax(prediction?.logits ?? []);
      if (top(found) === top(expected)) same += 1;
      for (const [k, value] of found.entries()) difference += Math.abs(value - (expected[k] ?? NaN));
    }
    const agreement = same / outcomes.length;
    const meanDifference = difference / (outcomes.length * codes.length);
    test.info().annotations.push({
      type: 'parity',
      description: `${backend}: same top class ${agreement.toFixed(4)}, mean absolute difference ${meanDifference.toFixed(5)}`,
    });
    expect(agreement).toBeGreaterThanOrEqual(0.99);
    expect(meanDifference).toBeLessThanOrEqual(0.01);
  });
}
