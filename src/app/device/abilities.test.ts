import { describe, expect, it } from 'vitest';
import { abilities, missingAbilities, type Globals } from './abilities';

const whole: Globals = {
  isSecureContext: true,
  crypto: { subtle: {} },
  WebAssembly,
  Worker: () => undefined,
  OffscreenCanvas: () => undefined,
  indexedDB: {},
  BroadcastChannel: () => undefined,
  navigator: { serviceWorker: {} },
};

describe('missingAbilities', () => {
  it('finds nothing missing in a browser of today', () => {
    expect(missingAbilities(whole)).toEqual([]);
  });

  it.each([
    ['crypto', { crypto: {} }, 'all'],
    ['wasm', { WebAssembly: undefined }, 'reading'],
    ['wasm', { WebAssembly: { validate: () => false } }, 'reading'],
    ['worker', { Worker: undefined }, 'reading'],
    ['canvas', { OffscreenCanvas: undefined }, 'reading'],
    ['database', { indexedDB: undefined }, 'saving'],
    ['database', { indexedDB: null }, 'saving'],
    ['service-worker', { navigator: {} }, 'offline'],
    ['channel', { BroadcastChannel: undefined }, 'windows'],
  ])('names a lack of %s by itself', (ability, change, stops) => {
    expect(missingAbilities({ ...whole, ...change } as Globals)).toEqual([{ ability, stops }]);
  });

  it('says of a page that is not secure only that, not what follows from it', () => {
    const plain = { ...whole, isSecureContext: false, crypto: {}, navigator: {} };
    expect(missingAbilities(plain)).toEqual([{ ability: 'secure-context', stops: 'all' }]);
  });

  it('survives a scope that has nothing', () => {
    expect(missingAbilities({}).map(({ ability }) => ability)).toEqual(
      abilities.filter((ability) => ability !== 'secure-context'),
    );
  });

  it('asks for SIMD with a module that is valid where there is SIMD', () => {
    // Node has it; a module with a typing error would be invalid everywhere.
    expect(missingAbilities({ ...whole, WebAssembly })).toEqual([]);
  });
});
