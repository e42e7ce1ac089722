import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { noiseFor } from './noise';
import { readHeadUpdate, requireFor } from './read-head-update';

/** What `head-update.test.ts` has written and training/ reads. */
const text = await readFile(
  new URL('../../../training/tests/federation/update.json', import.meta.url),
  'utf8',
);
const outer = JSON.parse(text) as { update: string; signature: Record<string, string> };
const inner = JSON.parse(outer.update) as Record<string, unknown>;

const changed = (part: Record<string, unknown>): string =>
  JSON.stringify({ ...outer, update: JSON.stringify({ ...inner, ...part }) });

describe('readHeadUpdate', () => {
  it('reads what the app writes', () => {
    expect(readHeadUpdate(text)).toEqual({
      pack: { id: 'made-task', version: '0.1.0' },
      classes: ['nv', 'mel', 'bcc'],
      day: '2026-03-05',
      kernel: Float32Array.from({ length: 12 }, (_, at) => at / 8 - 0.5),
      bias: Float32Array.of(0.25, -1.5, 3),
      calibration: {
        temperature: { dermatoscope: 1.25, phone: 1 },
        predictionSet: 0.9,
        alertLevels: { screening: 0.8 },
      },
      lesions: 33,
      signature: {
        key: outer.signature['publicKey'],
        signature: outer.signature['signature'],
        text: outer.update,
      },
    });
  });

  it('reads one that nobody has signed', () => {
    const unsigned = JSON.stringify({ ...outer, signature: undefined });
    expect(readHeadUpdate(unsigned).signature).toBeUndefined();
  });

  it('reads what noise it has', async () => {
    const noisy = new URL('../../../training/tests/federation/noisy-update.json', import.meta.url);
    expect(readHeadUpdate(await readFile(noisy, 'utf8')).noise).toEqual(noiseFor(8, 33));
  });

  it.each([
    ['no JSON', 'no update'],
    ['another kind', text.replace('lentigo-head-update', 'lentigo-case')],
    ['a later format', text.replace('"format": 1', '"format": 2')],
    ['a bias that does not fit', changed({ bias: inner['kernel'] })],
    [
      'a signature that is none',
      JSON.stringify({ ...outer, signature: { ...outer.signature, publicKey: 'ab' } }),
    ],
    ['no weights', changed({ kernel: '' })],
    ['half a number', changed({ kernel: 'AAAA' })],
    [
      'what is no number',
      changed({ bias: Buffer.from(Float32Array.of(1, NaN, 2).buffer).toString('base64') }),
    ],
    [
      'a laxer level',
      changed({ calibration: { temperature: {}, predictionSet: 1, alertLevels: { a: 1.5 } } }),
    ],
    ['nothing it learnt from', changed({ cases: { nv: 0 } })],
    ['a condition that it does not have', changed({ cases: { nv: 3, wart: 1 } })],
    ['noise that is none', changed({ noise: { ...noiseFor(8, 33), sigma: 0 } })],
    ['noise without a delta', changed({ noise: { clip: 1, sigma: 1, epsilon: 9 } })],
    ['noise that is worth less than it says', changed({ noise: { ...noiseFor(8, 33), epsilon: 7.9 } })],
    ['less than no lesions', changed({ cases: { nv: 3, mel: -1 } })],
  ])('refuses %s', (_what, given) => {
    expect(() => readHeadUpdate(given)).toThrow(expect.objectContaining({ code: 'update-none' }));
  });

  it('reads or refuses whatever is given, and throws nothing else', () => {
    const mangled = fc
      .record({ at: fc.nat(text.length - 1), cut: fc.nat(30), by: fc.string() })
      .map(({ at, cut, by }) => text.slice(0, at) + by + text.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mangled), (given) => {
        try {
          const { kernel, bias, classes, lesions } = readHeadUpdate(given);
          expect(kernel.length % classes.length).toBe(0);
          expect(bias).toHaveLength(classes.length);
          expect([...kernel, ...bias].every(Number.isFinite)).toBe(true);
          expect(lesions).toBeGreaterThan(0);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure);
          expect(thrown).toMatchObject({ code: 'update-none' });
        }
      }),
    );
  });
});

describe('requireFor', () => {
  const model = { id: 'made-task', version: '0.1.0', codes: ['nv', 'mel', 'bcc'] };

  it.each([
    ['update-other-model', { id: 'cells' }],
    ['update-other-version', { version: '0.2.0' }],
    ['update-none', { codes: ['mel', 'nv', 'bcc'] }],
  ])('says %s', (code, other) => {
    const update = readHeadUpdate(text);
    expect(() => requireFor(update, model)).not.toThrow();
    expect(() => requireFor(update, { ...model, ...other })).toThrow(expect.objectContaining({ code }));
  });
});
