import * as fc from 'fast-check';
import { encodeMask } from '../domain/outline/mask';
import type { Measures } from '../domain/outline/measures';
import type { Outline } from '../domain/outline/outline';
import { backends, type Prediction, type ViewsPrediction } from '../domain/prediction';
import type { Diagnosis, NewVisit } from '../domain/visit/visit';
import { bodyViews, type LesionFields } from '../domain/lesion';
import { skinTypes, type PatientFields } from '../domain/patient';

const classCodes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];

const share = fc.double({ min: 0, max: 1, noNaN: true });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const milliseconds = fc.double({ min: 0, max: 1e5, noNaN: true });
const pixels = fc.nat({ max: 20_000 });
const side = fc.integer({ min: 1, max: 10_000 });
const code = fc.constantFrom(...classCodes);
const perClass = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 7, maxLength: 7 });

/** Bytes that begin as a picture of that type does, so that a search of the store would find them. */
function pictureOf(type: string, start: readonly number[]): fc.Arbitrary<Blob> {
  return fc
    .uint8Array({ maxLength: 2000 })
    .map((rest) => new Blob([Uint8Array.from([...start, ...rest])], { type }));
}

// Up to the size, 64 x 64: what comes from elsewhere is looked at so far.
export const jpegStart = [
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
  ...[0xff, 0xc0, 0, 17, 8, 0, 64, 0, 64, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
];
export const webpStart = [
  ...new TextEncoder().encode('RIFF\x10\x00\x00\x00WEBPVP8 '),
  ...[10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 64, 0],
];

const views: fc.Arbitrary<ViewsPrediction> = fc.record({
  count: fc.nat({ max: 8 }),
  agree: fc.nat({ max: 8 }),
  range: fc.uniqueArray(fc.record({ code, low: share, high: share }), {
    maxLength: 7,
    selector: (one) => one.code,
  }),
});

const conditions = perClass(share).map((shares) =>
  shares.map((probability, index) => ({ code: classCodes[index] ?? '', probability })),
);

const results = {
  top: code,
  set: fc.uniqueArray(code),
  accepted: fc.boolean(),
  operatingPoints: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('screening', 'balanced'),
      probability: share,
      threshold: share,
      flagged: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ id }) => id },
  ),
  quality: fc.uniqueArray(
    fc.constantFrom('low-resolution', 'blurred', 'too-dark', 'too-bright', 'glare', 'spot-small', 'spot-cut'),
  ),
};

/** What a pack that calibrates by domain adds. */
const calibrated = fc.record({
  domain: fc.constantFrom('dermatoscope', 'phone'),
  mode: fc.constantFrom('plain', 'eightViews'),
  likelihoods: conditions,
});

/** What a double-check adds. */
const doubleChecked = fc.record(
  { views, plain: fc.record({ ...results, likelihoods: conditions }) },
  { requiredKeys: ['views'] },
);

/** What other versions said before. */
const readAnew = fc.record({
  earlier: fc.array(
    fc.record(
      {
        pack: fc.record({ id: fc.constant('lentigo-skin-lesions'), version: fc.constant('1.0.0') }),
        head: fc.record({ id: fc.string(), createdAt: milliseconds }),
        mode: fc.constantFrom('plain', 'eightViews'),
        ...results,
        likelihoods: conditions,
        probabilities: conditions,
        views,
        plain: fc.record({ ...results, likelihoods: conditions }),
      },
      { requiredKeys: ['pack', 'probabilities', 'accepted', 'top', 'set', 'operatingPoints', 'quality'] },
    ),
    { maxLength: 2 },
  ),
});

/** Read at once by a pack of old; what came later is added to it. */
const plainPredictions: fc.Arbitrary<Prediction> = fc.record({
  pack: fc.record({ id: fc.constant('lentigo-skin-lesions'), version: fc.constant('1.2.3') }),
  backend: fc.constantFrom(...backends),
  ...results,
  probabilities: conditions,
  logits: perClass(finite),
  gate: fc.record({ dermatoscope: share, phone: share, none: share }),
  embedding: fc.float32Array({ maxLength: 1280, noNaN: true }),
  times: fc.record({
    decode: milliseconds,
    resample: milliseconds,
    inference: milliseconds,
    total: milliseconds,
  }),
});

/** Any visit that the classify page could hand over. */
export const newVisits: fc.Arbitrary<NewVisit> = fc
  .record({
    source: fc.constantFrom('file', 'camera', 'shared', 'sample'),
    picture: pictureOf('image/jpeg', jpegStart),
    thumbnail: pictureOf('image/webp', webpStart),
    frame: fc.record({ x: pixels, y: pixels, side }),
    right: pixels,
    below: pixels,
    reading: fc
      .tuple(plainPredictions, fc.option(calibrated), fc.option(doubleChecked), fc.option(readAnew))
      .map(([reading, ...added]) => Object.assign({}, reading, ...added) as Prediction),
  })
  .map(({ frame, right, below, ...visit }) => ({
    ...visit,
    frame,
    size: { width: frame.x + frame.side + right, height: frame.y + frame.side + below },
  }));

const extent = fc.record({ pixels: milliseconds, millimetres: milliseconds }, { requiredKeys: ['pixels'] });

export const outlines: fc.Arbitrary<Outline> = fc.record({
  method: fc.constantFrom('automatic', 'threshold', 'colour', 'brush'),
  mask: fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
    .chain(([width, height]) =>
      fc
        .array(fc.nat({ max: 1 }), { minLength: width * height, maxLength: width * height })
        .map((inside) => encodeMask({ width, height, data: Uint8Array.from(inside) })),
    ),
  sidePixels: milliseconds,
});

export const measures: fc.Arbitrary<Measures> = fc.record({
  area: extent,
  longestDiameter: extent,
  shortestDiameter: extent,
  asymmetry: fc.record({ shares: fc.tuple(share, share), axes: fc.constantFrom(0, 1, 2) }),
  border: fc.record({ irregularity: milliseconds, abrupt: fc.array(fc.boolean()) }),
  colours: fc.array(fc.record({ colour: fc.constantFrom('white', 'red', 'black'), share })),
  abcd: fc.record({ asymmetry: pixels, border: pixels, colours: pixels, total: milliseconds }),
});

const day = fc
  .date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const text = fc.string({ unit: 'grapheme' });

export const findings: fc.Arbitrary<Diagnosis | null> = fc.option(
  fc.record({ code: fc.option(code), text, date: day }),
);

export const patientFields: fc.Arbitrary<PatientFields> = fc.record({
  name: text,
  reference: text,
  born: fc.option(day),
  sex: fc.constantFrom('female', 'male', 'other', null),
  skinType: fc.constantFrom(...skinTypes, null),
  note: text,
});

export const lesionFields: fc.Arbitrary<LesionFields> = fc.record({
  name: text,
  place: fc.option(fc.record({ view: fc.constantFrom(...bodyViews), x: share, y: share })),
  note: text,
  nextCheck: fc.option(day),
});

export const aPatient: PatientFields = {
  name: 'Ada Quill',
  reference: 'K-4711',
  born: '1961-02-03',
  sex: 'female',
  skinType: 2,
  note: 'fair skin',
};

export const aLesion: LesionFields = {
  name: 'below the shoulder',
  place: { view: 'back', x: 0.4, y: 0.3 },
  note: '',
  nextCheck: '2026-09-01',
};

/** One fixed visit, for tests that do not depend on what is in it. */
export const [aVisit] = fc.sample(newVisits, { seed: 7, numRuns: 1 }) as [NewVisit];
