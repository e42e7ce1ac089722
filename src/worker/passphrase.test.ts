import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { derivationInWorker } from '../records/lock/passphrase';
import { answer, calibrated, leastParameters, type Derive, type PassphraseRequest } from './passphrase';

describe('the parameters of Argon2id', () => {
  it('never fall under the least that is recommended, and take about a second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (milliseconds) => {
        const { memory, passes } = calibrated(milliseconds);
        expect(memory).toBeGreaterThanOrEqual(leastParameters.memory);
        expect(passes).toBeGreaterThanOrEqual(leastParameters.passes);
        expect(memory).toBeLessThanOrEqual(128 * 1024);
        const cost = (memory * passes) / (leastParameters.memory * leastParameters.passes);
        expect(cost === 1 || cost * milliseconds <= 1000).toBe(true);
      }),
    );
  });
});

describe('the passphrase worker', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('measures the derivation alone, not its own start and compilation', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    vi.stubGlobal(
      'Worker',
      class {
        onmessage: ((event: { data: unknown }) => void) | undefined;
        #compiled = false;
        readonly #derive: Derive = () => {
          clock += this.#compiled ? 60 : 90;
          this.#compiled = true;
          return Promise.resolve(new Uint8Array(32));
        };

        constructor() {
          clock += 250;
        }

        postMessage(request: PassphraseRequest): void {
          void answer(request, this.#derive).then((data) => this.onmessage?.({ data }));
        }

        terminate(): void {
          this.onmessage = undefined;
        }
      },
    );
    expect(await derivationInWorker.calibrate()).toEqual(calibrated(60));
  });

  it('says why it failed', async () => {
    const broken: Derive = () => Promise.reject(new Error('no memory'));
    expect(await answer({ kind: 'calibrate' }, broken)).toEqual({
      kind: 'failed',
      detail: 'Error: no memory',
    });
  });
});
