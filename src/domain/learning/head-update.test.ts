import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../../base64';
import type { IsoDay } from '../calendar/calendar';
import type { Head } from './head';
import { headUpdate } from './head-update';
import { noiseFor } from './noise';

/** What training/ reads in its tests; `WRITE_HEAD_UPDATE=1` writes them anew. */
const committed = (name: string): URL =>
  new URL(`../../../training/tests/federation/${name}`, import.meta.url);

const change = { before: 0.7, after: 0.8, low: 0.02, high: 0.18 };
const level = { sensitivity: { before: 0.9, after: 0.95 }, specificity: null };
const head: Head = {
  id: 'b6b2-the-name-of-the-head',
  createdAt: Date.UTC(2026, 2, 4, 5, 6, 7),
  pack: { id: 'made-task', version: '0.1.0' },
  kernel: Float32Array.from({ length: 12 }, (_, at) => at / 8 - 0.5),
  bias: Float32Array.of(0.25, -1.5, 3),
  calibration: {
    temperature: { dermatoscope: 1.25, phone: 1 },
    predictionSet: 0.9,
    alertLevels: { screening: 0.8 },
  },
  report: {
    lesions: 33,
    pictures: 40,
    conditions: { nv: 20, mel: 13 },
    corrections: change,
    bank: { ...change, low: -0.01 },
    alert: { corrections: level, bank: level },
    fewInBank: ['bcc'],
    refusals: [],
  },
};
const day = '2026-03-05' as IsoDay;

// RFC 8032, section 7.1, test 1, as PKCS #8.
const key = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const signed = (update: string) =>
  Promise.resolve({
    publicKey,
    signature: sign(null, Buffer.from(`lentigo-head-update-v1\n${update}`), key).toString('hex'),
  });

interface File {
  readonly update: string;
}

describe('a head update', () => {
  it('is the file that training/ reads', async () => {
    const text = await headUpdate(head, ['nv', 'mel', 'bcc'], day, signed);
    if (process.env['WRITE_HEAD_UPDATE']) await writeFile(committed('update.json'), text);
    expect(text).toBe(await readFile(committed('update.json'), 'utf8'));
  });

  it('says what noise it has, and holds no figure that came of the cases', async () => {
    const noise = noiseFor(8, head.report.lesions);
    const text = await headUpdate({ ...head, noise }, ['nv', 'mel', 'bcc'], day, signed);
    if (process.env['WRITE_HEAD_UPDATE']) await writeFile(committed('noisy-update.json'), text);
    expect(text).toBe(await readFile(committed('noisy-update.json'), 'utf8'));
    const update = JSON.parse((JSON.parse(text) as File).update) as Record<string, object>;
    expect(update['noise']).toEqual(noise);
    expect(update['figures']).toEqual({ bank: head.report.bank, alert: { bank: level } });
  });

  it('has the weights as they are, and nothing but the signature that names the device, and no moment', async () => {
    const text = await headUpdate(head, ['nv', 'mel', 'bcc'], day, signed);
    const file = JSON.parse(text) as File;
    const update = JSON.parse(file.update) as Record<string, string>;
    expect(Object.keys(update)).toEqual([
      'pack',
      'classes',
      'day',
      'kernel',
      'bias',
      'calibration',
      'cases',
      'figures',
    ]);
    const kernel = new Float32Array(fromBase64(update['kernel'] ?? '').buffer);
    expect(kernel).toEqual(head.kernel);
    expect(text).not.toContain(head.id);
    expect(text).not.toContain(String(head.createdAt));
  });
});
