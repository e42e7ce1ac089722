import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aVisit } from '../../test/visits';
import { HealthRecord } from '../record';
import { expectedGain, shrinkPictures, type Resize } from './shrink';

const day = 24 * 60 * 60 * 1000;
const today = Date.UTC(2026, 4, 31);
const wish = { longSide: 1000, recent: false, confirmed: false };

let clock = today;
let record: HealthRecord;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  record = new HealthRecord('records', () => new Date(clock));
});

afterEach(() => record.close());

/** A visit with a picture of 2000 x 1500 pixels and 4000 bytes. */
async function kept(daysAgo: number, part: Partial<typeof aVisit> = {}): Promise<string> {
  clock = today - daysAgo * day;
  const id = await record.visits.add({
    ...aVisit,
    picture: new Blob([new Uint8Array(4000)], { type: 'image/jpeg' }),
    size: { width: 2000, height: 1500 },
    frame: { x: 200, y: 100, side: 1000 },
    ...part,
  });
  clock = today;
  return id;
}

/** Half as long, a quarter of the bytes. */
const resize = vi.fn<Resize>((picture, frame, longSide) => {
  const scale = longSide / 2000;
  return Promise.resolve({
    picture: new Blob([new Uint8Array(Math.round(picture.size * scale ** 2))], { type: 'image/jpeg' }),
    width: longSide,
    height: Math.round(1500 * scale),
    frame: { x: frame.x * scale, y: frame.y * scale, side: frame.side * scale },
  });
});

async function sizeOf(id: string): Promise<number> {
  const found = await record.visits.get(id);
  if (!found || found.damaged) throw new Error('damaged');
  return found.pictures[0].image.size;
}

describe('shrinking', () => {
  it('takes old pictures that nobody has confirmed, and nothing else of them changes', async () => {
    const old = await kept(40);
    const recent = await kept(29);
    const confirmed = await kept(50, {
      diagnosis: { code: 'nv', text: '', date: '2026-05-01' },
    });
    const before = await record.visits.get(old);
    const told: number[] = [];
    const gain = await shrinkPictures(record, wish, resize, {
      onProgress: (done, count) => told.push(done / count),
    });
    expect(gain).toEqual({ pictures: 1, bytes: 3000 });
    expect(told).toEqual([1]);
    expect([await sizeOf(old), await sizeOf(recent), await sizeOf(confirmed)]).toEqual([1000, 4000, 4000]);
    const after = await record.visits.get(old);
    if (!before || before.damaged || !after || after.damaged) throw new Error('damaged');
    expect(after.pictures[0]).toEqual({
      ...before.pictures[0],
      image: after.pictures[0].image,
      size: { width: 1000, height: 750 },
      frame: { x: 100, y: 50, side: 500 },
    });
    expect(after.updatedAt).toBe(before.updatedAt);

    expect(await shrinkPictures(record, wish, resize)).toEqual({ pictures: 0, bytes: 0 });
    const all = { ...wish, recent: true, confirmed: true };
    expect(await shrinkPictures(record, all, resize)).toEqual({ pictures: 2, bytes: 6000 });
  });

  it('leaves the frame enough pixels for a closer look', async () => {
    const id = await kept(40, { frame: { x: 0, y: 0, side: 560 } });
    await shrinkPictures(record, wish, resize);
    expect(resize).toHaveBeenLastCalledWith(expect.any(Blob), expect.anything(), 1600);
    expect(await sizeOf(id)).toBe(2560);
  });

  it('leaves a picture alone that would hardly become smaller', async () => {
    const id = await kept(40);
    await shrinkPictures(record, { ...wish, longSide: 1950 }, resize);
    expect(await sizeOf(id)).toBe(4000);
  });

  it('says before what it will give, from a few', async () => {
    for (let one = 0; one < 20; one++) await kept(40 + one);
    await kept(3);
    resize.mockClear();
    expect(await expectedGain(record, wish, resize)).toEqual({ pictures: 20, bytes: 60_000 });
    expect(resize.mock.calls.length).toBeLessThan(10);
    expect(await expectedGain(record, { ...wish, longSide: 2000 }, resize)).toEqual({
      pictures: 0,
      bytes: 0,
    });
  });

  it('stops between two pictures, and what is done stays', async () => {
    const ids = [await kept(60), await kept(50), await kept(40)];
    const stop = new AbortController();
    const shrinking = shrinkPictures(record, wish, resize, {
      signal: stop.signal,
      onProgress: (done) => {
        if (done === 2) stop.abort();
      },
    });
    await expect(shrinking).rejects.toMatchObject({ code: 'aborted' });
    expect(await Promise.all(ids.map(sizeOf))).toEqual([1000, 1000, 4000]);
  });

  it('does not bring back a picture that was deleted meanwhile', async () => {
    const id = await kept(40);
    const gain = await shrinkPictures(record, wish, async (...wanted) => {
      await record.visits.remove(id);
      return resize(...wanted);
    });
    expect(gain).toEqual({ pictures: 0, bytes: 0 });
    expect(await record.visits.get(id)).toBeUndefined();
  });
});
