import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { HealthRecord } from '../../../records/record';
import { aVisit } from '../../../test/visits';
import { lesionFor, planCheckUp, undoCheckUp } from './check-up';

const day = '2026-12-25' as IsoDay;
let record: HealthRecord;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  record = new HealthRecord('check-ups');
});

afterEach(() => record.close());

const lesion = { name: 'Left arm', place: null, note: '', nextCheck: '2027-01-01' };

async function nextCheck(id: string): Promise<string | null | undefined> {
  const found = await record.lesions.get(id);
  return found && !found.damaged ? found.nextCheck : undefined;
}

describe('a check-up that is planned from a visit', () => {
  it('is that of its lesion, and undone puts the day back that stood before', async () => {
    const of = await record.lesions.add(lesion);
    const id = await record.visits.add({ ...aVisit, lesion: of });
    const planned = await planCheckUp(record, { id, patient: undefined, lesion: of }, day);
    expect(await nextCheck(of)).toBe(day);
    if (planned) await undoCheckUp(record, planned);
    expect(await nextCheck(of)).toBe('2027-01-01');
  });

  it('makes a lesion of the same patient where there is none, which goes when it is undone', async () => {
    const patient = await record.patients.add({
      name: 'Ada Quill',
      reference: '',
      born: null,
      sex: null,
      skinType: null,
      note: '',
    });
    const id = await record.visits.add({ ...aVisit, patient });
    const planned = await planCheckUp(record, { id, patient, lesion: undefined }, day);
    const made = planned?.lesion ?? '';
    expect(await record.lesions.get(made)).toMatchObject({ nextCheck: day, patient });
    expect(await record.visits.records([id])).toMatchObject([{ lesion: made, patient }]);

    if (planned) await undoCheckUp(record, planned);
    expect(await record.lesions.get(made)).toBeUndefined();
    expect(await record.visits.records([id])).toMatchObject([{ lesion: undefined, patient }]);
  });

  it('keeps the lesion that it made once another visit or a name is in it', async () => {
    const id = await record.visits.add(aVisit);
    const planned = await planCheckUp(record, { id, patient: undefined, lesion: undefined }, day);
    const made = planned?.lesion ?? '';
    const other = await record.visits.add({ ...aVisit, lesion: made });
    if (planned) await undoCheckUp(record, planned);
    expect(await nextCheck(made)).toBeNull();
    expect(await record.visits.course(made)).toHaveLength(2);

    await record.visits.remove(other);
    await record.lesions.edit(made, { name: 'Nose', nextCheck: day }, { name: '', nextCheck: null });
    if (planned) await undoCheckUp(record, planned);
    expect(await record.lesions.get(made)).toMatchObject({ name: 'Nose', nextCheck: null });
  });

  it('leaves no empty lesion behind when the visit cannot be given to it', async () => {
    const id = await record.visits.add(aVisit);
    vi.spyOn(record.visits, 'assign').mockRejectedValue(new Error('full'));
    await expect(lesionFor(record, { id, patient: undefined, lesion: undefined })).rejects.toThrow('full');
    expect((await record.contents()).lesions).toBe(0);
  });
});
