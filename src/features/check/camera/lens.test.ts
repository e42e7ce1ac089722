import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facingOf, offeredLenses, rankedLenses, type Lens } from './lens';

const lens = (label: string, capabilities?: object): Lens => ({ deviceId: label, label, capabilities });
const labels = (lenses: readonly Lens[]) => lenses.map(({ label }) => label);

describe('the lens', () => {
  it('of an Android phone is its first at the back', () => {
    const cameras = [
      lens('camera2 3, facing back'),
      lens('camera2 1, facing front'),
      lens('camera2 2, facing back'),
      lens('camera2 0, facing back'),
    ];
    expect(labels(rankedLenses(cameras))).toEqual([
      'camera2 0, facing back',
      'camera2 2, facing back',
      'camera2 3, facing back',
    ]);
  });

  it('of an iPhone is the main one, neither the widest nor several in one', () => {
    const cameras = [
      lens('Front Camera'),
      lens('Back Ultra Wide Camera'),
      lens('Back Triple Camera'),
      lens('Back Dual Wide Camera'),
      lens('Back Telephoto Camera'),
      lens('Back Camera'),
    ];
    expect(labels(rankedLenses(cameras))[0]).toBe('Back Camera');
    expect(labels(offeredLenses(cameras))).not.toContain('Front Camera');
  });

  it('is known by what it can do where its name says nothing', () => {
    const cameras = [
      lens('one', { facingMode: ['user'], focusMode: ['continuous'] }),
      lens('two', { facingMode: ['environment'], focusMode: ['manual'] }),
      lens('three', { facingMode: ['environment'] }),
      lens('four', { facingMode: ['environment'], focusDistance: { min: 0.08, max: 3 } }),
    ];
    expect(labels(rankedLenses(cameras))).toEqual(['four', 'three', 'two']);
  });

  it('speaks other languages', () => {
    expect(facingOf(lens('Rückkamera'))).toBe('back');
    expect(facingOf(lens('Caméra arrière'))).toBe('back');
    expect(facingOf(lens('背面カメラ'))).toBe('back');
    expect(facingOf(lens('Frontkamera'))).toBe('front');
    expect(facingOf(lens('HD Webcam'))).toBeUndefined();
  });

  it('is any where none is at the back', () => {
    expect(labels(rankedLenses([lens('HD Webcam'), lens('FaceTime HD Camera')]))).toHaveLength(2);
  });

  it('is one of those that are there, whatever they say, and each once', () => {
    const any = fc.array(
      fc.record({
        deviceId: fc.uuid(),
        label: fc.oneof(fc.string(), fc.constantFrom('Back Camera', 'camera2 1, facing front', '')),
        capabilities: fc.oneof(fc.constant(undefined), fc.dictionary(fc.string(), fc.array(fc.string()))),
      }),
    );
    fc.assert(
      fc.property(any, (cameras) => {
        const ranked = rankedLenses(cameras);
        expect(ranked.length > 0).toBe(cameras.length > 0);
        expect(new Set(ranked).size).toBe(ranked.length);
        expect(ranked.every((each) => cameras.includes(each))).toBe(true);
      }),
    );
  });
});
