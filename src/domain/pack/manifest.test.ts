import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { compareVersions, parseManifest, replaces, type Manifest } from './manifest';
import { tinyManifest } from '../../model/testdata/tiny-pack';

const version = fc.array(fc.nat(200), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.'));

/** Every class as common as the others; `changes` by code. */
function priorsWith(changes: Record<string, number> = {}): NonNullable<Manifest['priors']> {
  const { classes } = tinyManifest();
  const prior = { ...Object.fromEntries(classes.map(({ code }) => [code, 1 / classes.length])), ...changes };
  const setting = { prior, source: 'A study' };
  return {
    domains: { dermatoscope: prior, phone: prior },
    settings: { home: setting, practice: setting, clinic: setting },
  };
}

function calibrationWith(
  point: { readonly classes?: string[] } = {},
): NonNullable<Manifest['domainCalibration']> {
  const { predictionSet, operatingPoints } = tinyManifest().calibration;
  const mode = (temperature: number) => ({ temperature, predictionSet, operatingPoints });
  const changed = operatingPoints.map((each) => ({ ...each, ...point }));
  return {
    dermatoscope: { plain: mode(1), eightViews: mode(1.1) },
    phone: { plain: mode(1.2), eightViews: { ...mode(1.3), operatingPoints: changed } },
  };
}

describe('parseManifest', () => {
  it('takes priors that cover the classes', () => {
    const manifest = tinyManifest({ priors: priorsWith() });
    expect(parseManifest(JSON.parse(JSON.stringify(manifest))).priors).toEqual(priorsWith());
  });

  it('takes a sound manifest as it is', () => {
    const manifest = tinyManifest();
    expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it('takes a calibration by domain, under the priors that it holds under', () => {
    const manifest = tinyManifest({ priors: priorsWith(), domainCalibration: calibrationWith() });
    expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it('says of a later format that the app is too old for it', () => {
    expect(() => parseManifest({ format: 3 })).toThrow(
      expect.objectContaining({ code: 'pack-too-new' }) as Error,
    );
  });

  it.each([
    ['format', { format: 0 }],
    ['version', { version: '1.0' }],
    ['files', { files: [{ path: '../secret', bytes: 1, sha256: '0'.repeat(64) }] }],
    ['file is missing', { files: tinyManifest().files.slice(1) }],
    ['files repeat', { files: [...tinyManifest().files, ...tinyManifest().files] }],
    ['class codes repeat', { classes: [...tinyManifest().classes, ...tinyManifest().classes] }],
    ['unknown class', { classes: tinyManifest().classes.slice(1) }],
    ['sum to 1', { priors: priorsWith({ mel: 0.5 }) }],
    ['priors.domains.dermatoscope.mel', { priors: priorsWith({ mel: 0 }) }],
    ['codes of the classes', { priors: priorsWith({ wart: 0.1 }) }],
    ['priors.domains.phone', { priors: { ...priorsWith(), domains: { dermatoscope: { nv: 1 } } } }],
    [
      'codes of the classes',
      { priors: { ...priorsWith(), domains: { dermatoscope: { nv: 1 }, phone: { nv: 1 } } } },
    ],
    [
      'priors.settings.home.source',
      { priors: { ...priorsWith(), settings: { home: { prior: { nv: 1 } } } } },
    ],
    ['needs the priors', { domainCalibration: calibrationWith() }],
    ['unknown class', { priors: priorsWith(), domainCalibration: calibrationWith({ classes: ['wart'] }) }],
    [
      'domainCalibration.phone.eightViews',
      {
        priors: priorsWith(),
        domainCalibration: {
          ...calibrationWith(),
          phone: { plain: calibrationWith()['phone']?.plain },
        },
      },
    ],
    ['input.width', { input: { ...tinyManifest().input, width: 225 } }],
    [
      'temperature',
      { calibration: { ...tinyManifest().calibration, temperature: { dermatoscope: 0, phone: 1 } } },
    ],
  ])('names what is broken: %s', (what, changes) => {
    expect(() => parseManifest({ ...tinyManifest(), ...changes })).toThrow(
      expect.objectContaining({
        code: 'pack-damaged',
        detail: expect.stringContaining(what) as string,
      }) as Error,
    );
  });

  it('throws nothing but a Failure, whatever it is given', () => {
    const keys = Object.keys(tinyManifest());
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        try {
          parseManifest({ ...tinyManifest(), [key]: value });
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure);
        }
      }),
    );
  });
});

describe('compareVersions', () => {
  it('compares numbers, not text', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
    expect(compareVersions('0.9.9', '1.0.0')).toBeLessThan(0);
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  });

  it('is an order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('replaces', () => {
  const running = tinyManifest({ version: '1.2.0' });

  it.each([
    ['a later version', { version: '1.2.1' }, true],
    ['the same version', { version: '1.2.0' }, false],
    ['an earlier version', { version: '1.1.9' }, false],
    ['another pack', { id: 'other', version: '0.0.1' }, true],
  ])('judges %s', (_what, changes, expected) => {
    expect(replaces(tinyManifest(changes), running)).toBe(expected);
  });
});
