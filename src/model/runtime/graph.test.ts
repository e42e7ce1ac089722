import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { decodeGraph } from './graph';
import { fileOf, parseJson, type Pack } from '../packs/pack';
import { makeTinyPack } from '../testdata/tiny-pack';

let pack: Pack;

beforeAll(async () => {
  pack = await makeTinyPack();
});

function withModel(text: string): Pack {
  return { ...pack, files: new Map(pack.files).set('model.json', new TextEncoder().encode(text).buffer) };
}

describe('decodeGraph', () => {
  it('gives tfjs every weight in the order of its specs', () => {
    const { weightSpecs = [], weightData } = decodeGraph(pack);
    expect(weightSpecs.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
      ['kernel', [1, 1, 3, 4], 'float32'],
      ['bias', [4], 'float32'],
      ['axes', [2], 'int32'],
      ['logitKernel', [4, 7], 'float32'],
      ['gateKernel', [4, 3], 'float32'],
    ]);
    const data = weightData as ArrayBuffer;
    expect(new Float32Array(data, 0, 2)[0]).toBeCloseTo(1, 6);
    expect([...new Int32Array(data, 4 * 16, 2)]).toEqual([1, 2]);
  });

  it('throws nothing but a Failure, whatever stands in model.json', () => {
    const model = parseJson(fileOf(pack, 'model.json'), 'model.json') as object;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(model)), fc.jsonValue(), (key, value) => {
        expect(() => decodeGraph(withModel(JSON.stringify({ ...model, [key]: value })))).toThrow(Failure);
      }),
    );
    expect(() => decodeGraph(withModel('{'))).toThrow(Failure);
  });
});
