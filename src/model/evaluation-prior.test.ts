import { describe, expect, it } from 'vitest';
import { alertLevels, reweighing } from './evaluation-prior';
import { label, prediction, testPack } from '../domain/evaluation/testdata/outcomes';

const setting = (mel: number): { prior: Record<string, number>; source: string } => ({
  prior: { mel, nv: 0.9 - mel, bcc: 0.1 },
  source: 'A study',
});
const pack = {
  ...testPack,
  priors: {
    domains: { dermatoscope: { mel: 0.1, nv: 0.8, bcc: 0.1 }, phone: { mel: 0.1, nv: 0.1, bcc: 0.8 } },
    settings: { home: setting(0.01), practice: setting(0.05), clinic: setting(0.6) },
  },
};
const outcome = {
  label: label('mel'),
  prediction: prediction([0.5, 0.25, 0.25], { flagged: ['screening'] }),
};

describe('the prior', () => {
  it('changes nothing of a pack without a calibration by domain when all are equally common', () => {
    const found = reweighing('equal', testPack)(outcome).prediction;
    expect(found).toEqual({ ...outcome.prediction, set: ['mel', 'nv', 'bcc'] });
  });

  it('takes the calibration of the kind of picture and of the views where the pack has one', () => {
    const mode = (threshold: number, screening: number) => ({
      temperature: 1,
      predictionSet: { method: 'lac' as const, coverage: 0.9, threshold },
      operatingPoints: [
        { id: 'screening', classes: ['mel', 'bcc'], threshold: screening, sensitivity: 0.95 },
      ],
    });
    const modes = { plain: mode(0.15, 0.3), eightViews: mode(0.25, 0.2) };
    const calibrated = { ...pack, domainCalibration: { dermatoscope: modes, phone: modes } };
    const viewed = { ...outcome.prediction, views: { count: 8, agree: 8 } };
    const read = (name: 'equal' | 'domain' | 'clinic', prediction = outcome.prediction) =>
      reweighing(name, calibrated)({ ...outcome, prediction }).prediction;
    // Chances 2 : 8 : 1 of 11, so mel and bcc have 0.27 together.
    expect(read('domain')).toMatchObject({ set: ['nv', 'mel'], flagged: [] });
    expect(read('domain', viewed)).toMatchObject({ set: ['nv'], flagged: ['screening'] });
    // A setting changes the chances, not what is flagged.
    expect(read('clinic')).toMatchObject({ predicted: 'mel', flagged: [] });
    expect(read('equal')).toMatchObject({ set: ['mel', 'nv', 'bcc'], flagged: ['screening'] });
    expect(alertLevels('domain', calibrated, 8)[0]?.thresholds).toEqual({ dermatoscope: 0.2, phone: 0.2 });
    expect(alertLevels('equal', calibrated, 8)[0]?.thresholds).toEqual({ dermatoscope: 0.4, phone: 0.4 });
  });

  it('is that of the kind of picture', () => {
    // 0.5 * 0.1 : 0.25 * 0.8 : 0.25 * 0.1 = 2 : 8 : 1
    const found = reweighing('domain', pack)(outcome).prediction;
    expect(found?.predicted).toBe('nv');
    expect(found?.probabilities[1]).toBeCloseTo(8 / 11, 12);
    expect(found?.set).toEqual(['nv', 'mel']);
    const phone = { ...outcome, prediction: { ...outcome.prediction, domain: 'phone' as const } };
    expect(reweighing('domain', pack)(phone).prediction?.predicted).toBe('bcc');
  });

  it('is that of the place, and leaves the alert levels alone', () => {
    const home = reweighing('home', pack)(outcome).prediction;
    const clinic = reweighing('clinic', pack)(outcome).prediction;
    expect(home?.predicted).toBe('nv');
    expect(clinic?.predicted).toBe('mel');
    expect(home?.flagged).toEqual(['screening']);
  });

  it('is refused in words when the pack has none', () => {
    expect(() => reweighing('home', testPack)).toThrow('The model brings no such prior');
  });

  it('leaves rows without a prediction as they are', () => {
    const missing = { label: label('nv'), error: 'file-missing' as const };
    expect(reweighing('domain', pack)(missing)).toBe(missing);
  });
});
