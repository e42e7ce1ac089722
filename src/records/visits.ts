/** Visits as they are written: plain on this side, ciphertext in the database. Every method rejects with a Failure. */
import type { ChangeListener } from './changes';
import { newContent } from './crypto/codec';
import { convertStored } from './crypto/conversion';
import type { VisitRow } from './store/database';
import { merged } from './store/edits';
import { VisitReader } from './visit-reader';
import type { Assignment, Figures, NewVisit, NewPicture, Opinion, Remarks } from '../domain/visit';
import { recordOf, replaceRow, touched, validAssignment } from './visit-rows';
import { mergedOpinions } from './opinions';
import { remove, type Removal } from './upkeep/removal';
import type { VisitContent } from './store/schema';
import { openContent, openPicture, sealBlob, sealContent, sealPicture } from './crypto/sealed';
import { again, guarded, type Opened } from './store/store';

export class VisitRepository extends VisitReader {
  /** Stores a visit, whole or not at all, and gives its id. A lesion that is gone is left out. */
  add(examination: NewVisit): Promise<string> {
    return guarded(async () => {
      const now = this.store.now();
      const place = { id: crypto.randomUUID(), createdAt: now };
      const picture = recordOf(crypto.randomUUID(), examination);
      await this.store.write(
        ['lesions', 'patients', 'examinations', 'thumbnails', 'pictures', 'images'],
        async ({ key }) => {
          const [content, pictureRow, image, thumbnail] = await Promise.all([
            sealContent(key, place, newContent(picture.id, now.getTime(), examination)),
            sealPicture(key, place.id, picture),
            sealBlob(key, 'image', picture.id, examination.picture),
            sealBlob(key, 'thumbnail', place.id, examination.thumbnail),
          ]);
          return { content, pictureRow, image, thumbnail };
        },
        async (writing, { content, pictureRow, image, thumbnail }) => {
          const assignment = await validAssignment(writing, examination);
          await writing.objectStore('examinations').add({ ...place, revision: 1, ...assignment, content });
          await writing.objectStore('pictures').add(pictureRow);
          await writing.objectStore('images').add(image, picture.id);
          await writing.objectStore('thumbnails').add(thumbnail, place.id);
        },
      );
      this.#announce('added', [place.id]);
      return place.id;
    });
  }

  /** Adds a picture to a visit; undefined when the visit is gone. */
  addPicture(id: string, picture: NewPicture): Promise<string | undefined> {
    return guarded(async () => {
      const record = recordOf(crypto.randomUUID(), picture);
      const done = await this.store.write(
        ['examinations', 'pictures', 'images'],
        async (opened) => {
          const row = await this.#row(opened, id);
          if (!row) return undefined;
          const content = await openContent(opened.key, row);
          const [sealed, pictureRow, image] = await Promise.all([
            sealContent(opened.key, row, {
              ...content,
              updatedAt: this.#now(),
              pictures: [...content.pictures, record.id],
            }),
            sealPicture(opened.key, id, record),
            sealBlob(opened.key, 'image', record.id, picture.picture),
          ]);
          return { row: { ...row, revision: row.revision + 1, content: sealed }, pictureRow, image };
        },
        async (writing, prepared) => {
          if (!prepared) return false;
          if (!(await replaceRow(writing, prepared.row))) return again;
          await writing.objectStore('pictures').add(prepared.pictureRow);
          await writing.objectStore('images').add(prepared.image, record.id);
          return true;
        },
      );
      if (done) this.#announce('changed', [id]);
      return done ? record.id : undefined;
    });
  }

  /**
   * Changes what the person wrote; false when the visit is gone.
   * @param seen what the page showed when the person began
   * @throws Failure `record-stale` when another tab has changed the same field since
   */
  edit(id: string, change: Partial<Remarks>, seen: Partial<Remarks>): Promise<boolean> {
    return this.#rewrite(id, (content) => merged(content, seen, change));
  }

  /** Puts an opinion beside the visit, in the place of an earlier one with its id. */
  opine(id: string, opinion: Opinion): Promise<boolean> {
    return this.#rewrite(id, (content) => ({
      ...content,
      opinions: mergedOpinions(content.opinions, [opinion]),
    }));
  }

  withdraw(id: string, opinion: string): Promise<boolean> {
    return this.#rewrite(id, (content) => ({
      ...content,
      opinions: content.opinions.filter((each) => each.id !== opinion),
    }));
  }

  /**
   * Replaces what was measured in a picture; false when it is gone. Whoever measures a picture anew has looked at
   * it: the last one counts.
   */
  measure(id: string, picture: string, figures: Figures): Promise<boolean> {
    return guarded(async () => {
      const done = await this.store.write(
        ['examinations', 'pictures'],
        async (opened) => {
          const row = await this.#row(opened, id);
          const stored = await opened.database.get('pictures', picture);
          if (!row || stored?.examination !== id) return undefined;
          const record = recordOf(picture, { ...(await openPicture(opened.key, stored)), ...figures });
          return {
            row: await touched(opened.key, row, this.#now()),
            pictureRow: await sealPicture(opened.key, id, record),
          };
        },
        async (writing, prepared) => {
          if (!prepared) return false;
          if (!(await replaceRow(writing, prepared.row))) return again;
          await writing.objectStore('pictures').put(prepared.pictureRow);
          return true;
        },
      );
      if (done) this.#announce('changed', [id]);
      return done;
    });
  }

  /** Gives visits to a patient or to a lesion and its patient; with neither they are nobody's. */
  assign(ids: readonly string[], to: Partial<Assignment>): Promise<void> {
    return guarded(async () => {
      const changed = await this.store.write(
        ['examinations', 'lesions', 'patients'],
        async (opened) => {
          const rows = await Promise.all(ids.map((id) => this.#row(opened, id)));
          const now = this.#now();
          return Promise.all(
            rows.filter((row) => row !== undefined).map((row) => touched(opened.key, row, now)),
          );
        },
        async (writing, rows) => {
          const assignment = await validAssignment(writing, to);
          const store = writing.objectStore('examinations');
          const found: string[] = [];
          for (const row of rows) {
            const present = await store.get([row.createdAt, row.id]);
            if (!present) continue;
            if (present.revision !== row.revision - 1) return again;
            await store.put({ ...row, ...assignment });
            found.push(row.id);
          }
          return found;
        },
      );
      this.#announce('changed', changed);
    });
  }

  /** Deletes visits with all that belongs to them. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.store, 'examination', ids);
  }

  /** Tells of every change of the record, in this tab or another. Returns what ends the listening. */
  onChange(listener: ChangeListener): () => void {
    return this.store.changes.listen(listener);
  }

  #rewrite(id: string, change: (content: VisitContent) => VisitContent): Promise<boolean> {
    return guarded(async () => {
      const done = await this.store.write(
        ['examinations'],
        async (opened) => {
          const row = await this.#row(opened, id);
          if (!row) return undefined;
          const content = { ...change(await openContent(opened.key, row)), updatedAt: this.#now() };
          return {
            ...row,
            revision: row.revision + 1,
            content: await sealContent(opened.key, row, content),
          };
        },
        async (writing, row) => {
          if (!row) return false;
          return (await replaceRow(writing, row)) ? true : again;
        },
      );
      if (done) this.#announce('changed', [id]);
      return done;
    });
  }

  /** The row of a visit in its present form. */
  async #row(opened: Opened, id: string): Promise<VisitRow | undefined> {
    const row = await opened.database.getFromIndex('examinations', 'id', id);
    if (!row || row.content) return row;
    await convertStored(this.store, opened, row);
    return opened.database.getFromIndex('examinations', 'id', id);
  }

  #announce(kind: 'added' | 'changed', ids: readonly string[]): void {
    this.store.changes.announce({ kind, of: 'examination', ids });
  }

  #now(): number {
    return this.store.now().getTime();
  }
}
