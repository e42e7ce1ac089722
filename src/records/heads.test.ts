import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Head } from '../domain/learning/head';
import { HeadRepository } from './heads';
import { HealthRecord } from './record';

const pair = { before: 0.5, after: 0.6 };
const alert = { sensitivity: pair, specificity: null };
const change = { ...pair, low: 0.01, high: 0.2 };

function madeHead(id: string, createdAt: number): Head {
  return {
    id,
    createdAt,
    pack: { id: 'made', version: '1.0.0' },
    kernel: Float32Array.of(0.5, -1, 2.25, 0),
    bias: Float32Array.of(0.125, -3),
    calibration: {
      temperature: { dermatoscope: 1.25, phone: 1 },
      predictionSet: 0.5,
      alertLevels: { screening: 0.75 },
    },
    report: {
      lesions: 40,
      pictures: 45,
      conditions: { one: 20, two: 20 },
      corrections: change,
      bank: change,
      alert: { corrections: alert, bank: alert },
      fewInBank: ['one'],
      refusals: [],
    },
  };
}

let record: HealthRecord;
let heads: HeadRepository;

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  record = new HealthRecord('heads-test');
  heads = new HeadRepository(record.store);
});

describe('HeadRepository', () => {
  it('gives back what was adopted, the newest first, and which one is in use', async () => {
    expect(await heads.all()).toEqual({ heads: [], used: undefined });
    const sources = [{ name: 'clinic.json', day: '2026-01-02', lesions: 31, outlier: false }];
    const [older, newer] = [{ ...madeHead('a', 1000), sources }, madeHead('b', 2000)];
    await heads.adopt(older);
    await heads.adopt(newer);
    expect(await heads.all()).toEqual({ heads: [newer, older], used: 'b' });
    await heads.use('a');
    expect((await heads.all()).used).toBe('a');
    expect(await heads.current()).toEqual(older);
    expect(await heads.get('b')).toEqual(newer);
    await heads.use(undefined);
    expect(await heads.current()).toBeUndefined();
    expect((await heads.all()).used).toBeUndefined();
    await heads.use('a');
    await heads.remove('a');
    expect(await heads.all()).toEqual({ heads: [newer], used: undefined });
  });

  it('keeps nothing of a head in the clear', async () => {
    await heads.adopt(madeHead('a', 1000));
    const database = await openDB('lentigo-heads');
    const rows = JSON.stringify(await database.getAll('heads'), (_, value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
    );
    database.close();
    expect(rows).toContain('content');
    expect(rows).not.toMatch(/kernel|made|screening/);
  });

  it('goes with everything else, and is worth nothing to the next record', async () => {
    await heads.adopt(madeHead('a', 1000));
    await record.removeAll();
    expect(await heads.all()).toEqual({ heads: [], used: undefined });
    await heads.adopt(madeHead('b', 2000));
    record.store.forgetKey();
    const stranger = new HealthRecord('another-record');
    expect((await new HeadRepository(stranger.store).all()).heads).toEqual([]);
  });

  it('leaves out a head whose alert level is laxer than shipped', async () => {
    const head = madeHead('a', 1000);
    await heads.adopt({
      ...head,
      calibration: { ...head.calibration, alertLevels: { screening: 1.5 } },
    });
    expect((await heads.all()).heads).toEqual([]);
  });
});
