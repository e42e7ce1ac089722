/** A pack that shares nothing with the bundled one goes the whole way: read, told, learnt from. */
import 'fake-indexeddb/auto';
import { createRequire } from 'node:module';
import { IDBFactory } from 'fake-indexeddb';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { packOf } from '../domain/pack/in-use';
import { offers } from '../domain/pack/words';
import { resampleSquare, networkSide, networkInput } from '../image/resample/resample';
import { conditionInfo } from '../i18n/conditions';
import { summarise } from '../records/crypto/codec';
import { PackHost } from './testdata/pack-host';
import { cells, makeCellPack, type CellPack } from './testdata/cell-pack';
import { makeTinyPack, tinyForward } from './testdata/tiny-pack';
import { composePrediction } from './predict';
import { attentionMap } from './attention';
import { decodeBank } from './learning/bank';
import { learn } from './learning/learn';
import { configureTensorflow, startWasm } from './runtime/backend';
import { ActiveModel } from './runtime/active-model';
import { packKey } from '../domain/pack/key';
import { openPackStore } from './packs/store';

const { signal } = new AbortController();
let cell: CellPack;
let model: ActiveModel;

beforeAll(async () => {
  const { resolve } = createRequire(import.meta.url);
  configureTensorflow(resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'));
  cell = await makeCellPack();
});

beforeEach(async () => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  const host = new PackHost(await makeTinyPack());
  vi.stubGlobal('fetch', host.fetch);
  model = new ActiveModel({
    packUrl: host.url,
    appVersion: '0.1.0',
    keepPack: true,
    roots: { bundledPacks: [], trustedKeys: [] },
    wasmOnly: false,
    onLost: () => undefined,
  });
  await model.prepare('wasm', { signal });
  await (await model.store())?.put(cell.pack, { trust: 'unsigned', installedAt: 1 }, cell.bank);
  host.online = false;
  await model.use(packKey(cell.pack.manifest), 'wasm', signal);
});

/** A crop with something in it. */
const crop = resampleSquare(
  Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => (at * at * 13 + at) % 251),
  8,
  networkSide,
);

async function predicted() {
  const { current } = model;
  if (!current) throw new Error('nothing runs');
  const outputs = await model.run(networkInput(crop, cells.inputSide));
  const times = { decode: 1, resample: 1, inference: 1, total: 3 };
  return { outputs, reading: composePrediction(outputs, { ...current, quality: [], times }) };
}

describe('a pack of three conditions, with 160 pixels, without gate and outline', () => {
  it('reads what its network says, in its own words', async () => {
    const { outputs, reading } = await predicted();
    const expected = tinyForward(networkInput(crop, cells.inputSide), cells);
    expected.logits.forEach((logit, at) => expect(outputs.logits[at]).toBeCloseTo(logit, 3));
    expect(reading).toMatchObject({
      pack: { id: 'made-cells', version: '1.0.0' },
      domain: 'microscope',
      gate: { microscope: 1 },
      accepted: true,
    });
    expect(reading.probabilities.map(({ code }) => code)).toEqual(['infected', 'stressed', 'healthy']);
    expect(reading.probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    expect(conditionInfo('infected', reading.words)).toMatchObject({
      name: 'Infected cell',
      kindName: 'infected',
      advice: 'malignant',
    });
    expect(offers(reading.words, 'body-map')).toBe(false);
    expect(await model.outline(networkInput(crop, cells.inputSide))).toBeUndefined();
  });

  it('names its visits in lists, also where it is not in use', async () => {
    const { reading } = await predicted();
    const { words, top } = summarise({ source: 'file', reading });
    expect(packOf(reading, (await makeTinyPack()).manifest)).toBeUndefined();
    expect(conditionInfo(top, words).name).toMatch(/cell$/);
    expect(words?.urgencies?.soon).toEqual({ en: 'Confirm by a second smear today' });
  });

  it('shows where it looked', async () => {
    const source = await model.attention(networkInput(crop, cells.inputSide));
    expect(source.classes).toBe(3);
    expect(attentionMap(source, 0).values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('learns from corrections with the bank that it brought', async () => {
    const found = await model.bank({ signal });
    if (!found || !model.current) throw new Error('no bank');
    const bank = decodeBank(found.bytes, found.listed);
    const shipped = await model.layer(new Float32Array(3 * cells.inputSide ** 2));
    await startWasm();
    const count = 30;
    const truth = Uint8Array.from({ length: count }, (_, at) => at % 3);
    const { head, report } = await learn(
      {
        manifest: model.current.manifest,
        corrections: {
          embeddings: Float32Array.from({ length: count * bank.dimension }, (_, at) => {
            const [row, place] = [Math.floor(at / bank.dimension), at % bank.dimension];
            return place === row % 3 ? 10 + (row % 5) : (row % 7) / 2;
          }),
          dimension: bank.dimension,
          truth,
          weights: new Float32Array(count).fill(1),
          domains: Array.from(truth, () => 'microscope'),
          lesions: Array.from(truth, (_, at) => `cell ${at}`),
        },
        bank,
        shipped,
      },
      { signal, onShare: () => undefined },
    );
    expect(head.bias).toHaveLength(3);
    expect(Object.keys(head.calibration.temperature)).toEqual(['microscope']);
    expect(report.conditions).toEqual({ infected: 10, stressed: 10, healthy: 10 });
    expect(report.corrections.after).toBeGreaterThan(0.9);
  });

  it('is there at the next start, without a network', async () => {
    const store = await openPackStore();
    expect(await store?.current()).toMatchObject({ state: 'intact', key: 'made-cells@1.0.0' });
    expect(await model.update('look', { signal })).toBeUndefined();
  });
});
