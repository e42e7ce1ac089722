/**
 * What happens to the pictures of a visit: added, read again, described, removed; and two visits made one.
 * Longer than 300 lines: every change of pictures shares one way to open, judge and write their visit.
 */
import type { Advice } from '../domain/advice';
import type { IsoDay } from '../domain/calendar/calendar';
import type { Crop } from '../domain/crop';
import { changedBy, visitFields, type PictureField } from '../domain/lineage/fields';
import { inDoubt } from '../domain/lineage/lineage';
import { allJoins, joinOf } from '../domain/visit/joins';
import { allRemovals, removalsAfter } from '../domain/visit/picture-removals';
import { joinedRemarks } from '../domain/visit/visit-join';
import { leadingPicture, mostPictures } from '../domain/visit/visit-advice';
import { withEarlier, type Prediction } from '../domain/prediction';
import { same } from '../domain/three-way';
import type { Measurement, NewPicture, PictureRecord, VisitSummary } from '../domain/visit/visit';
import type { WarningSigns } from '../domain/warning-signs';
import { summarise } from './crypto/codec';
import { openContent, openPicture, sealBlob, sealPicture } from './crypto/sealed';
import { mergedOpinions } from './rows/opinions';
import { again, guarded, type Opened, type RecordStore } from './rows/record-store';
import { changedPicture, withRead } from './picture-lineage';
import type { Undoable } from './rows/removal';
import { recordOf, replaceRow, rewritten } from './rows/visit-rows';
import { putBack, takeVisits } from './rows/visit-undo';
import type { PictureRow, Sealed, VisitRow, Writing } from './store/database';
import type { VisitContent } from './store/schema';

type Pictures = readonly [PictureRecord, ...PictureRecord[]];

/** What comes of pictures and answers together; the record does not know which conditions call for what. */
export type Advise = (pictures: Pictures, signs: WarningSigns | null) => Advice;

/** A picture that is read again takes the place of what was read of it before. */
export type Reread = Pick<NewPicture, 'reading' | 'picture' | 'size' | 'frame'> & {
  readonly thumbnail: Blob;
};

interface OpenedVisit {
  readonly row: VisitRow;
  readonly content: VisitContent;
  /** In the order shown. */
  readonly pictures: Pictures;
}

/** What becomes of a visit. */
interface Changed {
  readonly day?: IsoDay;
  readonly content?: Partial<VisitContent>;
  /** What changes beside the content: it gets a mark of its own. */
  readonly touched?: readonly ('day' | 'measures')[];
  /** All pictures that the visit has afterwards. */
  readonly pictures: Pictures;
  /** The ids of those of them that are written. */
  readonly written?: readonly string[];
  /** Fields of them of which this version is to be the only one. */
  readonly settled?: readonly PictureField[];
  readonly images?: readonly (readonly [picture: string, image: Sealed])[];
  readonly removed?: readonly string[];
  readonly thumbnail?: Sealed | undefined;
  /** Visits that have become a part of this one. */
  readonly joined?: readonly VisitRow[];
}

interface Done {
  readonly saved: VisitSummary;
  readonly undo: () => Promise<boolean>;
}

const stores = ['examinations', 'pictures', 'images', 'thumbnails', 'keys'] as const;

export class VisitPictures {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /**
   * Adds a picture to a visit, and gives its id.
   * @param advise judges the visit anew; its advice stays as it is when absent
   * @param picture its id, where whoever adds it wants to know it beforehand, is `pictureId`
   * @returns undefined when the visit is gone or has as many pictures as it may have
   */
  async addPicture(id: string, picture: NewPicture, advise?: Advise): Promise<string | undefined> {
    const added = picture.pictureId ?? crypto.randomUUID();
    const done = await this.#change(id, advise, async ({ row, pictures }, { key }) => {
      if (pictures.length >= mostPictures) return undefined;
      return {
        pictures: [...pictures, recordOf(added, picture, row.day)],
        written: [added],
        images: [[added, await sealBlob(key, 'image', added, picture.picture)]],
      };
    });
    return done && added;
  }

  /**
   * Puts what was read of a picture with another crop in the place of what was read before. What was measured goes with
   * the crop that it was measured in.
   * @returns false when the picture is gone
   */
  async readAgain(id: string, picture: string, again: Reread, advise?: Advise): Promise<boolean> {
    const done = await this.#change(id, advise, async ({ row, pictures }, { key }) => {
      const before = pictures.find((each) => each.id === picture);
      if (!before) return undefined;
      const { source, kind, capturedOn } = before;
      const { reading, size, frame } = again;
      const record = recordOf(picture, { source, kind, capturedOn, reading, size, frame }, row.day);
      const first = pictures[0] === before;
      return {
        pictures: replaced(pictures, record),
        touched: ['measures'],
        written: [picture],
        images: [[picture, await sealBlob(key, 'image', picture, again.picture)]],
        thumbnail: first ? await sealBlob(key, 'thumbnail', id, again.thumbnail) : undefined,
      };
    });
    return done !== undefined;
  }

  /**
   * Puts what another version of the model says of a picture in the place of what was said before, which stays beside it.
   * @param crop that was read
   * @returns false when the picture is gone, or was given another crop or read by this version meanwhile
   */
  async readAnew(
    id: string,
    picture: string,
    crop: Crop,
    reading: Prediction,
    advise: Advise,
  ): Promise<boolean> {
    const done = await this.#change(id, advise, ({ pictures }) => {
      const before = pictures.find((each) => each.id === picture);
      if (!before || !same(before.frame, crop) || same(before.reading.pack, reading.pack)) return undefined;
      const record = { ...before, reading: withEarlier(reading, before.reading) };
      return {
        pictures: replaced(pictures, record),
        touched: ['measures'],
        written: [picture],
      };
    });
    return done !== undefined;
  }

  /**
   * Puts the settled result of a picture in the place of the plain one, and the advice that comes of it; false when the
   * visit or the picture is gone.
   * @param advise what comes of the answers that the record holds
   * @param picture id of the picture; the first one when absent
   */
  async settle(
    id: string,
    reading: Prediction,
    advise: (signs: WarningSigns | null) => Advice,
    picture?: string,
  ): Promise<boolean> {
    return this.#replace(
      id,
      picture,
      (_, signs) => advise(signs),
      (before) => ({ ...before, reading }),
    );
  }

  /** Says what kind of picture it is; false when it is gone. */
  async describe(
    id: string,
    picture: string,
    { kind }: Pick<PictureRecord, 'kind'>,
    advise?: Advise,
  ): Promise<boolean> {
    return this.#replace(id, picture, advise, (before) => ({ ...before, kind }));
  }

  /**
   * Makes one of several versions of a field of a picture the only one; false when the picture is gone.
   * @param version as the picture's lineage has it
   * @param thumbnail of the visit, where it is of its first picture
   */
  async settlePicture(
    id: string,
    picture: string,
    field: PictureField,
    version: unknown,
    advise?: Advise,
    thumbnail?: Blob,
  ): Promise<boolean> {
    const done = await this.#change(id, advise, async ({ pictures }, { key }) => {
      const before = pictures.find((each) => each.id === picture);
      if (!before) return undefined;
      const next = field === 'reading' ? withRead(before, version) : { ...before, [field]: version };
      return {
        pictures: replaced(pictures, next),
        touched: ['measures'],
        written: [picture],
        settled: [field],
        thumbnail: thumbnail && (await sealBlob(key, 'thumbnail', id, thumbnail)),
      };
    });
    return done !== undefined;
  }

  /**
   * Replaces what was measured in a picture; false when it is gone. Whoever measures a picture anew has looked at
   * it: the last one counts.
   */
  async measure(id: string, picture: string, measurement: Measurement): Promise<boolean> {
    return this.#replace(id, picture, undefined, (before, { day }) =>
      recordOf(picture, { ...before, ...measurement }, day),
    );
  }

  /**
   * Says which day a visit is about; pictures of the day that it was about go along, and those whose day was in doubt.
   * False when it is gone.
   */
  async setDay(id: string, day: IsoDay): Promise<boolean> {
    const done = await this.#change(id, undefined, ({ row, pictures }) => {
      const moved = pictures
        .filter((picture) => picture.capturedOn === row.day || inDoubt(picture, ['capturedOn']))
        .map((picture) => ({ ...picture, capturedOn: day }));
      return {
        day,
        touched: moved.length > 0 ? ['day', 'measures'] : ['day'],
        settled: ['capturedOn'],
        pictures: moved.reduce(replaced, pictures),
        written: moved.map((picture) => picture.id),
      };
    });
    return done !== undefined;
  }

  /**
   * Takes a picture out of a visit; never its last one.
   * @param thumbnail of the visit, where its first picture goes
   * @returns undefined when it is gone already or the last one
   */
  async removePicture(
    id: string,
    picture: string,
    advise?: Advise,
    thumbnail?: Blob,
  ): Promise<Undoable | undefined> {
    return this.#change(id, advise, async ({ pictures }, { key }) => {
      const [first, ...others] = pictures.filter((each) => each.id !== picture);
      if (!first || others.length + 1 === pictures.length) return undefined;
      return {
        pictures: [first, ...others],
        removed: [picture],
        thumbnail: thumbnail && (await sealBlob(key, 'thumbnail', id, thumbnail)),
      };
    });
  }

  /**
   * Makes one visit of several: their pictures, and what was written to them, become those of `id`.
   * @returns what undoes it; undefined when one of them is gone, when their diagnoses contradict each other, or when they
   * have too many pictures together
   */
  async join(id: string, others: readonly string[], advise?: Advise): Promise<Undoable | undefined> {
    return this.#change(id, advise, async (visit, opened) => {
      let { content } = visit;
      const pictures: PictureRecord[] = [...visit.pictures];
      const joined: VisitRow[] = [];
      for (const other of others) {
        const found = await this.#opened(opened, other);
        const remarks = found && joinedRemarks(content, found.content);
        if (!remarks) return undefined;
        content = {
          ...content,
          ...remarks,
          joined: allJoins(allJoins(content.joined, found.content.joined), joinOf(other, found.content)),
          removals: allRemovals(content.removals, found.content.removals),
          opinions: mergedOpinions(content.opinions, found.content.opinions),
        };
        pictures.push(...found.pictures);
        joined.push(found.row);
      }
      const [first, ...rest] = pictures;
      if (!first || pictures.length > mostPictures || joined.length === 0) return undefined;
      const moved = pictures.slice(visit.pictures.length);
      return {
        content,
        pictures: [first, ...rest],
        written: moved.map((picture) => picture.id),
        joined,
      };
    });
  }

  /**
   * Puts something else in the place of what is known of a picture; false when it is gone.
   * @param picture its id; the first one when absent
   */
  async #replace(
    id: string,
    picture: string | undefined,
    advise: Advise | undefined,
    next: (before: PictureRecord, visit: VisitRow) => PictureRecord,
  ): Promise<boolean> {
    const done = await this.#change(id, advise, ({ row, pictures }) => {
      const before = picture === undefined ? pictures[0] : pictures.find((each) => each.id === picture);
      if (!before) return undefined;
      return {
        pictures: replaced(pictures, next(before, row)),
        touched: ['measures'],
        written: [before.id],
      };
    });
    return done !== undefined;
  }

  async #change(
    id: string,
    advise: Advise | undefined,
    change: (visit: OpenedVisit, opened: Opened) => Promise<Changed | undefined> | Changed | undefined,
  ): Promise<Done | undefined> {
    return guarded(async () => {
      const done = await this.#store.write(
        stores,
        async (opened) => {
          const visit = await this.#opened(opened, id);
          const changed = visit && (await change(visit, opened));
          if (!changed) return undefined;
          const { pictures, day = visit.row.day } = changed;
          const content = { ...visit.content, ...changed.content };
          const ids = pictures.map((picture) => picture.id);
          const next: VisitContent = {
            ...content,
            triage: advise ? advise(pictures, content.checklist) : content.triage,
            summary: summarise(leadingPicture(pictures)),
            pictures: ids,
            removals: removalsAfter(content.removals, visit.content.pictures, ids),
            updatedAt: this.#store.now().getTime(),
          };
          const lineage = changedBy(opened.keyId, visit.content, next, visitFields, changed.touched);
          const marked = { ...next, lineage };
          const written = await this.#written(opened, visit, changed, next.updatedAt);
          return { ...(await rewritten(opened.key, { ...visit.row, day }, marked)), changed, written };
        },
        async (writing, prepared) => {
          if (!prepared) return undefined;
          const { changed, written, row, saved } = prepared;
          const ids = [id, ...(changed.joined ?? []).map((each) => each.id)];
          const taken = await takeVisits(writing, ids, changed.removed ?? []);
          if (!(await replaceRow(writing, row)) || !(await removeJoined(writing, changed))) return again;
          await commit(writing, id, changed, written);
          return { saved, taken, revision: row.revision, joined: ids.slice(1) };
        },
      );
      if (!done) return undefined;
      const { changes } = this.#store;
      changes.announce({ kind: 'removed', of: 'visit', ids: done.joined, into: id });
      changes.announce({ kind: 'changed', of: 'visit', ids: [id], saved: [done.saved] });
      return { saved: done.saved, undo: () => putBack(this.#store, id, done) };
    });
  }

  /** The pictures that are written; what differs from before gets a mark of its own. */
  #written(
    { key, keyId }: Opened,
    { row, pictures }: OpenedVisit,
    changed: Changed,
    now: number,
  ): Promise<PictureRow[]> {
    const written = changed.pictures.filter(({ id }) => changed.written?.includes(id));
    return Promise.all(
      written.map((picture) => {
        const before = pictures.find(({ id }) => id === picture.id);
        const next = before ? changedPicture(keyId, before, picture, now, changed.settled) : picture;
        return sealPicture(key, row.id, next);
      }),
    );
  }

  async #opened({ database, key }: Opened, id: string): Promise<OpenedVisit | undefined> {
    const row = await database.getFromIndex('examinations', 'id', id);
    if (!row) return undefined;
    const content = await openContent(key, row);
    const rows = await database.getAllFromIndex('pictures', 'examination', id);
    const found = content.pictures.flatMap((wanted) => rows.filter((each) => each.id === wanted));
    // A visit that has lost one is damaged, and stays as it is.
    if (found.length < content.pictures.length) return undefined;
    const [first, ...others] = await Promise.all(found.map((each) => openPicture(key, each, row.day)));
    return first && { row, content, pictures: [first, ...others] };
  }
}

function replaced(pictures: Pictures, picture: PictureRecord): Pictures {
  const [first, ...others] = pictures.map((each) => (each.id === picture.id ? picture : each));
  return [first ?? picture, ...others];
}

async function commit(
  writing: Writing,
  id: string,
  { images = [], removed = [], thumbnail }: Changed,
  written: readonly PictureRow[],
): Promise<void> {
  for (const row of written) await writing.objectStore('pictures').put(row);
  for (const [picture, image] of images) await writing.objectStore('images').put(image, picture);
  for (const picture of removed) {
    await writing.objectStore('pictures').delete(picture);
    await writing.objectStore('images').delete(picture);
  }
  if (thumbnail) await writing.objectStore('thumbnails').put(thumbnail, id);
}

/** False when one of them is no longer what was read. */
async function removeJoined(writing: Writing, { joined = [] }: Changed): Promise<boolean> {
  const visits = writing.objectStore('examinations');
  for (const { id, createdAt, revision } of joined) {
    if ((await visits.get([createdAt, id]))?.revision !== revision) return false;
    await visits.delete([createdAt, id]);
    await writing.objectStore('thumbnails').delete(id);
  }
  return true;
}
