import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, describe, it, vi } from 'vitest';
import type { Advice } from '../domain/advice';
import type { IsoDay } from '../domain/calendar/calendar';
import { same } from '../domain/three-way';
import type { Visit } from '../domain/visit/visit';
import { mostPictures } from '../domain/visit/visit-advice';
import { noAnswers } from '../domain/warning-signs';
import { aVisit } from '../test/visits';
import { HealthRecord } from './record';

let record: HealthRecord;
let clock = 0;

beforeEach(() => {
  clock = Date.UTC(2026, 0, 1);
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  record = new HealthRecord('records', () => new Date((clock += 1000)));
});

afterEach(async () => {
  await record.close();
  vi.unstubAllGlobals();
});

const seen = (score: number, kind: Visit['pictures'][0]['kind'] = 'close-up') => ({
  ...aVisit,
  kind,
  reading: {
    ...aVisit.reading,
    accepted: true,
    top: score > 0.5 ? 'mel' : 'nv',
    operatingPoints: [{ id: 'screening', probability: score, threshold: 0.5, flagged: score >= 0.5 }],
  },
});
const advice = (step: Advice['step']): Advice => ({ step, reasons: ['signs'], signs: [] });
/** Says how many pictures it was asked about. */
const advise = (pictures: readonly unknown[]): Advice => advice(pictures.length > 1 ? 'soon' : 'watch');

async function visit(id: string): Promise<Visit> {
  const found = await record.visits.get(id);
  if (!found || found.damaged) throw new Error('not there');
  return found;
}

/** All rows but the key, which cannot be read out, and the count of changes. */
async function rows(): Promise<unknown> {
  const { database } = await record.store.open();
  const names = ['examinations', 'pictures', 'images', 'thumbnails'] as const;
  const all = names.map(async (name) => [name, await database.getAllKeys(name), await database.getAll(name)]);
  const found = await Promise.all(all);
  return JSON.stringify(found, (key, value: unknown) =>
    key === 'revision' ? undefined : value instanceof Uint8Array ? [...value] : value,
  );
}

describe('a picture that is added', () => {
  it('takes part in the advice and in what the list says', async () => {
    const id = await record.visits.add({ ...seen(0.1), triage: advice('watch') });
    await record.catalogue.build();
    const added = await record.visits.addPicture(id, { ...seen(0.9), pictureId: 'mine' }, advise);
    expect(added).toBe('mine');
    expect((await visit(id)).triage).toEqual(advice('soon'));
    const entry = record.catalogue.visits.get(id);
    expect(entry).toMatchObject({ top: 'mel', flagged: true, pictures: 2, triage: 'soon' });
  });

  it('is not the thirteenth', async () => {
    const id = await record.visits.add(aVisit);
    for (let count = 1; count < mostPictures; count++) await record.visits.addPicture(id, aVisit);
    const before = await rows();
    expect(await record.visits.addPicture(id, aVisit)).toBeUndefined();
    expect(await rows()).toEqual(before);
    expect((await visit(id)).pictures).toHaveLength(mostPictures);
  });
});

it('says which visit holds a picture: after a join, a removal, and the undo of each', async () => {
  const [a, b] = [
    await record.visits.add({ ...seen(0.1), pictureId: 'of a' }),
    await record.visits.add({ ...seen(0.2), pictureId: 'of b' }),
  ];
  const holder = () => record.visits.holding('of b');
  expect(await holder()).toBe(b);
  const joined = await record.visits.join(a, [b]);
  expect(await holder()).toBe(a);
  expect(await joined?.undo()).toBe(true);
  expect(await holder()).toBe(b);
  const removed = await record.visits.remove(b);
  expect(await holder()).toBeUndefined();
  expect(await removed.undo()).toBe(true);
  expect(await holder()).toBe(b);
});

it('reads a picture again in its place, and forgets what was measured in the other crop', async () => {
  const id = await record.visits.add({ ...seen(0.1), pictureId: 'first' });
  const outline = {
    method: 'brush' as const,
    mask: { width: 2, height: 2, runs: [4] },
    sidePixels: 2,
  };
  await record.visits.measure(id, 'first', { outline });
  const again = { ...seen(0.9), frame: { x: 1, y: 2, side: 3 }, thumbnail: new Blob(['new']) };
  expect(await record.visits.readAgain(id, 'first', again, advise)).toBe(true);
  expect(await record.visits.count()).toBe(1);
  const { pictures, thumbnail } = await visit(id);
  expect(pictures).toHaveLength(1);
  expect(pictures[0]).toMatchObject({ id: 'first', frame: again.frame, reading: { top: 'mel' } });
  expect(pictures[0].outline).toBeUndefined();
  expect(await thumbnail.text()).toBe('new');
  expect(await record.visits.readAgain(id, 'gone', again)).toBe(false);
});

describe('a picture that another version of the model reads again', () => {
  const by = (version: string, score: number) => {
    const { reading } = seen(score);
    return { ...reading, pack: { ...reading.pack, version } };
  };
  const diagnosis = { code: 'nv', text: 'seen by hand', date: '2026-01-01' };

  it('keeps what was said before beside the new result, the outline, and the diagnosis', async () => {
    const first = { ...seen(0.9), reading: by('1.0.0', 0.9), pictureId: 'first', diagnosis };
    const id = await record.visits.add(first);
    const outline = { method: 'brush' as const, mask: { width: 2, height: 2, runs: [4] }, sidePixels: 2 };
    await record.visits.measure(id, 'first', { outline });
    const { visits } = record;
    expect(await visits.readAnew(id, 'first', first.frame, by('1.1.0', 0.1), advise)).toBe(true);
    expect(await visits.readAnew(id, 'first', first.frame, by('1.2.0', 0.2), advise)).toBe(true);
    const found = await visit(id);
    const { reading, outline: kept } = found.pictures[0];
    expect(reading).toMatchObject({ pack: { version: '1.2.0' }, top: 'nv' });
    expect(reading.earlier?.map(({ pack, top }) => [pack.version, top])).toEqual([
      ['1.0.0', 'mel'],
      ['1.1.0', 'nv'],
    ]);
    expect(reading.earlier?.[0]?.probabilities).toEqual(first.reading.probabilities);
    expect(kept).toEqual(outline);
    expect(found.diagnosis).toEqual(diagnosis);
    expect(found.triage).toEqual(advice('watch'));
  });

  it('changes nothing where the picture is gone, has another crop, or was read by this version', async () => {
    const first = { ...seen(0.9), reading: by('1.0.0', 0.9), pictureId: 'first' };
    const id = await record.visits.add(first);
    const before = await rows();
    const elsewhere = { ...first.frame, side: first.frame.side - 1 };
    expect(await record.visits.readAnew(id, 'gone', first.frame, by('1.1.0', 0.1), advise)).toBe(false);
    expect(await record.visits.readAnew(id, 'first', elsewhere, by('1.1.0', 0.1), advise)).toBe(false);
    expect(await record.visits.readAnew(id, 'first', first.frame, by('1.0.0', 0.1), advise)).toBe(false);
    expect(await rows()).toEqual(before);
  });
});

it('changes the kind, and with it what counts', async () => {
  const id = await record.visits.add({ ...seen(0.1, 'overview'), pictureId: 'first' });
  const kinds: string[][] = [];
  await record.visits.describe(id, 'first', { kind: 'dermatoscope' }, (pictures) => {
    kinds.push(pictures.map(({ kind }) => kind));
    return advice('watch');
  });
  expect(kinds).toEqual([['dermatoscope']]);
  expect((await visit(id)).pictures[0].kind).toBe('dermatoscope');
});

it('moves a visit to another day with the pictures of its day', async () => {
  const id = await record.visits.add(aVisit);
  await record.visits.addPicture(id, { ...aVisit, capturedOn: '2025-12-24' as IsoDay });
  const other = await record.visits.add(aVisit);
  await record.visits.setDay(id, '2024-05-03' as IsoDay);
  const { day, pictures } = await visit(id);
  expect(day).toBe('2024-05-03');
  expect(pictures.map(({ capturedOn }) => capturedOn)).toEqual(['2024-05-03', '2025-12-24']);
  expect((await record.visits.outline()).map((key) => key.id)).toEqual([other, id]);
});

describe('a picture that is removed', () => {
  it('comes back where it was', async () => {
    const id = await record.visits.add({ ...seen(0.1), pictureId: 'first', triage: advice('soon') });
    await record.visits.addPicture(id, { ...seen(0.9), pictureId: 'second' });
    const before = await rows();
    await record.catalogue.build();
    const removal = await record.visits.removePicture(id, 'first', advise, new Blob(['second']));
    const left = await visit(id);
    expect(left.pictures.map((picture) => picture.id)).toEqual(['second']);
    expect([left.triage, await left.thumbnail.text()]).toEqual([advice('watch'), 'second']);
    expect(await removal?.undo()).toBe(true);
    expect(await rows()).toEqual(before);
    await vi.waitFor(() => expect(record.catalogue.visits.get(id)).toMatchObject({ pictures: 2 }));
  });

  it('is never the last one, nor one that is gone', async () => {
    const id = await record.visits.add({ ...aVisit, pictureId: 'first' });
    expect(await record.visits.removePicture(id, 'first')).toBeUndefined();
    expect(await record.visits.removePicture(id, 'gone')).toBeUndefined();
    expect((await visit(id)).pictures).toHaveLength(1);
  });

  it('does not come back over what was changed since', async () => {
    const id = await record.visits.add({ ...aVisit, pictureId: 'first' });
    await record.visits.addPicture(id, aVisit);
    const removal = await record.visits.removePicture(id, 'first');
    await record.visits.edit(id, { note: 'since' }, { note: '' });
    expect(await removal?.undo()).toBe(false);
    expect(await visit(id)).toMatchObject({ note: 'since', pictures: [{}] });
  });
});

it('marks whatever changes, so that a restore elsewhere takes it over', async () => {
  const { visits } = record;
  const id = await visits.add({ ...seen(0.1), pictureId: 'first' });
  const other = await visits.add(seen(0.2));
  const again = { ...seen(0.9), frame: { x: 0, y: 0, side: 1 }, thumbnail: aVisit.thumbnail };
  const impression = {
    view: 'benign' as const,
    code: null,
    confidence: null,
    writtenAt: 1,
    afterResult: false,
  };
  const steps: readonly (readonly [() => Promise<unknown>, readonly string[]])[] = [
    [() => visits.addPicture(id, { ...seen(0.9), pictureId: 'second' }, advise), ['pictures', 'triage']],
    [() => visits.readAgain(id, 'second', again), ['measures']],
    [() => visits.describe(id, 'second', { kind: 'overview' }), ['measures']],
    [() => visits.settle(id, seen(0.8).reading, () => advice('weeks')), ['measures', 'triage']],
    [() => visits.measure(id, 'first', {}), ['measures']],
    [() => visits.setDay(id, '2024-05-03' as IsoDay), ['day', 'measures']],
    [() => visits.setDay(id, '2024-05-04' as IsoDay), ['day', 'measures']],
    [() => visits.removePicture(id, 'second'), ['pictures']],
    [() => visits.join(id, [other]), ['pictures']],
    [() => visits.edit(id, { impression }, { impression: null }), ['impression']],
  ];
  for (const [at, [step, expected]] of steps.entries()) {
    const before = (await visit(id)).lineage?.fields ?? {};
    await step();
    const after = (await visit(id)).lineage?.fields ?? {};
    const marked = Object.keys(after).filter((field) => !same(before[field], after[field]));
    expect([at, marked.sort()]).toEqual([at, expected]);
  }
});

describe('visits that are joined', () => {
  const found = { code: 'nv', text: '', date: '2026-01-01' };

  it('become one, with all that was written to them, and two again', async () => {
    const one = await record.visits.add({
      ...seen(0.1),
      pictureId: 'first',
      note: 'round',
      checklist: { ...noAnswers, bleeding: 'no' },
    });
    const two = await record.visits.add({
      ...seen(0.9),
      pictureId: 'second',
      note: 'dark',
      diagnosis: found,
      checklist: { ...noAnswers, bleeding: 'yes', changing: 'no' },
    });
    const before = await rows();
    const joining = await record.visits.join(one, [two], advise);
    expect(await record.visits.get(two)).toBeUndefined();
    expect(await visit(one)).toMatchObject({
      note: 'round\ndark',
      diagnosis: found,
      triage: advice('soon'),
      checklist: { bleeding: 'yes', changing: 'no', 'not-healing': 'not-asked' },
      pictures: [{ id: 'first' }, { id: 'second' }],
    });
    expect(await joining?.undo()).toBe(true);
    expect(await rows()).toEqual(before);
    expect(await visit(two)).toMatchObject({ note: 'dark', pictures: [{ id: 'second' }] });
  });

  it('stay two where their diagnoses contradict each other, or one is gone', async () => {
    const one = await record.visits.add({ ...aVisit, diagnosis: found });
    const two = await record.visits.add({ ...aVisit, diagnosis: { ...found, code: 'mel' } });
    const before = await rows();
    expect(await record.visits.join(one, [two])).toBeUndefined();
    expect(await record.visits.join(one, ['gone'])).toBeUndefined();
    expect(await rows()).toEqual(before);
  });

  it('tell whoever follows where they went', async () => {
    const [one, two] = [await record.visits.add(aVisit), await record.visits.add(aVisit)];
    const told: unknown[] = [];
    record.onChange((change) => told.push(change));
    await record.visits.join(one, [two]);
    expect(told).toMatchObject([
      { kind: 'removed', ids: [two], into: one },
      { kind: 'changed', ids: [one] },
    ]);
  });
});
