/**
 * Makes room: the pictures of old visits are kept at a smaller size. Predictions, outlines and measures stay as
 * they are, because they go by shares of the frame or by the picture as it was read.
 */
import type { Crop, Size } from '../../domain/crop';
import type { VisitEntry } from '../catalogue';
import { byDay, type VisitSummary, type PictureRecord } from '../../domain/visit/visit';
import { recordOf, replaceRow } from '../rows/visit-rows';
import type { HealthRecord } from '../record';
import { keepReserve, releaseReserve } from './reserve';
import { openPicture, sealBlob, sealPicture } from '../crypto/sealed';
import { again, guarded } from '../rows/record-store';

interface ShrinkWish {
  /** Of the pictures, in pixels. */
  readonly longSide: number;
  /** Whether pictures of the last 30 days may be shrunk as well. */
  readonly recent: boolean;
  /** Whether those may that have a diagnosis or a histology: others may want to learn from them. */
  readonly confirmed: boolean;
}

interface Smaller extends Size {
  readonly picture: Blob;
  /** In the pixels of `picture`. */
  readonly frame: Crop;
}

/** Encodes a picture anew, its long side at most `longSide` px. */
export type Resize = (picture: Blob, frame: Crop, longSide: number) => Promise<Smaller>;

/** What shrinking gives, done or expected. */
export interface Gain {
  readonly pictures: number;
  readonly bytes: number;
}

interface ShrinkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, count: number, gain: Gain) => void;
}

const month = 30 * 24 * 60 * 60 * 1000;

/** A picture that would lose less than this share of its bytes stays as it is. */
const worthIt = 0.1;

/** Pixels that the frame of a shrunk picture spans at least: twice what the network takes of it. */
const leastCrop = 448;

/** Visits that are looked at for an estimate. */
const sample = 6;

/** The visits that a wish is about, the oldest first. */
function shrinkable(
  entries: Iterable<VisitEntry>,
  { recent, confirmed }: ShrinkWish,
  now: Date,
): VisitSummary[] {
  const before = now.getTime() - month;
  return [...entries]
    .filter((one): one is VisitSummary => !one.damaged)
    .filter(({ createdAt }) => recent || createdAt.getTime() < before)
    .filter(({ diagnosis, histology }) => confirmed || (diagnosis ?? histology) === undefined)
    .sort(byDay);
}

/** How much a wish would give, by a few of its pictures; nothing is changed. */
export function expectedGain(
  record: HealthRecord,
  wish: ShrinkWish,
  resize: Resize,
  { signal }: ShrinkOptions = {},
): Promise<Gain> {
  return guarded(async () => {
    const all = await found(record, wish);
    const step = Math.max(1, all.length / sample);
    let [looked, smaller, bytes] = [0, 0, 0];
    for (let at = 0; at < all.length; at += step) {
      const { id } = all[Math.floor(at)] ?? { id: '' };
      for (const picture of await picturesOf(record, id)) {
        signal?.throwIfAborted();
        looked += 1;
        const made = await shrunk(record, picture, wish, resize);
        if (!made) continue;
        smaller += 1;
        bytes += made.gain;
      }
    }
    const share = all.reduce((sum, { pictures }) => sum + pictures, 0) / Math.max(1, looked);
    return { pictures: Math.round(smaller * share), bytes: Math.round(bytes * share) };
  });
}

/**
 * Shrinks picture by picture, each in a transaction of its own: whenever it stops, every picture is whole.
 * @throws Failure; `storage-full` when there is no room even for a smaller one
 */
export function shrinkPictures(
  record: HealthRecord,
  wish: ShrinkWish,
  resize: Resize,
  { signal, onProgress }: ShrinkOptions = {},
): Promise<Gain> {
  return guarded(async () => {
    const all = await found(record, wish);
    let gain: Gain = { pictures: 0, bytes: 0 };
    // A smaller picture is written before the larger one goes, also where there is no other room left.
    await releaseReserve();
    try {
      for (const [at, { id }] of all.entries()) {
        for (const picture of await picturesOf(record, id)) {
          signal?.throwIfAborted();
          const made = await shrunk(record, picture, wish, resize);
          if (made && (await replace(record, id, picture.id, made))) {
            gain = { pictures: gain.pictures + 1, bytes: gain.bytes + made.gain };
          }
        }
        onProgress?.(at + 1, all.length, gain);
      }
    } finally {
      await keepReserve();
    }
    return gain;
  });
}

async function found(record: HealthRecord, wish: ShrinkWish): Promise<VisitSummary[]> {
  await record.catalogue.build();
  return shrinkable(record.catalogue.visits.values(), wish, record.store.now());
}

async function picturesOf(record: HealthRecord, id: string): Promise<readonly PictureRecord[]> {
  const [visit] = await record.visits.records([id]);
  return visit && !visit.damaged ? visit.pictures : [];
}

/** A picture at the wished size; undefined where that is not worth it. */
async function shrunk(
  record: HealthRecord,
  { id, size, frame }: PictureRecord,
  { longSide }: ShrinkWish,
  resize: Resize,
): Promise<(Smaller & { readonly gain: number }) | undefined> {
  const wanted = smallestSide(size, frame, longSide);
  if (Math.max(size.width, size.height) <= wanted) return undefined;
  const image = await record.visits.image(id);
  if (!image) return undefined;
  const made = await resize(image, frame, wanted);
  const gain = image.size - made.picture.size;
  return gain >= image.size * worthIt ? { ...made, gain } : undefined;
}

/** Puts the smaller picture in the place of the larger; false when that has gone or changed meanwhile. */
async function replace(
  { store }: HealthRecord,
  visit: string,
  picture: string,
  { picture: image, width, height, frame }: Smaller,
): Promise<boolean> {
  const done = await store.write(
    ['examinations', 'pictures', 'images'],
    async ({ database, key }) => {
      const row = await database.getFromIndex('examinations', 'id', visit);
      const stored = await database.get('pictures', picture);
      if (!row || !stored) return undefined;
      const size = { width, height };
      const { day } = row;
      const smaller = recordOf(picture, { ...(await openPicture(key, stored, day)), size, frame }, day);
      const [pictureRow, sealed] = await Promise.all([
        sealPicture(key, visit, smaller),
        sealBlob(key, 'image', picture, image),
      ]);
      return { row: { ...row, revision: row.revision + 1 }, pictureRow, sealed };
    },
    async (writing, prepared) => {
      if (!prepared) return false;
      if (!(await replaceRow(writing, prepared.row))) return again;
      await writing.objectStore('pictures').put(prepared.pictureRow);
      await writing.objectStore('images').put(prepared.sealed, picture);
      return true;
    },
  );
  if (done) store.changes.announce({ kind: 'changed', of: 'visit', ids: [visit] });
  return done;
}

/** The wished long side, or what leaves the frame enough pixels for a closer look. */
function smallestSide({ width, height }: Size, { side }: Crop, longSide: number): number {
  return Math.max(longSide, Math.ceil((Math.max(width, height) * leastCrop) / Math.max(1, side)));
}
