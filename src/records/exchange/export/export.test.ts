import 'fake-indexeddb/auto';
import { parse } from 'csv-parse/sync';
import { IDBFactory } from 'fake-indexeddb';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseLabels } from '../../../domain/evaluation/labels';
import { aLesion, aVisit, aPatient } from '../../../test/visits';
import { HealthRecord } from '../../record';
import { visitsCsv } from './visits-csv';
import { trainingSet } from './training-set';

const kindOf = (code: string) => (code === 'nv' ? ('benign' as const) : ('malignant' as const));
const mel = { code: 'mel', text: 'superficial spreading', date: '2026-01-09' };
const nv = { code: 'nv', text: '', date: '2026-01-02' };

let record: HealthRecord;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  let clock = Date.UTC(2026, 0, 1);
  record = new HealthRecord('records', () => new Date((clock += 1000)));
});

afterEach(() => record.close());

async function fill(): Promise<string> {
  const patient = await record.patients.add({ ...aPatient, name: '=HYPERLINK("x")' });
  const lesion = await record.lesions.add(aLesion, patient);
  const first = await record.visits.add({ ...aVisit, lesion, diagnosis: nv, histology: mel });
  await record.visits.addPicture(first, aVisit);
  await record.visits.add({ ...aVisit, lesion, diagnosis: nv, note: 'grew,\n"a lot"' });
  await record.visits.add({ ...aVisit, histology: { ...mel, code: null } });
  await record.visits.add(aVisit);
  return first;
}

async function rowsOf(file: Blob): Promise<Record<string, string>[]> {
  return parse(await file.text(), { columns: true, bom: true });
}

it('writes a line for every visit, also for one that is damaged', async () => {
  const first = await fill();
  const { database } = await record.store.open();
  const row = await database.getFromIndex('examinations', 'id', first);
  if (!row) throw new Error('no row');
  await database.put('examinations', { ...row, content: new Uint8Array(40) });

  const csv = await visitsCsv(record, { mark: true, kindOf });
  expect([csv.visits, csv.damaged]).toEqual([4, 1]);
  expect([...new Uint8Array(await csv.file.arrayBuffer())].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf]);
  const [broken, second, , last] = await rowsOf(csv.file);
  expect(broken).toMatchObject({ id: first, damaged: 'true', patient: '', top: '' });
  expect(second).toMatchObject({
    damaged: 'false',
    patient: `'=HYPERLINK("x")`,
    reference: aPatient.reference,
    lesion: aLesion.name,
    body_view: aLesion.place?.view,
    diagnosis: 'nv',
    histology: '',
    top: aVisit.reading.top,
    note: 'grew,\n"a lot"',
  });
  for (const { code, probability } of aVisit.reading.probabilities) {
    expect(Number(last?.[`p_${code}`])).toBe(probability);
  }
});

it('says what leads a visit before what the model says, by the picture that stands for it', async () => {
  const seen = (score: number, kind: 'overview' | 'close-up') => ({
    ...aVisit,
    kind,
    reading: {
      ...aVisit.reading,
      accepted: true,
      top: score > 0.5 ? 'mel' : 'nv',
      operatingPoints: [{ id: 'screening', probability: score, threshold: 0.5, flagged: score >= 0.5 }],
    },
  });
  const calm = { step: 'watch', reasons: [], signs: [] } as const;
  const several = await record.visits.add({ ...seen(0.1, 'overview'), triage: calm });
  await record.visits.addPicture(several, seen(0.9, 'close-up'));
  await record.visits.add({ ...seen(0.1, 'close-up'), triage: calm, diagnosis: mel });
  await record.visits.add({ ...seen(0.1, 'close-up'), triage: calm, diagnosis: mel, histology: nv });
  const { file } = await visitsCsv(record, { mark: false, kindOf });
  expect(
    (await rowsOf(file)).map(({ lead, lead_by, urgency, top }) => [lead, lead_by, urgency, top]),
  ).toEqual([
    ['mel', 'prediction', 'watch', 'mel'],
    ['mel', 'diagnosis', 'soon', 'nv'],
    ['nv', 'histology', 'weeks', 'nv'],
  ]);
  const [head = ''] = (await file.text()).split('\n');
  const at = (name: string) => head.split(',').indexOf(name);
  for (const name of ['lead', 'lead_by', 'urgency', 'histology', 'diagnosis']) {
    expect(at(name)).toBeLessThan(at('top'));
    expect(at(name)).toBeGreaterThan(0);
  }
});

it('gives the pictures whose diagnosis is known, with nothing that names a person', async () => {
  await fill();
  const { file, pictures } = await trainingSet(record, {});
  expect(pictures).toBe(3);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { 'labels.csv': table = new Uint8Array(), ...images } = unzipSync(bytes);
  const text = new TextDecoder().decode(table);
  const labels = parseLabels(text);
  expect(
    labels.map(({ file, dx, others }) => [file, dx, others['lesion_id'], others['diagnosis_confirm_type']]),
  ).toEqual([
    ['image_000001.jpg', 'mel', 'lesion_000001', 'histopathology'],
    ['image_000002.jpg', 'mel', 'lesion_000001', 'histopathology'],
    ['image_000003.jpg', 'nv', 'lesion_000001', 'single contributor clinical assessment'],
  ]);
  expect(labels[0]?.others).toMatchObject({
    patient_id: 'patient_000001',
    diagnosis: 'melanoma',
    image_type: 'dermoscopic',
    fitzpatrick_skin_type: 'II',
    anatom_site_general: 'posterior torso',
    age_approx: '65',
    sex: 'female',
    acquisition_day: '0',
    crop_side: String(aVisit.frame.side),
  });
  expect(Object.keys(images)).toEqual(labels.map((label) => label.file));
  const original = new Uint8Array(await aVisit.picture.arrayBuffer());
  for (const image of Object.values(images)) expect(image).toEqual(original);
  for (const secret of ['HYPERLINK', aPatient.reference, aPatient.born ?? '', '2026', aLesion.name]) {
    expect(text).not.toContain(secret);
  }
});

it('stops when it is told to', async () => {
  await fill();
  const signal = AbortSignal.abort();
  await expect(visitsCsv(record, { mark: false, kindOf, signal })).rejects.toMatchObject({
    code: 'aborted',
  });
  await expect(trainingSet(record, { signal })).rejects.toMatchObject({ code: 'aborted' });
});
