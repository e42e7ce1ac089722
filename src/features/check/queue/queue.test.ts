// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { m } from '../../../i18n/paraglide/messages.js';
import type { Prediction } from '../../../domain/prediction';
import type { NewPicture, NewVisit, VisitRecord } from '../../../domain/visit/visit';
import type { RecordChange } from '../../../records/changes';
import { noAnswers } from '../../../domain/warning-signs';
import { NextSubject, type Subject } from '../../../app/subject.svelte';
import { Work } from '../../../app/work/work.svelte';
import { Queue } from './queue.svelte';
import type { QueuedPicture } from './queued-picture.svelte';

const size = { width: 400, height: 300 };
const frame = { x: 50, y: 0, side: 300 };
const prediction = {
  pack: { id: 'p', version: '1.0.0' },
  set: ['nv'],
  quality: [],
  top: 'nv',
  accepted: true,
  probabilities: [{ code: 'nv', probability: 0.8 }],
  operatingPoints: [],
  gate: { dermatoscope: 0.9, phone: 0.05, none: 0.05 },
  times: { decode: 1, resample: 1, inference: 50, total: 52 },
} as unknown as Prediction;
const settledReading = { ...prediction, views: { count: 8, agree: 8, range: [] } } as Prediction;

/** A worker, a model and a record of which a test can break each part. */
function world() {
  const broken = new Map<string, Failure>();
  const predictions = new Map<string, Prediction>();
  const work = new Work();
  const open = new Set<object>();
  const added: NewVisit[] = [];
  const joined: [string, NewPicture][] = [];
  const reread: unknown[][] = [];
  /** Ids of visits that are gone. */
  const gone = new Set<string>();
  /** What is found of a visit that a picture joins. */
  const stored: VisitRecord[] = [];
  /** Which visit holds a picture, by the picture's id. */
  const holders = new Map<string, string>();
  const edited: unknown[][] = [];
  const assigned: unknown[][] = [];
  const asked: { name: string; frame?: unknown; careful?: unknown; background?: unknown }[] = [];
  const settled: unknown[][] = [];
  const listeners = new Set<(change: RecordChange) => void>();
  const onChange = (listener: (change: RecordChange) => void) => {
    listeners.add(listener);
    return () => undefined;
  };
  const subject = new NextSubject({ onChange }, () => undefined);
  const preferences = {
    doubleCheck: false as boolean | null,
    impressionFirst: false,
    mode: 'self' as 'self' | 'clinician',
  };
  const device: { passTime: number | undefined } = { passTime: undefined };
  let settling: Promise<void> = Promise.resolve();
  let gate: Promise<void> = Promise.resolve();
  let copying: Promise<void> = Promise.resolve();
  let opening: Promise<void> = Promise.resolve();
  const held = (): { promise: Promise<void>; release: () => void } => {
    let release: () => void = () => undefined;
    return { promise: new Promise((resolve) => (release = resolve)), release: () => release() };
  };

  const answers: Record<string, () => unknown> = {
    open: () => {
      const preview = { close: () => open.delete(preview) };
      open.add(preview);
      return {
        ...size,
        quality: [],
        frame,
        type: 'image/png',
        capturedOn: '2024-05-03',
        preview,
        thumbnail: new Blob(['t']),
      };
    },
    storedCopy: () => ({ ...size, frame, picture: new Blob(['p']), thumbnail: new Blob(['t']) }),
  };
  /** As the worker does: the prediction first, the copy after it. */
  const classify = async (name: string, onProgress?: (progress: unknown) => void) => {
    const found = predictions.get(name) ?? prediction;
    onProgress?.({ kind: 'prediction', prediction: found });
    await copying;
    const failure = broken.get('copy');
    if (failure) throw failure;
    return { prediction: found, stored: answers['storedCopy']?.() };
  };
  const call = async (
    name: string,
    argument: { picture: Blob; frame?: unknown; careful?: unknown },
    options?: { signal?: AbortSignal; background?: boolean; onProgress?: (progress: unknown) => void },
  ) => {
    const { frame: wanted, careful } = argument;
    asked.push({ name, frame: wanted, careful, ...(options?.background && { background: true }) });
    if (careful) {
      await settling;
      if (options?.signal?.aborted) throw new Failure('aborted');
      const failure = broken.get('careful');
      if (failure) throw failure;
      return { prediction: settledReading, stored: null };
    }
    if (name === 'classify') await gate;
    if (name === 'open') await opening;
    if (options?.signal?.aborted) throw new Failure('aborted');
    const failure = broken.get(name) ?? broken.get(`${name} ${(argument.picture as File).name}`);
    if (failure) throw failure;
    return name === 'classify'
      ? classify((argument.picture as File).name, options?.onProgress)
      : answers[name]?.();
  };
  const queue = new Queue({
    inference: { call } as never,
    head: () => Promise.resolve(undefined),
    readiness: {
      ready: undefined,
      get passTime() {
        return device.passTime;
      },
      sawPass: (milliseconds: number) => (device.passTime ??= milliseconds),
      prepare: () => {
        const failure = broken.get('prepare');
        return failure ? Promise.reject(failure) : Promise.resolve({} as never);
      },
    },
    visits: {
      add: (visit: NewVisit) => {
        const failure = broken.get('add');
        if (failure) return Promise.reject(failure);
        added.push(visit);
        holders.set(visit.pictureId ?? '', `id${added.length}`);
        return Promise.resolve(`id${added.length}`);
      },
      addPicture: (visit: string, picture: NewPicture) => {
        if (gone.has(visit)) return Promise.resolve(undefined);
        joined.push([visit, picture]);
        holders.set(picture.pictureId ?? '', visit);
        return Promise.resolve(picture.pictureId);
      },
      readAgain: (visit: string, picture: string, again: object) => {
        if (gone.has(visit)) return Promise.resolve(false);
        reread.push([visit, picture, again]);
        return Promise.resolve(true);
      },
      edit: (...edit: unknown[]) => {
        edited.push(edit);
        return Promise.resolve(true);
      },
      assign: (...assignment: unknown[]) => {
        assigned.push(assignment);
        const failure = broken.get('assign');
        return failure ? Promise.reject(failure) : Promise.resolve();
      },
      records: () => Promise.resolve(stored),
      holding: (picture: string) => Promise.resolve(holders.get(picture)),
      settle: (...settlement: unknown[]) => {
        settled.push(settlement);
        return Promise.resolve(true);
      },
      onChange,
    },
    preferences,
    subject,
    work,
  });
  return {
    queue,
    preferences,
    device,
    settled,
    /** Lets no double-check end until the function that is given back is called. */
    holdSettling: () => {
      const { promise, release } = held();
      settling = promise;
      return release;
    },
    broken,
    predictions,
    open,
    added,
    joined,
    reread,
    gone,
    stored,
    holders,
    edited,
    asked,
    assigned,
    subject,
    work: () => work.inHand.map(({ what }) => what),
    lease: (kind: string) => work.inHand.find(({ what }) => what === kind),
    tell: (change: RecordChange) => listeners.forEach((listener) => listener(change)),
    /** Lets no picture be read until the function that is given back is called. */
    hold: () => {
      const { promise, release } = held();
      gate = promise;
      return release;
    },
    /** Likewise for the copy after the prediction. */
    holdCopy: () => {
      const { promise, release } = held();
      copying = promise;
      return release;
    },
    holdOpening: () => {
      const { promise, release } = held();
      opening = promise;
      return release;
    },
  };
}

const pictures = (count: number): File[] =>
  Array.from({ length: count }, (_, i) => new File([`${i}`], `${i}.png`));
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the queue', () => {
  let w: ReturnType<typeof world>;
  beforeEach(() => {
    w = world();
  });

  const item = (index = 0) => {
    const found = w.queue.items[index];
    if (!found) throw new Error(`only ${w.queue.items.length} pictures`);
    return found;
  };

  it('opens a picture, reads it in whole pixels and keeps it', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    expect(item()).toMatchObject({ name: '0.png', stage: 'waiting', frame });
    item().frame = { x: 10.4, y: 3.3, side: 200.2 };
    await w.queue.classify(item());
    expect(item().stage).toBe('done');
    expect(item().prediction).toBe(prediction);
    expect(w.asked.find(({ name }) => name === 'classify')?.frame).toEqual({ x: 10, y: 3, side: 200 });
    await vi.waitFor(() => expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' }));
    expect(w.added[0]).toMatchObject({ source: 'file', reading: prediction, size, frame });
    // By name alone: a figure of a benign condition could stand beside urgent advice.
    expect(w.queue.announcement).toBe(m.classify_announce_result({ name: m.class_nv_name() }));
  });

  it('double-checks as is chosen for the pictures at hand or always, else where the device is fast', async () => {
    const careful = async (): Promise<boolean> => {
      const before = w.asked.length;
      await w.queue.classify(item());
      await vi.waitFor(() => expect(item().settling).toBe(false));
      const asked = w.asked.slice(before).filter(({ name }) => name === 'classify');
      expect(asked[0]).not.toHaveProperty('background');
      return asked.length > 1;
    };
    const again = (): void => {
      w.queue.accept(pictures(1), { source: 'file' });
    };
    again();
    expect(await careful()).toBe(false);
    w.queue.doubleCheck = true;
    item().restart();
    expect(await careful()).toBe(true);
    again();
    expect(await careful()).toBe(false);
    w.preferences.doubleCheck = true;
    item().restart();
    expect(await careful()).toBe(true);
    w.preferences.doubleCheck = null;
    w.device.passTime = 100;
    item().restart();
    expect(await careful()).toBe(true);
    w.device.passTime = 300;
    item().restart();
    expect(await careful()).toBe(false);
  });

  it('shows the plain result first, then the settled one in its place, also in the record', async () => {
    w.preferences.doubleCheck = true;
    const release = w.holdSettling();
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    expect(item()).toMatchObject({ stage: 'done', prediction, settling: true });
    await vi.waitFor(() => expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' }));
    expect(w.added[0]?.reading).toBe(prediction);
    release();
    await vi.waitFor(() => expect(item().settling).toBe(false));
    const { accepted, top, set, operatingPoints, quality } = prediction;
    const expected = { ...settledReading, plain: { accepted, top, set, operatingPoints, quality } };
    expect(item()).toMatchObject({
      stage: 'done',
      prediction: expected,
      saving: { kind: 'saved', id: 'id1' },
    });
    expect(w.settled).toEqual([['id1', expected, expect.any(Function), expect.any(String)]]);
    expect(w.work()).toEqual([]);
  });

  it('keeps the settled result also where it comes before the plain one is saved', async () => {
    w.preferences.doubleCheck = true;
    const release = w.holdCopy();
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().prediction?.views).toBeDefined());
    expect(w.settled).toEqual([]);
    release();
    await vi.waitFor(() => expect(w.settled).toHaveLength(1));
    expect(w.settled[0]?.[1]).toBe(item().prediction);
    expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' });
  });

  it('keeps the plain result where the double-check fails, is stopped, or is of an earlier crop', async () => {
    w.preferences.doubleCheck = true;
    w.queue.accept(pictures(1), { source: 'file' });
    w.broken.set('careful', new Failure('worker-lost'));
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().settling).toBe(false));
    expect(item()).toMatchObject({ stage: 'done', prediction, failure: undefined });
    w.broken.clear();

    const release = w.holdSettling();
    item().restart();
    await w.queue.classify(item());
    const { picture } = item();
    expect(item().settling).toBe(true);
    item().restart();
    expect(item().settling).toBe(false);
    release();
    await Promise.resolve();
    expect(item().prediction).toBeUndefined();
    expect(item().picture).toBe(picture);
    expect(w.settled).toEqual([]);
  });

  it('stops double-checks with the pictures', async () => {
    w.preferences.doubleCheck = true;
    const release = w.holdSettling();
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    const gone = item();
    w.queue.reset();
    release();
    await vi.waitFor(() => expect(gone.settling).toBe(false));
    expect(gone.prediction).toBe(prediction);
    expect(w.settled).toEqual([]);
  });

  it('makes room for a new picture, and gives back what the old one held', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    const old = item();
    w.queue.accept(pictures(1), { source: 'camera' });
    await settled();
    expect(w.queue.items).toHaveLength(1);
    expect(item()).not.toBe(old);
    expect(old.discarded).toBe(true);
    expect(w.open.size).toBe(1);
    w.queue.reset();
    expect(w.open.size).toBe(0);
    expect(w.queue.selected).toBeUndefined();
  });

  it('lets a queue grow instead', async () => {
    w.queue.accept(pictures(2), { source: 'file' });
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    expect(w.queue.items).toHaveLength(3);
    expect(w.queue.selected).toBe(item(0));
  });

  it('holds one preview at a time', async () => {
    w.queue.accept(pictures(3), { source: 'file' });
    w.queue.select(item(1));
    w.queue.select(item(2));
    await settled();
    expect(w.open.size).toBe(1);
    expect(item(2).preview).toBeDefined();
    w.queue.select(item(0));
    await settled();
    expect(w.open.size).toBe(1);
    expect(item(2).preview).toBeUndefined();
  });

  it('reads a queue to its end, past a picture that fails', async () => {
    w.queue.accept(pictures(3), { source: 'file' });
    await settled();
    const failure = new Failure('picture-damaged');
    w.broken.set('classify 1.png', failure);
    const all = w.queue.classifyAll();
    expect(w.queue.running).toBe(true);
    await all;
    expect(w.queue.items.map(({ stage }) => stage)).toEqual(['failed', 'done', 'done']);
    expect(item(0).failure).toBe(failure);
    expect(w.queue.done).toBe(3);
    expect(w.queue.running).toBe(false);
    expect(w.added).toHaveLength(2);
    expect(w.open.size).toBe(1);
  });

  it('puts the most urgent first and on the page when all are read', async () => {
    w.queue.accept(pictures(4), { source: 'file' });
    await settled();
    const [calm, failing, refused, urgent] = w.queue.items;
    w.broken.set('classify 1.png', new Failure('picture-damaged'));
    w.predictions.set('2.png', { ...prediction, accepted: false });
    w.predictions.set('3.png', { ...prediction, top: 'mel' });
    await w.queue.classifyAll();
    expect(w.queue.items).toEqual([urgent, refused, failing, calm]);
    expect(w.queue.selected).toBe(urgent);
  });

  it('stops, and leaves the unread pictures waiting', async () => {
    w.queue.accept(pictures(2), { source: 'file' });
    await settled();
    const release = w.hold();
    const all = w.queue.classifyAll();
    await settled();
    expect(item(0).stage).toBe('reading');
    w.queue.stop();
    release();
    await all;
    expect(w.queue.items.map(({ stage }) => stage)).toEqual(['waiting', 'waiting']);
    expect(w.added).toHaveLength(0);
  });

  it('fails a picture when the model is not there, and reads it once it is', async () => {
    w.broken.set('prepare', new Failure('pack-offline'));
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    await w.queue.classify(item());
    expect(item()).toMatchObject({ stage: 'failed', failure: { code: 'pack-offline' } });
    w.broken.clear();
    w.queue.retry(item());
    expect(item().stage).toBe('waiting');
    await w.queue.classify(item());
    expect(item().stage).toBe('done');
  });

  it('says what is wrong with a picture that cannot be opened', async () => {
    w.broken.set('open', new Failure('picture-empty'));
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    expect(item()).toMatchObject({ stage: 'failed', failure: { code: 'picture-empty' } });
    expect(w.queue.announcement).toContain('0.png');
    w.broken.clear();
    w.queue.retry(item());
    await settled();
    expect(item()).toMatchObject({ stage: 'waiting', failure: undefined });
    expect(item().preview).toBeDefined();
  });

  it('stops converting a picture, and tries it again', async () => {
    const release = w.holdOpening();
    w.queue.accept([new File(['x'], 'photo.HEIC')], { source: 'file' });
    expect(item().isConverting).toBe(true);
    w.queue.stopOpening();
    expect(item()).toMatchObject({ stage: 'failed', failure: { code: 'aborted' }, isConverting: false });
    release();
    await settled();
    expect(item()).toMatchObject({ stage: 'failed', preview: undefined });
    w.queue.retry(item());
    await settled();
    expect(item()).toMatchObject({ stage: 'waiting', failure: undefined, isConverting: false });
    expect(item().preview).toBeDefined();
    // Nothing is being opened now.
    w.queue.stopOpening();
    expect(item().stage).toBe('waiting');
  });

  it('keeps the result when it cannot be saved, and saves it on a second try', async () => {
    w.broken.set('add', new Failure('storage-full'));
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    await w.queue.classify(item());
    await vi.waitFor(() =>
      expect(item().saving).toMatchObject({ kind: 'failed', failure: { code: 'storage-full' } }),
    );
    expect(item().prediction).toBe(prediction);
    w.broken.clear();
    await w.queue.saver.save(item());
    expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' });
    await w.queue.saver.save(item());
    expect(w.added).toHaveLength(1);
  });

  it('keeps what was answered before and after the result was saved', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    const before = { ...noAnswers, bleeding: 'yes' } as const;
    w.queue.saver.answer(item(), before);
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    expect(w.added[0]).toMatchObject({ checklist: before, triage: { step: 'soon', signs: ['bleeding'] } });
    const after = { ...noAnswers, bleeding: 'no' } as const;
    w.queue.saver.answer(item(), after);
    await settled();
    expect(w.edited).toMatchObject([
      ['id1', { checklist: after, triage: { step: 'watch' } }, { checklist: before }],
    ]);
  });

  it('tells of a result that was lost after its picture had left the page', async () => {
    w.broken.set('add', new Failure('storage-full'));
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    const left = item();
    await w.queue.classify(left);
    w.queue.accept(pictures(1), { source: 'file' });
    await vi.waitFor(() => expect(w.queue.saver.mishap?.code).toBe('storage-full'));
    w.queue.saver.dismissMishap();
    expect(w.queue.saver.mishap).toBeUndefined();
  });

  it('does not call a record saved that was deleted, and forgets all when all is deleted', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    w.tell({ kind: 'removed', of: 'visit', ids: ['another'] });
    expect(item().saving.kind).toBe('saved');
    w.holders.clear();
    w.tell({ kind: 'removed', of: 'visit', ids: ['id1'] });
    await vi.waitFor(() => expect(item().saving).toEqual({ kind: 'deleted', of: 'visit' }));
    w.tell({ kind: 'cleared' });
    expect(w.queue.items).toHaveLength(0);
  });

  it('shows the prediction while the copy for the record is still being made', async () => {
    const release = w.holdCopy();
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    await w.queue.classify(item());
    expect(item()).toMatchObject({ stage: 'done', prediction, saving: { kind: 'saving' } });
    expect(w.added).toHaveLength(0);
    release();
    await vi.waitFor(() => expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' }));
    expect(w.asked.map(({ name }) => name)).toEqual(['open', 'classify']);
  });

  it('makes the copy by itself where it did not come with the prediction', async () => {
    w.broken.set('copy', new Failure('worker-lost'));
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving).toMatchObject({ kind: 'saved', id: 'id1' }));
    expect(w.asked.map(({ name }) => name)).toEqual(['open', 'classify', 'storedCopy']);
  });

  it('asks the same of a picture whichever way it is read, and opens none twice', async () => {
    w.queue.accept(pictures(3), { source: 'file' });
    const release = w.holdOpening();
    const all = w.queue.classifyAll();
    await settled();
    release();
    await all;
    expect(w.asked.map(({ name }) => name)).toEqual([
      'open',
      'classify',
      'open',
      'classify',
      'open',
      'classify',
    ]);
    expect(w.asked.filter(({ name }) => name === 'classify').map((call) => call.frame)).toEqual([
      frame,
      frame,
      frame,
    ]);
    expect(w.open.size).toBe(1);
  });

  it('drops the decode of a picture that is no longer looked at', async () => {
    const release = w.holdOpening();
    w.queue.accept(pictures(2), { source: 'file' });
    const first = item(0);
    w.queue.select(item(1));
    w.queue.reset();
    release();
    await settled();
    expect(w.open.size).toBe(0);
    expect(first).toMatchObject({ stage: 'waiting', facts: undefined });
  });

  it('makes one visit of a double tap', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    await settled();
    await Promise.all([w.queue.classify(item()), w.queue.classify(item())]);
    await w.queue.classify(item());
    await Promise.all([w.queue.saver.save(item()), w.queue.saver.save(item())]);
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    expect(w.asked.filter(({ name }) => name === 'classify')).toHaveLength(1);
    expect(w.added).toHaveLength(1);
  });
});

describe('a picture for a visit that is there', () => {
  const joining = { lesion: 'a', visit: 'v' } as const;
  const done = (w: ReturnType<typeof world>) =>
    vi.waitFor(() => expect(w.queue.items[0]?.saving.kind).toBe('saved'));

  it('joins it, with the day of its file, and says so of the visit', async () => {
    const w = world();
    w.subject.choose(joining);
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classifyAll();
    await done(w);
    expect(w.added).toHaveLength(0);
    expect(w.joined).toMatchObject([['v', { capturedOn: '2024-05-03' }]]);
    expect(w.queue.items[0]?.saving).toMatchObject({ id: 'v', picture: w.joined[0]?.[1].pictureId });
  });

  it('becomes one of its own, of the same lesion, where that visit is gone or full', async () => {
    const w = world();
    w.gone.add('v');
    w.subject.choose(joining);
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classifyAll();
    await done(w);
    expect(w.joined).toHaveLength(0);
    expect(w.added).toMatchObject([{ lesion: 'a', capturedOn: '2024-05-03' }]);
  });

  it('counts together with the others of the visit, and with its answers', async () => {
    const w = world();
    const other = { id: 'o', kind: 'dermatoscope', reading: { ...prediction, accepted: false } };
    const checklist = { ...noAnswers, bleeding: 'yes' };
    w.stored.push({ id: 'v', damaged: false, pictures: [other], checklist } as unknown as VisitRecord);
    w.subject.choose(joining);
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classifyAll();
    await done(w);
    const [item] = w.queue.items;
    expect(item?.advised?.map(({ kind }) => kind)).toEqual(['dermatoscope', 'dermatoscope']);
    expect(item?.checklist.bleeding).toBe('yes');
  });

  it('is read again in its place; as a visit of its own where that is gone', async () => {
    const w = world();
    w.queue.accept(pictures(1), { source: 'file' });
    const [item] = w.queue.items;
    if (!item) throw new Error('no picture');
    await w.queue.classifyAll();
    await done(w);
    const first = item.saving;
    item.restart();
    await w.queue.classifyAll();
    await done(w);
    expect([w.added.length, w.reread.length]).toEqual([1, 1]);
    expect(item.saving).toEqual(first);
    w.gone.add('id1');
    item.restart();
    await w.queue.classifyAll();
    await done(w);
    expect([w.added.length, w.reread.length]).toEqual([2, 1]);
  });

  describe('is where the record says it is', () => {
    const visitOf = (id: string, ...others: string[]): VisitRecord => {
      const pictures = others.map((id) => ({ id, kind: 'close-up', reading: prediction }));
      return { id, damaged: false, pictures, checklist: null, triage: null } as unknown as VisitRecord;
    };
    const changed = (id: string): RecordChange => ({ kind: 'changed', of: 'visit', ids: [id] });
    const saved = async (subject: Subject = {}) => {
      const w = world();
      w.subject.choose(subject);
      w.queue.accept(pictures(1), { source: 'file' });
      await w.queue.classifyAll();
      await done(w);
      const [item] = w.queue.items;
      if (item?.saving.kind !== 'saved') throw new Error('not saved');
      return { w, item, ...item.saving };
    };

    it('taken out of its visit, and back in it after an undo', async () => {
      const { w, item, picture } = await saved(joining);
      w.stored.push(visitOf('v', 'o'));
      w.holders.delete(picture);
      w.tell(changed('v'));
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'deleted', of: 'picture' }));
      w.holders.set(picture, 'v');
      w.tell(changed('v'));
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'saved', id: 'v', picture }));
    });

    it('deleted with its visit, and back with it after an undo', async () => {
      const { w, item, id, picture } = await saved();
      w.holders.clear();
      w.tell({ kind: 'removed', of: 'visit', ids: [id] });
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'deleted', of: 'visit' }));
      w.holders.set(picture, id);
      w.stored.push(visitOf(id, picture));
      w.tell({ kind: 'added', of: 'visit', ids: [id] });
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'saved', id, picture }));
    });

    it('in the visit that its own was joined into, with its other pictures, and in its own after an undo', async () => {
      const { w, item, id, picture } = await saved();
      w.holders.set(picture, 'v');
      w.stored.push(visitOf('v', 'o', picture));
      w.tell({ kind: 'removed', of: 'visit', ids: [id], into: 'v' });
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'saved', id: 'v', picture }));
      expect(item.company.map((other) => other.id)).toEqual(['o']);
      w.queue.saver.answer(item, { ...noAnswers, bleeding: 'yes' });
      await vi.waitFor(() => expect(w.edited).toHaveLength(1));
      expect(w.edited[0]?.slice(0, 2)).toMatchObject(['v', { checklist: { bleeding: 'yes' } }]);

      w.holders.set(picture, id);
      w.stored.splice(0, 1, visitOf(id, picture));
      w.tell({ kind: 'added', of: 'visit', ids: [id] });
      w.tell(changed('v'));
      await vi.waitFor(() => expect(item.saving).toEqual({ kind: 'saved', id, picture }));
      expect(item.company).toEqual([]);
    });

    it('read again where it is now', async () => {
      const { w, item, id, picture } = await saved();
      w.holders.set(picture, 'v');
      w.gone.add(id);
      w.tell({ kind: 'removed', of: 'visit', ids: [id], into: 'v' });
      await vi.waitFor(() => expect(item.saving).toMatchObject({ id: 'v' }));
      item.restart();
      await w.queue.classifyAll();
      await done(w);
      expect([w.added.length, w.reread.length]).toEqual([1, 1]);
      expect(w.reread[0]?.slice(0, 2)).toEqual(['v', picture]);
    });
  });

  it('has the day that a person gives to all that are not saved yet', async () => {
    const w = world();
    w.queue.accept(pictures(2), { source: 'file' });
    w.queue.dateAll('2023-01-31' as IsoDay);
    await w.queue.classifyAll();
    expect(w.added).toMatchObject([{ capturedOn: '2023-01-31' }, { capturedOn: '2023-01-31' }]);
  });
});

describe('whose picture it is', () => {
  const a: Subject = { lesion: 'a' };
  const b: Subject = { lesion: 'b' };
  let w: ReturnType<typeof world>;
  beforeEach(() => {
    w = world();
  });
  const item = (index = 0) => {
    const found = w.queue.items[index];
    if (!found) throw new Error(`only ${w.queue.items.length} pictures`);
    return found;
  };
  const owners = () => w.added.map(({ lesion, patient }) => ({ lesion, patient }));
  const ofA = { lesion: 'a', patient: undefined };
  const ofB = { lesion: 'b', patient: undefined };
  const ofNobody = { lesion: undefined, patient: undefined };

  it('is fixed when it comes in, also when another lesion is opened while the queue runs', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(3), { source: 'file' });
    const release = w.hold();
    const all = w.queue.classifyAll();
    await settled();
    w.subject.choose(b);
    w.queue.accept(pictures(1), { source: 'file' });
    release();
    await all;
    expect(owners()).toEqual([ofA, ofA, ofA, ofB]);
  });

  it('stays with a picture on the page that is read after another lesion was chosen', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(1), { source: 'camera' });
    w.subject.choose(b);
    w.queue.makeRoom();
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    item().restart();
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    // Read again it takes its own place, and makes no second visit.
    expect(owners()).toEqual([ofA]);
    expect(w.reread).toHaveLength(1);
    // The new picture is of the other one, and what is read and saved makes room for it.
    w.queue.makeRoom();
    expect(w.queue.items).toEqual([]);
    w.queue.accept(pictures(1), { source: 'camera' });
    expect(item().subject).toEqual(b);
  });

  it('ends with the visit: what comes next is nobody’s until somebody says', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(1), { source: 'file' });
    // Another try at the same picture is the same visit.
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    expect(owners()).toEqual([ofA, ofNobody]);
  });

  it('can be changed before, while and after it is saved', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(1), { source: 'file' });
    await w.queue.saver.assign(item(), b);
    const release = w.holdCopy();
    await w.queue.classify(item());
    expect(item().saving.kind).toBe('saving');
    await w.queue.saver.assign(item(), { patient: 'p' });
    release();
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    expect(owners()).toEqual([{ lesion: undefined, patient: 'p' }]);
    await w.queue.saver.assign(item(), a);
    expect(w.assigned.at(-1)).toEqual([['id1'], a]);
    w.broken.set('assign', new Failure('storage-full'));
    await expect(w.queue.saver.assign(item(), b)).rejects.toMatchObject({ code: 'storage-full' });
    expect(item().subject).toEqual(a);
  });

  it('becomes nobody’s, and says so, when the patient or lesion is deleted', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(2), { source: 'file' });
    w.tell({ kind: 'removed', of: 'patient', ids: ['a'] });
    expect(item().lost).toBeUndefined();
    w.tell({ kind: 'removed', of: 'lesion', ids: ['a'] });
    expect(w.queue.items.map(({ lost }) => lost)).toEqual([a, a]);
    await w.queue.saver.assign(item(1), { patient: 'p' });
    expect(item(1).lost).toBeUndefined();
    w.tell({ kind: 'removed', of: 'patient', ids: ['p'] });
    expect(item(1).lost).toEqual({ patient: 'p' });
    await w.queue.classifyAll();
    expect(owners()).toEqual([ofNobody, ofNobody]);
    expect(w.subject.value).toEqual({});
  });

  it('is whose it was again when that deletion is undone, unless it was saved meanwhile', async () => {
    w.subject.choose(a);
    w.queue.accept(pictures(2), { source: 'file' });
    w.tell({ kind: 'removed', of: 'lesion', ids: ['a'] });
    await w.queue.classify(item(1));
    await vi.waitFor(() => expect(item(1).saving.kind).toBe('saved'));
    w.tell({ kind: 'added', of: 'lesion', ids: ['another'] });
    expect(item().lost).toEqual(a);
    w.tell({ kind: 'added', of: 'lesion', ids: ['a'] });
    expect(w.queue.items.map(({ lost, subject }) => [lost, subject])).toEqual([
      [undefined, a],
      [undefined, {}],
    ]);
  });
});

describe('work in hand', () => {
  let w: ReturnType<typeof world>;
  beforeEach(() => {
    w = world();
  });
  const item = () => {
    const [found] = w.queue.items;
    if (!found) throw new Error('no picture');
    return found;
  };

  it('a picture that nothing else holds is held until it is saved', async () => {
    w.queue.accept(pictures(1), { source: 'file' });
    expect(w.work()).toEqual([]);
    w.queue.accept(pictures(1), { source: 'camera', onlyCopy: true });
    expect(w.lease('unread-pictures')).toMatchObject({ lossIfStopped: true });
    w.broken.set('add', new Failure('storage-full'));
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('failed'));
    expect(w.work()).toEqual(['unread-pictures']);
    w.broken.clear();
    await w.queue.saver.save(item());
    expect(w.work()).toEqual([]);
    w.queue.accept(pictures(1), { source: 'file', onlyCopy: true });
    w.lease('unread-pictures')?.stop?.();
    expect(w.queue.items).toEqual([]);
    expect(w.work()).toEqual([]);
  });

  it('a running queue and a save are held, and the queue can be stopped', async () => {
    w.queue.accept(pictures(2), { source: 'file' });
    const release = w.hold();
    const copied = w.holdCopy();
    const all = w.queue.classifyAll();
    await settled();
    expect(w.lease('queue')).toMatchObject({ lossIfStopped: false });
    expect(w.lease('save')).toBeUndefined();
    release();
    await vi.waitFor(() => expect(w.lease('save')).toMatchObject({ lossIfStopped: true }));
    expect(w.lease('save')?.stop).toBeUndefined();
    w.lease('queue')?.stop?.();
    copied();
    await all;
    expect(w.work()).toEqual([]);
    expect(w.added).toHaveLength(1);
  });
});

describe('a result that waits for the impression', () => {
  const own = {
    view: 'suspicious',
    code: null,
    confidence: null,
    writtenAt: 1,
    afterResult: false,
  } as const;

  function selectedOf({ queue }: ReturnType<typeof world>): QueuedPicture {
    if (!queue.selected) throw new Error('no picture');
    return queue.selected;
  }

  it('is read and saved, and shown once the clinician has said what they think, which follows to the record', async () => {
    const w = world();
    w.preferences.impressionFirst = true;
    w.preferences.mode = 'clinician';
    w.queue.accept(pictures(1), { source: 'file' });
    const item = selectedOf(w);
    await w.queue.classify(item);
    await vi.waitFor(() => expect(item.saving.kind).toBe('saved'));
    expect(w.queue.holdsBack(item)).toBe(true);
    expect(item.resultSeen).toBe(false);
    expect(w.queue.announcement).toBe(m.impression_waiting());
    expect(w.added[0]?.impression).toBeNull();

    w.queue.saver.impress(item, own);
    expect(w.queue.holdsBack(item)).toBe(false);
    expect(item.resultSeen).toBe(true);
    expect(w.edited).toEqual([['id1', { impression: own }, { impression: null }]]);
  });

  it('is shown at once where the impression came first, is not asked for, or where somebody looks at their own skin', async () => {
    for (const [impressionFirst, mode, impression] of [
      [true, 'clinician', own],
      [false, 'clinician', null],
      [true, 'self', null],
    ] as const) {
      const w = world();
      Object.assign(w.preferences, { impressionFirst, mode });
      w.queue.accept(pictures(1), { source: 'file' });
      const item = selectedOf(w);
      w.queue.saver.impress(item, impression);
      await w.queue.classify(item);
      await vi.waitFor(() => expect(item.saving.kind).toBe('saved'));
      expect(w.queue.holdsBack(item)).toBe(false);
      expect(w.added[0]?.impression).toEqual(impression);
      expect(w.edited).toEqual([]);
    }
  });

  it('does not wait again when the picture is framed anew after its result was shown', async () => {
    const w = world();
    w.queue.accept(pictures(1), { source: 'file' });
    const item = selectedOf(w);
    await w.queue.classify(item);
    Object.assign(w.preferences, { impressionFirst: true, mode: 'clinician' });
    item.restart();
    expect(w.queue.holdsBack(item)).toBe(false);
    expect(item.resultSeen).toBe(true);
  });

  it('keeps an impression that is changed while the visit is being saved', async () => {
    const w = world();
    w.queue.accept(pictures(1), { source: 'file' });
    const item = selectedOf(w);
    const copy = w.holdCopy();
    await w.queue.classify(item);
    w.queue.saver.impress(item, own);
    copy();
    await vi.waitFor(() => expect(item.saving.kind).toBe('saved'));
    const last = w.edited.at(-1)?.[1] ?? w.added[0];
    expect(last).toMatchObject({ impression: own });
  });
});
