import { describe, expect, it, vi } from 'vitest';
import { chooseBackend, type ChoiceRequest } from './backend-choice';
import type { Classifier } from './classifier';
import type { Backend, BackendTrial } from '../../domain/prediction';
import type { Candidate, Examine } from './self-test';

const auto: ChoiceRequest = {
  preference: 'auto',
  remembered: undefined,
  wasmOnly: false,
  threadCounts: [1],
  graphics: ['webgl'],
};

type Name = Backend | 'wasm x 2' | 'wasm x 4';

/** Backends that take so many milliseconds, or fail for a reason. */
function device(how: Partial<Record<Name, number | string>>): {
  examine: Examine;
  examined: Name[];
  disposed: Name[];
} {
  const examined: Name[] = [];
  const disposed: Name[] = [];
  /** What is on WASM; another number of threads would take it from under its classifier. */
  let onWasm: Name | undefined;
  const examine = vi.fn<Examine>((backend, timed, threads = 1): Promise<Candidate> => {
    const name = (threads > 1 ? `${backend} x ${threads}` : backend) as Name;
    const on = threads > 1 ? { threads } : {};
    examined.push(name);
    const speed = how[name] ?? 'not there';
    if (backend === 'wasm' && onWasm) throw new Error(`${name} while ${onWasm} is in use`);
    if (typeof speed === 'string') {
      const trial = { backend, ...on, passed: false, milliseconds: null, deviation: null, reason: speed };
      return Promise.resolve({ trial });
    }
    if (backend === 'wasm') onWasm = name;
    const dispose = (): void => {
      disposed.push(name);
      if (onWasm === name) onWasm = undefined;
    };
    const classifier = { backend, dispose } as unknown as Classifier;
    const trial = { backend, ...on, passed: true, milliseconds: timed ? speed : null, deviation: 0.001 };
    return Promise.resolve({ trial, classifier });
  });
  return { examine, examined, disposed };
}

const namesOf = (trials: readonly BackendTrial[]): string[] =>
  trials.map(({ backend, threads }) => (threads === undefined ? backend : `${backend} x ${threads}`));

const raced = (backend: Backend, milliseconds: number): BackendTrial => ({
  backend,
  passed: true,
  milliseconds,
  deviation: 0.001,
});

describe('chooseBackend', () => {
  it.each([
    [40, 10, 'webgl'],
    [40, 31, 'webgl'],
    [40, 33, 'wasm'],
    [10, 40, 'wasm'],
    [40, 'no context', 'wasm'],
    ['no file', 40, 'webgl'],
  ] as const)('lets wasm at %s race webgl at %s: %s', async (wasm, webgl, winner) => {
    const { examine, disposed } = device({ wasm, webgl });
    const { classifier, trials } = await chooseBackend(auto, examine);
    expect(classifier.backend).toBe(winner);
    expect(trials.map(({ backend }) => backend)).toEqual(
      winner === 'wasm' ? ['wasm', 'webgl'] : ['webgl', 'wasm'],
    );
    expect(disposed).not.toContain(winner);
    expect(disposed).toHaveLength(typeof wasm === 'number' && typeof webgl === 'number' ? 1 : 0);
  });

  it('does not race again where it has', async () => {
    const { examine, examined } = device({ wasm: 40, webgl: 10 });
    const remembered = { backend: 'wasm', trials: [raced('wasm', 30), raced('webgl', 50)] } as const;
    const { classifier, trials } = await chooseBackend({ ...auto, remembered }, examine);
    expect(classifier.backend).toBe('wasm');
    expect(examined).toEqual(['wasm']);
    expect(trials).toEqual(remembered.trials);
  });

  it.each(['wasm', 'webgl'] as const)('does as it is told: %s', async (preference) => {
    const { examine, examined } = device({ wasm: 40, webgl: 40 });
    const { classifier } = await chooseBackend({ ...auto, preference }, examine);
    expect(classifier.backend).toBe(preference);
    expect(examined).toEqual([preference]);
  });

  it('gives way to WASM, with the reason, when the wanted WebGL fails', async () => {
    const { examine } = device({ wasm: 40, webgl: 'no context' });
    const { classifier, trials } = await chooseBackend({ ...auto, preference: 'webgl' }, examine);
    expect(classifier.backend).toBe('wasm');
    expect(trials).toEqual([
      expect.objectContaining({ backend: 'wasm', passed: true }),
      expect.objectContaining({ backend: 'webgl', passed: false, reason: 'no context' }),
    ]);
  });

  it('does not try WebGL again once a worker was lost', async () => {
    const { examine, examined } = device({ wasm: 40, webgl: 10 });
    const request = { ...auto, preference: 'webgl', wasmOnly: true, threadCounts: [1, 2] } as const;
    const { classifier, trials, threads } = await chooseBackend(request, examine);
    expect(classifier.backend).toBe('wasm');
    expect(examined).toEqual(['wasm']);
    expect(trials[1]).toMatchObject({ backend: 'webgl', passed: false });
    expect(trials[1]?.reason).toBeTypeOf('string');
    expect(threads).toBe(1);
  });

  it('says why when nothing works', async () => {
    const { examine } = device({ wasm: 'no file', webgl: 'no context' });
    await expect(chooseBackend(auto, examine)).rejects.toMatchObject({
      code: 'backend-unavailable',
      detail: 'wasm: no file; webgl: no context',
    });
  });
});

describe('the number of threads', () => {
  const possible = { ...auto, threadCounts: [1, 2, 4] };
  const webgl = 'no context';

  it.each([
    ['four where each step is faster', { wasm: 40, 'wasm x 2': 24, 'wasm x 4': 14 }, 4, 0],
    ['two where four are hardly faster', { wasm: 40, 'wasm x 2': 24, 'wasm x 4': 23 }, 2, 1],
    [
      'one where two are hardly faster; four are not tried',
      { wasm: 40, 'wasm x 2': 38, 'wasm x 4': 9 },
      1,
      1,
    ],
    ['one where two do not start', { wasm: 40, 'wasm x 2': 'no thread' }, 1, 1],
    ['two where one gives a wrong answer', { wasm: 'wrong', 'wasm x 2': 24, 'wasm x 4': 'no thread' }, 2, 1],
  ] as const)('is %s', async (_what, how, count, restarts) => {
    const { examine, examined } = device({ ...how, webgl });
    const { classifier, trials, threads } = await chooseBackend(possible, examine);
    expect(threads).toBe(count);
    expect(trials[0]).toMatchObject({ passed: true, ...(count > 1 && { threads: count }) });
    expect(classifier.backend).toBe('wasm');
    // The chosen number is what runs at the end: it was tried last, or once more.
    const last = examined.findLast((name) => name !== 'webgl');
    expect(last).toBe(count === 1 ? 'wasm' : `wasm x ${count}`);
    expect(new Set(namesOf(trials)).size).toBe(trials.length);
    expect(examined.length - new Set(examined).size).toBe(restarts);
  });

  it('races against the graphics chip as the fastest number does', async () => {
    const { examine } = device({ wasm: 40, 'wasm x 2': 22, webgl: 25 });
    const { classifier, threads } = await chooseBackend({ ...auto, threadCounts: [1, 2] }, examine);
    expect(classifier.backend).toBe('wasm');
    expect(threads).toBe(2);
  });

  it('is not raced again, nor given up where threads are not possible for once', async () => {
    const remembered = {
      backend: 'wasm',
      threads: 2,
      trials: [{ ...raced('wasm', 20), threads: 2 }, raced('wasm', 33), raced('webgl', 50)],
    } as const;
    const two = device({ wasm: 40, 'wasm x 2': 24 });
    const again = await chooseBackend({ ...possible, remembered }, two.examine);
    expect(two.examined).toEqual(['wasm x 2']);
    expect(again.trials).toEqual(remembered.trials);
    expect(again.threads).toBeUndefined();

    const one = device({ wasm: 40 });
    const alone = await chooseBackend({ ...auto, remembered }, one.examine);
    expect(one.examined).toEqual(['wasm']);
    expect(alone.trials[0]).toMatchObject({ backend: 'wasm', milliseconds: 33 });
    expect(alone.threads).toBeUndefined();
  });

  it('is raced once threads have become possible, without another race of WebGL that has lost', async () => {
    const remembered = { backend: 'wasm', trials: [raced('wasm', 30), raced('webgl', 50)] } as const;
    const { examine, examined } = device({ wasm: 40, 'wasm x 2': 24, webgl: 10 });
    const found = await chooseBackend({ ...auto, remembered, threadCounts: [1, 2] }, examine);
    expect(examined).toEqual(['wasm', 'wasm x 2']);
    expect(found.threads).toBe(2);
    expect(namesOf(found.trials)).toEqual(['wasm x 2', 'wasm', 'webgl']);
  });

  it('has WebGL race again that has won against one thread', async () => {
    const remembered = { backend: 'webgl', trials: [raced('webgl', 20), raced('wasm', 30)] } as const;
    const { examine } = device({ wasm: 30, 'wasm x 2': 18, webgl: 20 });
    const found = await chooseBackend({ ...auto, remembered, threadCounts: [1, 2] }, examine);
    expect(found).toMatchObject({ threads: 2, classifier: { backend: 'wasm' } });
  });

  it('is one from now on where the remembered number fails', async () => {
    const remembered = { backend: 'wasm', threads: 2, trials: [raced('webgl', 50)] } as const;
    const { examine, examined } = device({ wasm: 40, 'wasm x 2': 'no thread' });
    const found = await chooseBackend({ ...possible, remembered }, examine);
    expect(examined).toEqual(['wasm x 2', 'wasm']);
    expect(found.threads).toBe(1);
    expect(found.trials[1]).toMatchObject({ threads: 2, passed: false, reason: 'no thread' });
  });

  it('stays as it is where something runs on it', async () => {
    const { examine, examined } = device({ wasm: 40, 'wasm x 2': 'wrong', webgl: 20 });
    await chooseBackend({ ...auto, threadCounts: [2], preference: 'wasm' }, examine);
    expect(examined).toEqual(['wasm x 2', 'webgl']);
  });
});

describe('two ways to compute on the graphics chip', () => {
  const both = { ...auto, graphics: ['webgl', 'webgpu'] } as const;

  it.each([
    [{ wasm: 40, webgl: 30, webgpu: 9 }, ['webgpu', 'webgl', 'wasm']],
    [{ wasm: 40, webgl: 10, webgpu: 38 }, ['webgl', 'wasm', 'webgpu']],
    [{ wasm: 40, webgl: 39, webgpu: 'no adapter' }, ['wasm', 'webgl', 'webgpu']],
    [{ wasm: 'no file', webgl: 'no context', webgpu: 20 }, ['webgpu', 'wasm', 'webgl']],
  ] as const)('race in turn: %o', async (how, order) => {
    const { examine, examined, disposed } = device(how);
    const { classifier, trials } = await chooseBackend(both, examine);
    expect(examined).toEqual(['wasm', 'webgl', 'webgpu']);
    expect(namesOf(trials)[0]).toBe(order[0]);
    expect(new Set(namesOf(trials))).toEqual(new Set(order));
    expect(classifier.backend).toBe(order[0]);
    const others = Object.entries(how).filter(
      ([name, speed]) => name !== order[0] && typeof speed === 'number',
    );
    expect(disposed).toHaveLength(others.length);
  });

  it('lets WebGPU race once the browser has it', async () => {
    const remembered = { backend: 'webgl', trials: [raced('webgl', 10), raced('wasm', 30)] } as const;
    const { examine } = device({ wasm: 30, webgl: 10, webgpu: 5 });
    const { classifier } = await chooseBackend({ ...both, remembered }, examine);
    expect(classifier.backend).toBe('webgpu');
  });

  it('tries neither where a worker was lost before', async () => {
    const lost = device({ wasm: 40 });
    const { trials } = await chooseBackend({ ...both, wasmOnly: true }, lost.examine);
    const next = device({ wasm: 40, webgl: 10, webgpu: 5 });
    await chooseBackend({ ...both, remembered: { backend: 'wasm', threads: 1, trials } }, next.examine);
    expect([...lost.examined, ...next.examined]).toEqual(['wasm', 'wasm']);
  });
});
