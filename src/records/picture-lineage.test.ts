import { describe, expect, it } from 'vitest';
import type { IsoDay } from '../domain/calendar/calendar';
import type { PictureRecord } from '../domain/visit/visit';
import { aVisit } from '../test/visits';
import {
  changedPicture,
  joinedPicture,
  otherPictureVersions,
  pictureInDoubt,
  tracedPicture,
} from './picture-lineage';
import { recordOf } from './rows/visit-rows';

const probabilities = aVisit.reading.probabilities.map(({ code }, at) => ({
  code,
  probability: [0.6, 0.3][at] ?? 0.02,
}));
const before: PictureRecord = recordOf(
  'picture',
  { ...aVisit, reading: { ...aVisit.reading, probabilities } },
  '2026-06-01' as IsoDay,
);

/** As a device reads it that computes a little differently. */
function read(picture: PictureRecord, device: string, off: number, more: Partial<PictureRecord> = {}) {
  const { reading } = picture;
  const probabilities = reading.probabilities.map(({ code, probability }, at) => ({
    code,
    probability: probability + (at === 0 ? -off : at === 1 ? off : 0),
  }));
  const next = { ...picture, ...more, reading: { ...reading, ...more.reading, probabilities } };
  return changedPicture(device, picture, next, Date.UTC(2026, 5, 2));
}

describe('two readings of one picture on two devices', () => {
  it('are one answer where they differ by what devices compute differently, and stay both', () => {
    const joined = joinedPicture(read(before, 'one', 0.001), read(before, 'other', 0.004));
    expect(joined.lineage?.fields['reading']).toHaveLength(2);
    expect(pictureInDoubt(joined)).toBe(false);
  });

  it.each<[string, number, Partial<PictureRecord>]>([
    ['chances', 0.05, {}],
    ['crop', 0.001, { frame: { ...before.frame, side: before.frame.side - 1 } }],
    [
      'version of the model',
      0.001,
      { reading: { ...before.reading, pack: { id: 'lentigo', version: '9.0.0' } } },
    ],
    [
      'drawn outline',
      0.001,
      { outline: { method: 'brush', mask: { width: 2, height: 1, runs: [1, 1] }, sidePixels: 2 } },
    ],
  ])('are asked about where they differ in the %s', (_, off, more) => {
    const joined = joinedPicture(read(before, 'one', 0.002), read(before, 'other', off, more));
    expect(pictureInDoubt(joined)).toBe(true);
    expect(otherPictureVersions(tracedPicture(joined), 'reading')).toHaveLength(1);
  });
});
