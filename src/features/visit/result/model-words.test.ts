import { describe, expect, it } from 'vitest';
import { modelWords } from './model-words';

const pack = { id: 'skin', version: '0.4.0' };
const inUse = { id: 'skin', name: { en: 'Skin lesions', de: 'Hautveränderungen' } };

describe('modelWords', () => {
  it('names a model by its name and version, also another version of the one in use', () => {
    expect(modelWords({ pack }, inUse)).toBe('Skin lesions 0.4.0');
  });

  it('takes the name that a result carries before that of the model in use', () => {
    expect(modelWords({ pack, words: { name: 'Cells' } }, inUse)).toBe('Cells 0.4.0');
  });

  it('calls a model by its id where nothing names it', () => {
    expect(modelWords({ pack: { id: 'cells', version: '2.0.0' } }, inUse)).toBe('cells 2.0.0');
    expect(modelWords({ pack }, undefined)).toBe('skin 0.4.0');
  });

  it('adds the day on which the model was adapted here', () => {
    const head = { id: 'a', createdAt: Date.UTC(2026, 4, 3, 12) };
    expect(modelWords({ pack, head }, inUse)).toMatch(
      /^Skin lesions 0\.4\.0, adapted on this device on .*2026/,
    );
  });
});
