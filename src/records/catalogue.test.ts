import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aLesion, aPatient, aVisit } from '../test/visits';
import type { Catalogue } from './catalogue';
import { HealthRecord } from './record';

let tabs: HealthRecord[] = [];
let clock = 0;

function tab(): HealthRecord {
  const record = new HealthRecord('records', () => new Date((clock += 1000)));
  tabs.push(record);
  return record;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(tabs.map((each) => each.close()));
  tabs = [];
});

function contents({ patients, lesions, visits }: Catalogue): Record<string, unknown>[] {
  return [patients, lesions, visits].map((entries) => Object.fromEntries<unknown>(entries.entries()));
}

/** What somebody finds who opens the record now. */
async function fresh(): Promise<Record<string, unknown>[]> {
  const { catalogue } = tab();
  await catalogue.build();
  return contents(catalogue);
}

/** Holds back whatever is decrypted from now on, until the function that it gives is called. */
function holdDecryption() {
  const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
  let fulfil: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (fulfil = resolve));
  const spy = vi.spyOn(crypto.subtle, 'decrypt').mockImplementation(async (...call) => {
    await held;
    return decrypt(...call);
  });
  return { spy, release: () => fulfil?.() };
}

/** How often something was decrypted during `work`. */
async function decrypted(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(crypto.subtle, 'decrypt');
  await work();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
}

describe('what this tab writes', () => {
  it('is in the catalogue when the write is done, without being read again', async () => {
    const { patients, lesions, visits, catalogue } = tab();
    await catalogue.build();
    let [patient, lesion, id] = ['', '', ''];
    const counts = {
      'add a patient': await decrypted(async () => (patient = await patients.add(aPatient))),
      'add a lesion': await decrypted(async () => (lesion = await lesions.add(aLesion, patient))),
      'add a visit': await decrypted(async () => (id = await visits.add({ ...aVisit, lesion }))),
      'edit a patient': await decrypted(() => patients.edit(patient, { note: 'b' }, { note: aPatient.note })),
      'edit a lesion': await decrypted(() => lesions.edit(lesion, { note: 'b' }, { note: '' })),
      'edit a visit': await decrypted(() => visits.edit(id, { note: 'b' }, { note: '' })),
      'assign a visit': await decrypted(() => visits.assign([id], { patient })),
      'give a lesion away': await decrypted(() => lesions.give(lesion, undefined)),
    };
    // What is changed is opened once, by whoever changes it.
    expect(counts).toEqual({
      'add a patient': 0,
      'add a lesion': 0,
      'add a visit': 0,
      'edit a patient': 1,
      'edit a lesion': 1,
      'edit a visit': 1,
      'assign a visit': 1,
      'give a lesion away': 1,
    });
    expect(contents(catalogue)).toEqual(await fresh());
  });

  it('does not change with the form that it came from', async () => {
    const { patients, lesions, catalogue } = tab();
    await catalogue.build();
    const place = { view: 'back' as const, x: 0.1, y: 0.2 };
    await lesions.add({ ...aLesion, place }, await patients.add(aPatient));
    place.x = 0.9;
    expect(contents(catalogue)).toEqual(await fresh());
  });
});

describe('what another tab writes', () => {
  it('is told without what was written, and read', async () => {
    const [here, there] = [tab(), tab()];
    await there.catalogue.build();
    const told = new Promise((resolve) => there.onChange(resolve));
    const id = await here.patients.add(aPatient);
    expect(await told).toEqual({ kind: 'added', of: 'patient', ids: [id] });
    await vi.waitFor(() => expect(there.catalogue.patients.get(id)).toMatchObject({ name: aPatient.name }));
  });
});

describe('a row that is removed while it is read again', () => {
  it('does not come back', async () => {
    const [here, there] = [tab(), tab()];
    const id = await here.patients.add(aPatient);
    await here.catalogue.build();
    const { spy, release } = holdDecryption();
    here.store.changes.announce({ kind: 'changed', of: 'patient', ids: [id] });
    await vi.waitFor(() => expect(spy).toHaveBeenCalled());
    await here.patients.remove(id);
    release();
    await Promise.all(spy.mock.results.map(({ value }) => value as Promise<unknown>));
    await there.patients.get(id);
    expect(here.catalogue.patients.size).toBe(0);
  });

  it('does not come back after everything was deleted', async () => {
    const here = tab();
    const id = await here.visits.add(aVisit);
    await here.catalogue.build();
    const { spy, release } = holdDecryption();
    here.store.changes.announce({ kind: 'changed', of: 'visit', ids: [id] });
    await vi.waitFor(() => expect(spy).toHaveBeenCalled());
    await here.store.removeAll();
    release();
    await Promise.all(spy.mock.results.map(({ value }) => value as Promise<unknown>));
    await here.visits.get(id);
    expect(here.catalogue.visits.size).toBe(0);
  });

  it('does not come back either while everything is read for the first time', async () => {
    const here = tab();
    const id = await here.visits.add(aVisit);
    const { spy, release } = holdDecryption();
    const built = here.catalogue.build();
    await vi.waitFor(() => expect(spy.mock.calls.length).toBeGreaterThan(0));
    // While what was read before is still being decrypted.
    await here.store.removeAll();
    release();
    await built;
    expect(here.catalogue.visits.get(id)).toBeUndefined();
    expect(here.catalogue.complete).toBe(true);
  });

  it('comes back once: what was changed afterwards is not undone a second time', async () => {
    const here = tab();
    const id = await here.lesions.add(aLesion);
    const removal = await here.lesions.remove(id);
    expect(await removal.undo()).toBe(true);
    await here.lesions.edit(id, { note: 'new' }, { note: aLesion.note });
    expect(await removal.undo()).toBe(true);
    expect(await here.lesions.get(id)).toMatchObject({ note: 'new', revision: 2 });
  });

  it('comes back when its removal is undone', async () => {
    const here = tab();
    const id = await here.visits.add(aVisit);
    await here.catalogue.build();
    const removal = await here.visits.remove(id);
    expect(here.catalogue.visits.size).toBe(0);
    await removal.undo();
    await vi.waitFor(() => expect(here.catalogue.visits.size).toBe(1));
    await here.visits.edit(id, { note: 'new' }, { note: '' });
    await vi.waitFor(() => expect(here.catalogue.visits.get(id)).toMatchObject({ hasNote: true }));
  });
});

it('says why a change could not be read, and reads it when it is asked again', async () => {
  const [here, there] = [tab(), tab()];
  const id = await here.patients.add(aPatient);
  await here.catalogue.build();
  const broken = vi.spyOn(here.store, 'open').mockRejectedValue(new Error('gone'));
  await there.patients.edit(id, { note: 'theirs' }, { note: aPatient.note });
  await vi.waitFor(() => expect(here.catalogue.failure).toMatchObject({ code: 'internal' }));
  expect(here.catalogue.complete).toBe(false);
  broken.mockRestore();
  await here.catalogue.build();
  expect(here.catalogue.failure).toBeUndefined();
  expect(here.catalogue.patients.get(id)).toMatchObject({ note: 'theirs' });
});

it('agrees with the record in every tab, whatever they do', async () => {
  const edits = [
    'add',
    'addLesion',
    'addVisit',
    'edit',
    'editLesion',
    'editVisit',
    'assign',
    'give',
  ] as const;
  const steps = fc.array(
    fc.record({
      tab: fc.nat({ max: 1 }),
      edit: fc.constantFrom(...edits, 'opine', 'merge', 'remove', 'undo'),
      one: fc.nat(),
      other: fc.nat(),
    }),
    { minLength: 5, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      globalThis.indexedDB = new IDBFactory();
      const both = [tab(), tab()];
      await Promise.all(both.map(({ catalogue }) => catalogue.build()));
      let undo: (() => Promise<boolean>) | undefined;
      for (const { tab: at, edit, one, other } of plan) {
        const record = both[at];
        if (!record) continue;
        const { patients, lesions, visits } = record;
        const [everyone, everything, everyVisit] = await fresh();
        const pick = (from: object | undefined, index: number): string => {
          const ids = Object.keys(from ?? {});
          return ids[index % Math.max(1, ids.length)] ?? 'none';
        };
        const [patient, lesion, visit] = [pick(everyone, one), pick(everything, one), pick(everyVisit, one)];
        const note = String(clock);
        if (edit === 'add') await patients.add({ ...aPatient, note });
        if (edit === 'addLesion') await lesions.add({ ...aLesion, note }, one % 3 ? patient : undefined);
        if (edit === 'addVisit') await visits.add({ ...aVisit, lesion, patient, note });
        if (edit === 'edit') await patients.edit(patient, { note }, await seen(patients.get(patient)));
        if (edit === 'editLesion') await lesions.edit(lesion, { note }, await seen(lesions.get(lesion)));
        if (edit === 'editVisit') await visits.edit(visit, { note }, await seen(visits.get(visit)));
        if (edit === 'assign') await visits.assign([visit], other % 2 ? { lesion } : { patient });
        if (edit === 'give') await lesions.give(lesion, pick(everyone, other));
        if (edit === 'opine') {
          const opinion = { id: crypto.randomUUID(), author: 'Bo', writtenAt: one, code: null, note };
          await visits.opine(visit, opinion);
        }
        if (edit === 'merge') {
          const merge = await patients.merge(patient, pick(everyone, other));
          undo = () => merge?.undo() ?? Promise.resolve(false);
        }
        if (edit === 'remove') {
          const which = other % 3;
          const removal = await (which === 0
            ? patients.remove(patient)
            : which === 1
              ? lesions.remove(lesion)
              : visits.remove(visit));
          undo = () => removal.undo();
        }
        if (edit === 'undo') await undo?.();
      }
      const there = await fresh();
      for (const { catalogue } of both) {
        await vi.waitFor(() => expect(contents(catalogue)).toEqual(there));
      }
      await Promise.all(tabs.map((each) => each.close()));
      tabs = [];
    }),
    { numRuns: 15 },
  );
});

async function seen(read: Promise<{ readonly damaged: boolean } | undefined>): Promise<{ note: string }> {
  const row = (await read) as { note?: string } | undefined;
  return { note: row?.note ?? '' };
}
