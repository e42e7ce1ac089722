import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { aVisit } from '../../test/visits';
import { PatientHeader, PictureHeader } from './schema';

const patient = (born: string | null) => ({
  updatedAt: 0,
  name: 'Ada Quill',
  reference: '',
  born,
  sex: null,
  note: '',
});

it.each([null, '1960-02-29', '0085-03-04', '2026-02-30'])('a patient born %s stays readable', (born) => {
  expect(v.parse(PatientHeader, patient(born)).born).toBe(born);
});

it.each(['040385', '85-03-04', '4 Mar 1985', ''])('no day is %j', (born) => {
  expect(v.is(PatientHeader, patient(born))).toBe(false);
});

describe('a row whose parts contradict each other', () => {
  const header = ({ reading, source, size, frame }: typeof aVisit) => ({
    source,
    size,
    frame,
    reading: { ...reading, embedding: undefined },
  });
  const whole = header(aVisit);
  const { reading } = whole;
  const [first] = reading.probabilities;

  it('is none where it is as the app writes it', () => {
    expect(v.is(PictureHeader, whole)).toBe(true);
  });

  it.each([
    [
      'a condition twice',
      { ...whole, reading: { ...reading, probabilities: reading.probabilities.map(() => first) } },
    ],
    ['a top that is no condition', { ...whole, reading: { ...reading, top: 'other' } }],
    ['a set that is none of the conditions', { ...whole, reading: { ...reading, set: ['other'] } }],
    ['outputs of other conditions', { ...whole, reading: { ...reading, logits: [1] } }],
    ['a crop outside of the picture', { ...whole, frame: { ...whole.frame, x: whole.size.width } }],
    ['a crop of nothing', { ...whole, frame: { x: 0, y: 0, side: 0 } }],
  ])('is refused: %s', (_, broken) => {
    expect(v.is(PictureHeader, broken)).toBe(false);
  });
});

it.each(['name', 'note'])('a %s of three million letters is none that was typed', (field) => {
  expect(v.is(PatientHeader, { ...patient(null), [field]: 'x'.repeat(3_000_000) })).toBe(false);
});
