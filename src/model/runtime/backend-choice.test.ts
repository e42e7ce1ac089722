import { describe, expect, it, vi } from 'vitest';
import { chooseBackend, type ChoiceRequest } from './backend-choice';
import type { Classifier } from './classifier';
import type { Backend, BackendTrial } from '../../domain/prediction';
import type { Candidate, Examine } from './self-test';

const auto: ChoiceRequest = { preference: 'auto', remembered: undefined, wasmOnly: false };

/** Backends that take so many milliseconds, or fail for a reason. */
function device(how: Record<Backend, number | string>): {
  examine: Examine;
  examined: Backend[];
  disposed: Backend[];
} {
  const examined: Backend[] = [];
  const disposed: Backend[] = [];
  const examine = vi.fn((backend: Backend, timed: boolean): Promise<Candidate> => {
    examined.push(backend);
    const speed = how[backend];
    if (typeof speed === 'string') {
      const trial = { backend, passed: false, milliseconds: null, deviation: null, reason: speed };
      return Promise.resolve({ trial });
    }
    const classifier = { backend, dispose: () => disposed.push(backend) } as unknown as Classifier;
    const trial = { backend, passed: true, milliseconds: timed ? speed : null, deviation: 0.001 };
    return Promise.resolve({ trial, classifier });
  });
  return { examine, examined, disposed };
}

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
    const request = { preference: 'webgl', remembered: undefined, wasmOnly: true } as const;
    const { classifier, trials } = await chooseBackend(request, examine);
    expect(classifier.backend).toBe('wasm');
    expect(examined).toEqual(['wasm']);
    expect(trials[1]).toMatchObject({ backend: 'webgl', passed: false });
    expect(trials[1]?.reason).toBeTypeOf('string');
  });

  it('says why when nothing works', async () => {
    const { examine } = device({ wasm: 'no file', webgl: 'no context' });
    await expect(chooseBackend(auto, examine)).rejects.toMatchObject({
      code: 'backend-unavailable',
      detail: 'wasm: no file; webgl: no context',
    });
  });
});
