import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings';

const defaults = {
  theme: 'system',
  backend: 'auto',
  autoCapture: true,
  camera: '',
  timer: 0,
  mode: null,
  doubleCheck: null,
  setting: null,
  priors: {},
  impressionFirst: false,
  lockAfterMinutes: 5,
  lockWhenHidden: false,
  notifyDue: false,
  notifiedOn: '',
  modelLookedAt: 0,
  operatingPoint: 'screening',
  prevalence: 0.02,
  acceptedDisclaimer: 0,
};

describe('parseSettings', () => {
  it('has defaults when nothing was stored', () => {
    expect(parseSettings(null)).toEqual(defaults);
  });

  it('keeps what was stored', () => {
    const stored = {
      theme: 'dark',
      backend: 'webgl',
      autoCapture: false,
      camera: 'front-1',
      timer: 10,
      mode: 'clinician',
      doubleCheck: false,
      setting: 'clinic',
      priors: { home: { mel: 0.25, nv: 0.75 } },
      impressionFirst: true,
      lockAfterMinutes: 15,
      lockWhenHidden: true,
      notifyDue: true,
      notifiedOn: '2026-05-31',
      modelLookedAt: 1_780_000_000_000,
      operatingPoint: 'balanced',
      prevalence: 0.1,
      acceptedDisclaimer: 1,
    };
    expect(parseSettings(JSON.stringify(stored))).toEqual(stored);
  });

  it('loses only the field that is broken', () => {
    expect(
      parseSettings('{"theme":"pink","backend":"wasm","mode":"both","prevalence":7,"acceptedDisclaimer":1}'),
    ).toEqual({ ...defaults, backend: 'wasm', acceptedDisclaimer: 1 });
  });

  it('takes over that every picture was to be double-checked, and not that nobody had asked for it', () => {
    expect(parseSettings('{"careful":true}')).toEqual({ ...defaults, doubleCheck: true });
    expect(parseSettings('{"careful":false}')).toEqual(defaults);
    expect(parseSettings('{"careful":true,"doubleCheck":false}').doubleCheck).toBe(false);
  });

  it.each(['', '{', '[]', '3', 'null', '"x"'])('takes %j for nothing', (stored) => {
    expect(parseSettings(stored)).toEqual(defaults);
  });

  it('counts no broken acceptance as one', () => {
    for (const accepted of ['true', '"1"', '-1', '0.5', 'null', '{}']) {
      expect(parseSettings(`{"acceptedDisclaimer":${accepted}}`).acceptedDisclaimer).toBe(0);
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.json(), (stored) => void parseSettings(stored)));
    fc.assert(fc.property(fc.string(), (stored) => void parseSettings(stored)));
  });
});
