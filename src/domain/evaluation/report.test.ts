import { describe, expect, it } from 'vitest';
import { makeReport } from './report';
import { alertLevels } from '../../model/evaluation-prior';
import { label, outcomes, testPack } from './testdata/outcomes';

describe('the report', () => {
  const levels = alertLevels('equal', testPack, 1);
  const report = makeReport(outcomes, testPack, levels);

  it('counts rows, readings and errors', () => {
    expect(report).toMatchObject({
      rows: 8,
      read: 7,
      errors: { 'unknown-label': 1, 'file-missing': 1 },
      backends: { wasm: 7 },
    });
  });

  it('takes its figures from pictures of known classes alone', () => {
    expect(report.accuracy).toMatchObject({ value: 0.75, n: 4 });
    expect(report.balancedAccuracy).toMatchObject({ value: (0.5 + 1 + 1) / 3, n: 4 });
    expect(report.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(report.malignantOrPremalignantAuc.value).toBe(1);
    expect(report.melanomaAuc.value).toBe(1);
    expect(report.predictionSet.coverage).toMatchObject({ value: 1, n: 4 });
    expect(report.predictionSet.meanSize.value).toBe(1.25);
  });

  it('has what an operating point finds and misses', () => {
    const [point] = report.operatingPoints;
    expect(point).toMatchObject({ id: 'screening', thresholds: { dermatoscope: 0.4, phone: 0.4 } });
    expect(point?.sensitivity).toMatchObject({ value: 2 / 3, n: 3 });
    expect(point?.specificity).toMatchObject({ value: 0, n: 1 });
    expect(point?.ppv).toMatchObject({ value: 2 / 3, n: 3 });
    expect(point?.npv).toMatchObject({ value: 0, n: 1 });
    const [low, high] = point?.sensitivity.interval ?? [];
    expect(low).toBeCloseTo(0.2077, 3);
    expect(high).toBeCloseTo(0.9385, 3);
  });

  it('has an interval around the calibration error', () => {
    const { value, interval, n } = report.calibrationError;
    expect(n).toBe(4);
    expect(value).toBeCloseTo(0.35, 12);
    expect(interval?.[0]).toBeLessThanOrEqual(0.35);
    expect(interval?.[1]).toBeGreaterThanOrEqual(0.35);
  });

  it('tells how many double-checks agree in all their views', () => {
    expect(report.viewsAgree).toBeNull();
    const careful = outcomes.map((outcome, i) =>
      outcome.prediction
        ? { ...outcome, prediction: { ...outcome.prediction, views: { count: 8, agree: i === 1 ? 5 : 8 } } }
        : outcome,
    );
    expect(makeReport(careful, testPack, levels).viewsAgree).toMatchObject({ value: 0.75, n: 4 });
  });

  it('counts `none` for the gate alone', () => {
    expect(report.refused.none).toMatchObject({ value: 0.5, n: 2 });
    expect(report.refused.lesions).toMatchObject({ value: 0.25, n: 4 });
  });

  it('takes the means over the pictures with an outline by experts', () => {
    expect(report.outline.dice).toMatchObject({ value: 0.9, n: 1 });
    expect(report.outline.attentionInside).toMatchObject({ value: 0.6, n: 1 });
    expect(report.outline.errors).toEqual({ 'worker-lost': 1 });
  });

  it('has no figures, and no NaN, where nothing was read', () => {
    const empty = makeReport([{ label: label('nv'), error: 'picture-damaged' }], testPack, levels);
    expect(empty.accuracy).toEqual({ value: null, interval: null, n: 0 });
    expect(empty.balancedAccuracy.value).toBeNull();
    expect(JSON.stringify(empty)).not.toContain('NaN');
  });
});
