import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGraphics } from './graphics';
import { Classifier, type NetworkOutputs } from './classifier';
import { readGolden } from './golden';
import type { Pack } from '../packs/pack';
import { makeTinyPack } from '../testdata/tiny-pack';
import { examiner, type Examine } from './self-test';
import { unpack } from '../packs/unpack';

// Node has no WebGL; how a trial copes with what WebGL does is what is tested here.
vi.mock('./backend', () => ({ startWasm: vi.fn() }));
vi.mock('./graphics', () => ({ startGraphics: vi.fn() }));
vi.mock('./classifier', () => ({ Classifier: vi.fn() }));

const never = new Promise<never>(() => undefined);
const onLost = vi.fn();
const dispose = vi.fn();
const run = vi.fn<() => Promise<NetworkOutputs>>();
let pack: Pack;
let expected: NetworkOutputs;
let examine: Examine;

beforeAll(async () => {
  pack = await makeTinyPack();
  const { logits, gate, embedding } = readGolden(pack).expected;
  expected = {
    logits: Float32Array.from(logits),
    gate: Float32Array.from(gate),
    embedding: Float32Array.from(embedding),
  };
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  vi.mocked(startGraphics).mockResolvedValue();
  vi.mocked(Classifier).mockImplementation(function (this: object) {
    return Object.assign(this, { run, dispose });
  });
  run.mockImplementation(() => Promise.resolve(expected));
  examine = examiner(unpack(pack), { signal: new AbortController().signal, software: true, onLost });
});

afterEach(() => vi.useRealTimers());

function loseContext(): void {
  vi.mocked(startGraphics).mock.lastCall?.[1].onLost('context lost');
}

describe('a trial of WebGL', () => {
  it('passes with the golden answer; a later loss is told', async () => {
    const { trial, classifier } = await examine('webgl', true);
    expect(trial).toMatchObject({ backend: 'webgl', passed: true });
    expect(trial.reason).toBeUndefined();
    expect(classifier).toBeDefined();
    expect(dispose).not.toHaveBeenCalled();
    loseContext();
    expect(onLost).toHaveBeenCalledExactlyOnceWith('context lost');
  });

  it('is over when the context is lost in the middle, and that is not told', async () => {
    run.mockReturnValue(never);
    const examining = examine('webgl', true);
    await vi.advanceTimersByTimeAsync(10);
    loseContext();
    expect((await examining).trial).toMatchObject({ passed: false, reason: 'context lost' });
    expect(onLost).not.toHaveBeenCalled();
  });

  it.each([
    ['in a race', true, 8_000],
    ['that was asked for', false, 30_000],
  ])('%s is given up when no answer comes', async (_which, timed, limit) => {
    run.mockReturnValue(never);
    const examining = examine('webgl', timed);
    let over = false;
    void examining.then(() => (over = true));
    await vi.advanceTimersByTimeAsync(limit - 1);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await examining).trial).toMatchObject({ passed: false, reason: `no answer in ${limit} ms` });
  });

  it('fails with the reason for which it does not start', async () => {
    vi.mocked(startGraphics).mockRejectedValue(new Error('no chunk'));
    expect((await examine('webgl', false)).trial).toMatchObject({ passed: false, reason: 'no chunk' });
  });
});

describe('any trial', () => {
  it('refuses a wrong answer, and frees what it took', async () => {
    run.mockResolvedValue({ ...expected, logits: expected.logits.toReversed() });
    const { trial, classifier } = await examine('wasm', true);
    expect(trial).toMatchObject({ passed: false, milliseconds: null });
    expect(trial.deviation).toBeGreaterThan(0.001);
    expect(classifier).toBeUndefined();
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('times the median of five warm passes, fewer when they are slow', async () => {
    const times = [1, 5, 300, 2, 3, 4];
    run.mockImplementation(async () => {
      await vi.advanceTimersByTimeAsync(times.shift() ?? NaN);
      return expected;
    });
    expect((await examine('wasm', true)).trial.milliseconds).toBeCloseTo(4, 6);
    times.push(1, 2500, 1, 1, 1, 1);
    expect((await examine('wasm', true)).trial.milliseconds).toBeCloseTo(2500, 6);
  });
});
