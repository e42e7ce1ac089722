import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../domain/pack/manifest';
import { classText, conditionsOf } from './texts';

const pack = parseManifest(
  JSON.parse(readFileSync(new URL('../../../../public/model/manifest.json', import.meta.url), 'utf8')),
);

describe('the class pages', () => {
  it('cover the classes of the shipped pack, with its ICD-10 codes', () => {
    expect([...conditionsOf(undefined)].sort()).toEqual(pack.classes.map(({ code }) => code).sort());
    for (const { code, icd10 } of pack.classes) expect(classText(code)?.icd10).toEqual(icd10);
  });

  it('leave nothing out', () => {
    for (const code of conditionsOf(pack)) {
      const text = classText(code);
      expect(text?.sources.length).toBeGreaterThan(3);
      expect(text?.eye.length).toBeGreaterThan(2);
      expect(text?.dermatoscope.length).toBeGreaterThan(2);
      const words = [
        text?.what,
        text?.course,
        text?.done,
        ...(text?.eye ?? []),
        ...(text?.dermatoscope ?? []),
      ];
      expect(new Set(words).size).toBe(words.length);
    }
  });

  it('follow the pack in use', () => {
    const [first] = pack.classes;
    const other = {
      classes: ['malaria', 'mel'].map((code) => ({
        ...first,
        code,
        icd10: [],
        kind: 'benign' as const,
        name: code,
      })),
    };
    expect(conditionsOf(other)).toEqual(['mel', 'malaria']);
  });

  it('know no other class', () => {
    expect(classText('xyz')).toBeUndefined();
    expect(classText('toString')).toBeUndefined();
  });
});
