/** The training export that the tests of training/ learn from is what this app writes. */
import 'fake-indexeddb/auto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { IDBFactory } from 'fake-indexeddb';
import { unzipSync } from 'fflate';
import { expect, it, vi } from 'vitest';
import { addDays } from '../../../domain/calendar/calendar';
import { aLesion, aPatient, aVisit } from '../../../test/visits';
import { HealthRecord } from '../../record';
import { trainingSet } from './training-set';

const folder = new URL('../../../../training/tests/export/', import.meta.url);
const codes = ['nv', 'mel', 'bcc'];

it('has the columns, numbers and pictures of the committed one', async () => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  const record = new HealthRecord('records');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  let patient: string | undefined;
  for (const [at, name] of names.entries()) {
    // Two lesions a patient; whoever comes last keeps neither patients nor lesions.
    const alone = at >= 20;
    if (at % 2 === 0) patient = alone ? undefined : await record.patients.add({ ...aPatient, name });
    const lesion = alone ? undefined : await record.lesions.add(aLesion, patient);
    const finding = { code: codes[(at + 1) % 3] ?? null, text: '', date: '2026-01-09' };
    await record.visits.add({
      ...aVisit,
      picture: new Blob([await readFile(new URL(name, folder))], { type: 'image/jpeg' }),
      size: { width: 64, height: 56 },
      frame: { x: 4, y: 0, side: 56 },
      kind: at % 4 === 3 ? 'close-up' : 'dermatoscope',
      capturedOn: addDays('2026-01-01', at),
      patient,
      lesion,
      ...(at % 5 === 4 ? { diagnosis: finding } : { histology: finding }),
    });
  }
  const { file } = await trainingSet(record, {});
  const { 'labels.csv': table, ...pictures } = unzipSync(new Uint8Array(await file.arrayBuffer()));
  await record.close();

  const labels = new URL('labels.csv', folder);
  if (process.env['WRITE_TRAINING_EXPORT']) await writeFile(labels, table ?? '');
  expect(new TextDecoder().decode(table)).toBe(await readFile(labels, 'utf8'));
  expect(Object.keys(pictures)).toEqual(names);
  for (const [name, data] of Object.entries(pictures)) {
    expect(Buffer.from(data).equals(await readFile(new URL(name, folder)))).toBe(true);
  }
});
