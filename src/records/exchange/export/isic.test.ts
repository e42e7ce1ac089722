import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landmarks } from '../../../domain/body-regions';
import { addDays, type IsoDay } from '../../../domain/calendar/calendar';
import { bodyViews } from '../../../domain/lesion';
import { pictureKinds } from '../../../domain/picture-kind';
import { measures, patientFields } from '../../../test/visits';
import { isicCells, isicColumns, type Known } from './isic';

const day = '2026-03-10' as IsoDay;
const known: Known = {
  code: 'mel',
  by: 'histology',
  picture: { kind: 'dermatoscope', capturedOn: day },
  place: null,
  patient: undefined,
  firstDay: day,
};

function named(of: Partial<Known>): Record<string, unknown> {
  const cells = isicCells({ ...known, ...of });
  expect(cells).toHaveLength(isicColumns.length);
  return Object.fromEntries(isicColumns.map((name, at) => [name, cells[at]]));
}

const values: Readonly<Record<string, readonly unknown[]>> = {
  image_type: ['dermoscopic', 'clinical: close-up', 'clinical: overview'],
  fitzpatrick_skin_type: ['I', 'II', 'III', 'IV', 'V', 'VI', null],
  anatom_site_general: [
    'head/neck',
    'upper extremity',
    'lower extremity',
    'anterior torso',
    'posterior torso',
    'lateral torso',
    'palms/soles',
    null,
  ],
};

describe("the training set's columns", () => {
  it('hold only what the dictionary of the ISIC archive knows', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const place = fc.option(fc.record({ view: fc.constantFrom(...bodyViews), x: share, y: share }));
    const kind = fc.constantFrom(...pictureKinds);
    const later = fc.integer({ min: -40, max: 4000 });
    fc.assert(
      fc.property(place, kind, patientFields, measures, later, (place, kind, patient, measures, days) => {
        const capturedOn = addDays(day, days);
        const row = named({ place, patient, picture: { kind, capturedOn, measures } });
        for (const [name, allowed] of Object.entries(values)) expect(allowed).toContain(row[name]);
        expect(row['acquisition_day']).toBe(days);
        expect(row['age_approx'] === null || Number(row['age_approx']) % 5 === 0).toBe(true);
        expect(row['clin_size_long_diam_mm']).toBe(measures.longestDiameter.millimetres);
      }),
    );
  });

  it('name every site of the body map, and the sides of the trunk', () => {
    const sites = new Set(landmarks.map((place) => named({ place })['anatom_site_general']));
    expect(sites).toEqual(
      new Set(values['anatom_site_general']?.filter((site) => site !== null && site !== 'lateral torso')),
    );
    expect(named({ place: { view: 'left', x: 0.35, y: 0.35 } })['anatom_site_general']).toBe('lateral torso');
  });

  it("keep another model's code, and leave out what nobody said", () => {
    expect(named({ code: 'parasitized', by: 'diagnosis' })).toEqual({
      diagnosis: 'parasitized',
      diagnosis_confirm_type: 'single contributor clinical assessment',
      image_type: 'dermoscopic',
      fitzpatrick_skin_type: null,
      anatom_site_general: null,
      age_approx: null,
      sex: undefined,
      acquisition_day: 0,
      clin_size_long_diam_mm: undefined,
    });
  });
});
