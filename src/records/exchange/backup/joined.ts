/**
 * Visits that were joined on another device of this record. A visit of the file says which others have become part of
 * it. Those that nobody has changed here since become part of it here as well; one that was changed stays as it is, so
 * that nothing is lost. A visit that is part of another one here does not come back.
 */
import { isCovered } from '../../../domain/visit/joins';
import type { Joins } from '../../../domain/visit/visit';
import { openContent, whole } from '../../crypto/sealed';
import type { Opened } from '../../rows/record-store';
import type { VisitContent } from '../../store/schema';
import type { VisitRow, Writing } from '../../store/database';
import { untracedVisit, type VisitFile } from './format';
import type { Right } from './merge';
import type { WholeVisit } from './read';

interface OwnVisit extends WholeVisit {
  /** Whether some of its pictures belong to another visit here: then it changes nothing that is here. */
  readonly moved: boolean;
  /** Visits here that become part of it. */
  readonly taken: readonly TakenVisit[];
}

interface TakenVisit {
  readonly row: VisitRow;
  readonly content: VisitContent;
}

/** The joins of the whole record, by the id of the visit that was joined; read once for a file. */
export class KnownJoins {
  #known: Promise<Joins> | undefined;

  /** Whether all that the file says of a visit is in another one here. */
  async cover(opened: Opened, file: VisitFile): Promise<boolean> {
    const row = await opened.database.getKeyFromIndex('examinations', 'id', file.id);
    if (row) return false;
    this.#known ??= readJoins(opened);
    return isCovered(file.id, file, await this.#known);
  }
}

async function readJoins({ database, key }: Opened): Promise<Joins> {
  const known: Record<string, Joins[string]> = {};
  for (const at of await database.getAllKeys('examinations')) {
    const row = await database.get('examinations', at);
    const content = row && (await whole(openContent(key, row), undefined));
    Object.assign(known, content?.joined);
  }
  return known;
}

/**
 * A visit of the file as it is written here; undefined if none of its pictures is left. Pictures that belong to another
 * visit here, which it does not take along, are left out: the two were joined on this device. Then its list of pictures is
 * not the one that was written down any more, so its lineage goes.
 */
export async function ownVisit(
  opened: Opened,
  visit: WholeVisit,
  right: Right,
): Promise<OwnVisit | undefined> {
  const { file, images } = visit;
  const taken = right === 'change' ? await takenBy(opened, file) : [];
  const all = await withPicturesOf(opened, visit, [file.id, ...taken.map(({ row }) => row.id)]);
  if (all.length === file.pictures.length) return { ...visit, moved: false, taken };
  const own = await withPicturesOf(opened, visit, [file.id]);
  if (own.length === 0) return undefined;
  return {
    ...visit,
    moved: true,
    taken: [],
    file: {
      ...file,
      ...untracedVisit,
      pictures: own.map((at) => file.pictures[at]).filter((picture) => picture !== undefined),
    },
    images: own.map((at) => images[at]).filter((image) => image !== undefined),
  };
}

/** Positions of the pictures of a file that are new here or belong to one of these visits. */
async function withPicturesOf(
  { database }: Opened,
  { file }: WholeVisit,
  visits: readonly string[],
): Promise<number[]> {
  const owners = await Promise.all(
    file.pictures.map(async ({ id }) => (await database.get('pictures', id))?.examination),
  );
  return owners.flatMap((owner, at) => (owner === undefined || visits.includes(owner) ? [at] : []));
}

async function takenBy({ database, key }: Opened, { id, joined }: VisitFile): Promise<TakenVisit[]> {
  const rows = Object.keys(joined ?? {})
    .filter((other) => other !== id)
    .map(async (other) => {
      const row = await database.getFromIndex('examinations', 'id', other);
      const content = row && (await whole(openContent(key, row), undefined));
      return row && content && isCovered(other, content, joined) ? [{ row, content }] : [];
    });
  return (await Promise.all(rows)).flat();
}

/**
 * Deletes the rows that became part of another visit, except the pictures that it keeps.
 * @param kept ids of its pictures
 */
export async function removeTaken(
  writing: Writing,
  taken: readonly TakenVisit[],
  kept: readonly string[],
): Promise<void> {
  for (const { id, createdAt } of taken.map(({ row }) => row)) {
    await writing.objectStore('examinations').delete([createdAt, id]);
    await writing.objectStore('thumbnails').delete(id);
    for (const picture of await writing.objectStore('pictures').index('examination').getAllKeys(id)) {
      if (kept.includes(picture)) continue;
      await writing.objectStore('pictures').delete(picture);
      await writing.objectStore('images').delete(picture);
    }
  }
}
