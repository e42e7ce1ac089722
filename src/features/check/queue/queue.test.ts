import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import type { Prediction } from '../../../domain/prediction';
import type { NewVisit } from '../../../domain/visit';
import type { RecordChange } from '../../../records/changes';
import { noAnswers } from '../../../domain/warning-signs';
import { Queue } from './queue.svelte';

const size = { width: 400, height: 300 };
const frame = { x: 50, y: 0, side: 300 };
const reading = {
  pack: { id: 'p', version: '1.0.0' },
  set: ['nv'],
  quality: [],
  top: 'nv',
  accepted: true,
  probabilities: [{ code: 'nv', probability: 0.8 }],
  operatingPoints: [],
} as unknown as Prediction;

/** A worker, a model and a record of which a test can break each part. */
function world() {
  const broken = new Map<string, Failure>();
  const open = new Set<object>();
  const added: NewVisit[] = [];
  const edited: unknown[][] = [];
  const asked: { name: string; frame?: unknown; careful?: unknown }[] = [];
  let tell: (change: RecordChange) => void = () => undefined;
  const preferences = { careful: false };
  let gate: Promise<void> = Promise.resolve();

  const answers: Record<string, () => unknown> = {
    open: () => {
      const preview = { close: () => open.delete(preview) };
      open.add(preview);
      return { ...size, quality: [], frame, type: 'image/png', preview };
    },
    classify: () => reading,
    keepsake: () => ({ ...size, frame, picture: new Blob(['p']), thumbnail: new Blob(['t']) }),
  };
  const call = async (
    name: string,
    argument: { picture: Blob; frame?: unknown; careful?: unknown },
    options?: { signal?: AbortSignal },
  ) => {
    asked.push({ name, frame: argument.frame, careful: argument.careful });
    if (name === 'classify') await gate;
    if (options?.signal?.aborted) throw new Failure('aborted');
    const failure = broken.get(name) ?? broken.get(`${name} ${(argument.picture as File).name}`);
    if (failure) throw failure;
    return answers[name]?.();
  };
  const queue = new Queue(
    { call } as never,
    {
      ready: undefined,
      prepare: () => {
        const failure = broken.get('prepare');
        return failure ? Promise.reject(failure) : Promise.resolve({} as never);
      },
    },
    {
      add: (examination: NewVisit) => {
        const failure = broken.get('add');
        if (failure) return Promise.reject(failure);
        added.push(examination);
        return Promise.resolve(`id${added.length}`);
      },
      edit: (...edit: unknown[]) => {
        edited.push(edit);
        return Promise.resolve(true);
      },
      onChange: (listener: (change: RecordChange) => void) => {
        tell = listener;
        return () => undefined;
      },
    },
    preferences,
  );
  return {
    queue,
    preferences,
    broken,
    open,
    added,
    edited,
    asked,
    tell: (change: RecordChange) => tell(change),
    /** Lets no picture be read until the function that is given back is called. */
    hold: () => {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
}

const pictures = (count: number): File[] =>
  Array.from({ length: count }, (_, i) => new File([`${i}`], `${i}.png`));
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('ClassifySession', () => {
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
    w.queue.accept(pictures(1), 'file');
    await settled();
    expect(item()).toMatchObject({ name: '0.png', stage: 'waiting', frame });
    item().frame = { x: 10.4, y: 3.3, side: 200.2 };
    await w.queue.classify(item());
    expect(item().stage).toBe('done');
    expect(item().reading).toBe(reading);
    expect(w.asked.find(({ name }) => name === 'classify')?.frame).toEqual({ x: 10, y: 3, side: 200 });
    await vi.waitFor(() => expect(item().saving).toEqual({ kind: 'saved', id: 'id1' }));
    expect(w.added[0]).toMatchObject({ source: 'file', reading, size, frame });
    expect(w.queue.announcement).toContain('80');
  });

  it('reads carefully when that is chosen, for the pictures at hand or always', async () => {
    const carefully = (): boolean[] =>
      w.asked.filter(({ name }) => name === 'classify').map(({ careful }) => careful === true);
    w.queue.accept(pictures(1), 'file');
    await w.queue.classify(item());
    w.queue.careful = true;
    await w.queue.classify(item());
    w.queue.accept(pictures(1), 'file');
    await w.queue.classify(item());
    w.preferences.careful = true;
    await w.queue.classify(item());
    expect(carefully()).toEqual([false, true, false, true]);
  });

  it('makes room for a new picture, and gives back what the old one held', async () => {
    w.queue.accept(pictures(1), 'file');
    await settled();
    const old = item();
    w.queue.accept(pictures(1), 'camera');
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
    w.queue.accept(pictures(2), 'file');
    w.queue.accept(pictures(1), 'file');
    await settled();
    expect(w.queue.items).toHaveLength(3);
    expect(w.queue.selected).toBe(item(0));
  });

  it('holds one preview at a time', async () => {
    w.queue.accept(pictures(3), 'file');
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
    w.queue.accept(pictures(3), 'file');
    await settled();
    const failure = new Failure('picture-damaged');
    w.broken.set('classify 1.png', failure);
    const all = w.queue.classifyAll();
    expect(w.queue.running).toBe(true);
    await all;
    expect(w.queue.items.map(({ stage }) => stage)).toEqual(['done', 'failed', 'done']);
    expect(item(1).failure).toBe(failure);
    expect(w.queue.done).toBe(3);
    expect(w.queue.running).toBe(false);
    expect(w.added).toHaveLength(2);
    expect(w.open.size).toBe(1);
  });

  it('stops, and leaves the unread pictures waiting', async () => {
    w.queue.accept(pictures(2), 'file');
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
    w.queue.accept(pictures(1), 'file');
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
    w.queue.accept(pictures(1), 'file');
    await settled();
    expect(item()).toMatchObject({ stage: 'failed', failure: { code: 'picture-empty' } });
    expect(w.queue.announcement).toContain('0.png');
    w.broken.clear();
    w.queue.retry(item());
    await settled();
    expect(item()).toMatchObject({ stage: 'waiting', failure: undefined });
    expect(item().preview).toBeDefined();
  });

  it('keeps the result when it cannot be saved, and saves it on a second try', async () => {
    w.broken.set('add', new Failure('storage-full'));
    w.queue.accept(pictures(1), 'file');
    await settled();
    await w.queue.classify(item());
    await vi.waitFor(() =>
      expect(item().saving).toMatchObject({ kind: 'failed', failure: { code: 'storage-full' } }),
    );
    expect(item().reading).toBe(reading);
    w.broken.clear();
    await w.queue.save(item());
    expect(item().saving).toEqual({ kind: 'saved', id: 'id1' });
    await w.queue.save(item());
    expect(w.added).toHaveLength(1);
  });

  it('keeps what was answered before and after the result was saved', async () => {
    w.queue.accept(pictures(1), 'file');
    await settled();
    const before = { ...noAnswers, bleeding: 'yes' } as const;
    w.queue.answer(item(), before);
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    expect(w.added[0]).toMatchObject({ checklist: before, triage: { step: 'soon', signs: ['bleeding'] } });
    const after = { ...noAnswers, bleeding: 'no' } as const;
    w.queue.answer(item(), after);
    await settled();
    expect(w.edited).toMatchObject([
      ['id1', { checklist: after, triage: { step: 'watch' } }, { checklist: before }],
    ]);
  });

  it('tells of a result that was lost after its picture had left the page', async () => {
    w.broken.set('add', new Failure('storage-full'));
    w.queue.accept(pictures(1), 'file');
    await settled();
    const left = item();
    await w.queue.classify(left);
    w.queue.accept(pictures(1), 'file');
    await vi.waitFor(() => expect(w.queue.mishap?.code).toBe('storage-full'));
    w.queue.dismissMishap();
    expect(w.queue.mishap).toBeUndefined();
  });

  it('does not call a record saved that was deleted, and forgets all when all is deleted', async () => {
    w.queue.accept(pictures(1), 'file');
    await settled();
    await w.queue.classify(item());
    await vi.waitFor(() => expect(item().saving.kind).toBe('saved'));
    w.tell({ kind: 'removed', of: 'examination', ids: ['another'] });
    expect(item().saving.kind).toBe('saved');
    w.tell({ kind: 'removed', of: 'examination', ids: ['id1'] });
    expect(item().saving.kind).toBe('deleted');
    w.tell({ kind: 'cleared' });
    expect(w.queue.items).toHaveLength(0);
  });
});
