import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest, type Manifest } from '../../domain/pack/manifest';
import { parseMetrics } from '../../domain/pack/metrics';
import { levelsInUse } from './levels';

const read = (name: string): unknown => JSON.parse(readFileSync(`public/model/${name}.json`, 'utf8'));
const manifest = parseManifest(read('manifest'));
const metrics = parseMetrics(read('metrics'));
const place = (dataSet: string) => ({ dataSet, split: 'test' });
const value = (id: string) => metrics.figures.find((figure) => figure.id === id)?.value;

describe('levelsInUse', () => {
  it.each([
    ['ham10000', 'dermatoscope', 'plain', 'prior.'],
    ['pad_ufes20', 'phone', 'plain', 'prior.'],
    ['pad_ufes20', 'phone', 'eightViews', 'prior.careful.'],
  ] as const)('of %s are those by which the app reads a %s picture, %s', (dataSet, domain, mode, prefix) => {
    const used = levelsInUse(metrics, manifest, place(dataSet), mode);
    expect(used).toMatchObject({ prefix, mode });
    const points = manifest.domainCalibration?.[domain]?.[mode].operatingPoints ?? [];
    expect(points.length).toBeGreaterThan(1);
    expect(used.levels).toEqual(
      points.map(({ id, threshold }) => ({
        id,
        threshold,
        sensitivity: value(`${dataSet}.test.${prefix}${id}.sensitivity`),
        specificity: value(`${dataSet}.test.${prefix}${id}.specificity`),
      })),
    );
  });

  it('are those for equally common conditions where the pack has no others, or they were not measured', () => {
    const old: Manifest = { ...manifest, domainCalibration: undefined };
    const [level] = levelsInUse(metrics, old, place('ham10000'), 'plain').levels;
    expect(level?.threshold).toBe(manifest.calibration.operatingPoints[0]?.threshold);
    const unmeasured = levelsInUse(metrics, manifest, place('isic_224'), 'plain');
    expect(unmeasured).toMatchObject({ prefix: '', levels: [{ id: 'screening' }] });
    expect(levelsInUse(metrics, manifest, place('nowhere'), 'plain').levels).toEqual([]);
    // Of eight views they were not measured there.
    expect(levelsInUse(metrics, manifest, place('ham10000'), 'eightViews')).toMatchObject({ mode: 'plain' });
  });
});
