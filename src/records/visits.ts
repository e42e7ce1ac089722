/** Visits as they are written: plain on this side, ciphertext in the database. Every method rejects with a Failure. */
import { isoDay } from '../domain/calendar/calendar';
import type { ChangeListener } from './changes';
import { newContent } from './crypto/codec';
import type { VisitRow } from './store/database';
import { merged } from './store/edits';
import { same } from '../domain/three-way';
import { changedBy, visitFields } from '../domain/lineage/fields';
import type { VisitPictures } from './visit-pictures';
import { VisitReader } from './visit-reader';
import type { Assignment, NewVisit, Opinion, Remarks, VisitSummary } from '../domain/visit/visit';
import { recordOf, replaceRow, rewritten, touched, validAssignment } from './rows/visit-rows';
import { mergedOpinions } from './rows/opinions';
import { remove, type Removal } from './rows/removal';
import type { VisitContent } from './store/schema';
import { openContent, sealBlob, sealPicture } from './crypto/sealed';
import { again, guarded, type Opened } from './rows/record-store';

export class VisitRepository extends VisitReader {
  /** Stores a visit, whole or not at all, and gives its id. A lesion that is gone is left out. */
  add(fresh: NewVisit): Promise<string> {
    return guarded(async () => {
      const now = this.store.now();
      const day = fresh.day ?? fresh.capturedOn ?? isoDay(now);
      const visit = { id: crypto.randomUUID(), createdAt: now, day };
      const picture = recordOf(fresh.pictureId ?? crypto.randomUUID(), fresh, day);
      const content = newContent(picture.id, now.getTime(), fresh);
      const saved = await this.store.write(
        ['lesions', 'patients', 'examinations', 'thumbnails', 'pictures', 'images'],
        async ({ key, keyId }) => {
          const row = { ...visit, revision: 0, patient: undefined, lesion: undefined };
          const [prepared, pictureRow, image, thumbnail] = await Promise.all([
            rewritten(key, row, {
              ...content,
              lineage: changedBy(keyId, undefined, content, visitFields),
            }),
            sealPicture(key, visit.id, picture),
            sealBlob(key, 'image', picture.id, fresh.picture),
            sealBlob(key, 'thumbnail', visit.id, fresh.thumbnail),
          ]);
          return { ...prepared, pictureRow, image, thumbnail };
        },
        async (writing, { row, saved, pictureRow, image, thumbnail }) => {
          const assignment = await validAssignment(writing, fresh);
          await writing.objectStore('examinations').add({ ...row, ...assignment });
          await writing.objectStore('pictures').add(pictureRow);
          await writing.objectStore('images').add(image, picture.id);
          await writing.objectStore('thumbnails').add(thumbnail, visit.id);
          return { ...saved, ...assignment };
        },
      );
      this.#announce('added', [visit.id], [saved]);
      return visit.id;
    });
  }

  /**
   * Changes what the person wrote; false when the visit is gone.
   * @param seen what the page showed when the person began
   * @param settled fields of which this version is to be the only one
   * @throws Failure `record-stale` when another tab has changed the same field since
   */
  edit(
    id: string,
    change: Partial<Remarks>,
    seen: Partial<Remarks>,
    settled: readonly (keyof Remarks)[] = [],
  ): Promise<boolean> {
    return this.#rewrite(id, (content) => merged(content, seen, change), settled);
  }

  /** Puts an opinion beside the visit; one that is sent twice by the form takes its own place. */
  opine(id: string, opinion: Opinion): Promise<boolean> {
    return this.#rewrite(id, (content) => ({
      ...content,
      opinions: mergedOpinions(
        content.opinions.filter(({ id }) => id !== opinion.id),
        [opinion],
      ),
    }));
  }

  /** What came with a file counts as looked at. Says nothing of the visit itself, so that its version stays. */
  look(id: string): Promise<boolean> {
    return this.#rewrite(id, (content) => ({ ...content, arrival: null }), 'same-version');
  }

  withdraw(id: string, opinion: Opinion): Promise<boolean> {
    return this.#rewrite(id, (content) => ({
      ...content,
      opinions: content.opinions.filter((each) => !same(each, opinion)),
    }));
  }

  // What is done to pictures is loaded when it is first asked for: a start needs none of it.
  addPicture: VisitPictures['addPicture'] = async (...of) => (await this.#pictures()).addPicture(...of);
  readAgain: VisitPictures['readAgain'] = async (...of) => (await this.#pictures()).readAgain(...of);
  readAnew: VisitPictures['readAnew'] = async (...of) => (await this.#pictures()).readAnew(...of);
  describe: VisitPictures['describe'] = async (...of) => (await this.#pictures()).describe(...of);
  measure: VisitPictures['measure'] = async (...of) => (await this.#pictures()).measure(...of);
  settle: VisitPictures['settle'] = async (...of) => (await this.#pictures()).settle(...of);
  settlePicture: VisitPictures['settlePicture'] = async (...of) =>
    (await this.#pictures()).settlePicture(...of);
  setDay: VisitPictures['setDay'] = async (...of) => (await this.#pictures()).setDay(...of);
  removePicture: VisitPictures['removePicture'] = async (...of) =>
    (await this.#pictures()).removePicture(...of);
  join: VisitPictures['join'] = async (...of) => (await this.#pictures()).join(...of);

  #pictures(): Promise<VisitPictures> {
    return guarded(async () => {
      const { VisitPictures } = await import('./visit-pictures');
      return new VisitPictures(this.store);
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
            rows.filter((row) => row !== undefined).map((row) => touched(opened, row, now, 'owner')),
          );
        },
        async (writing, visits) => {
          const assignment = await validAssignment(writing, to);
          const store = writing.objectStore('examinations');
          const found: { readonly id: string; readonly saved: VisitSummary | undefined }[] = [];
          for (const { row, saved } of visits) {
            const present = await store.get([row.createdAt, row.id]);
            if (!present) continue;
            if (present.revision !== row.revision - 1) return again;
            await store.put({ ...row, ...assignment });
            found.push({ id: row.id, saved: saved && { ...saved, ...assignment } });
          }
          return found;
        },
      );
      this.#announce(
        'changed',
        changed.map(({ id }) => id),
        changed.map(({ saved }) => saved),
      );
    });
  }

  /** Deletes visits with all that belongs to them. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.store, 'visit', ids);
  }

  /** Tells of every change of the record, in this tab or another. Returns what ends the listening. */
  onChange(listener: ChangeListener): () => void {
    return this.store.changes.listen(listener);
  }

  /** @param settled versions that are replaced; `same-version` where nothing is said of the visit itself */
  #rewrite(
    id: string,
    change: (content: VisitContent) => VisitContent,
    settled: readonly string[] | 'same-version' = [],
  ): Promise<boolean> {
    return guarded(async () => {
      const done = await this.store.write(
        ['examinations'],
        async (opened) => {
          const row = await this.#row(opened, id);
          if (!row) return undefined;
          const content = await openContent(opened.key, row);
          const changed = change(content);
          const next =
            settled === 'same-version' ? changed : this.#changed(opened, content, changed, settled);
          return rewritten(opened.key, row, next);
        },
        async (writing, prepared) => {
          if (!prepared) return undefined;
          return (await replaceRow(writing, prepared.row)) ? prepared : again;
        },
      );
      if (!done) return false;
      this.#announce('changed', [id], [done.saved]);
      return true;
    });
  }

  #changed(
    { keyId }: Opened,
    before: VisitContent,
    after: VisitContent,
    settled: readonly string[] = [],
  ): VisitContent {
    const now = { ...after, updatedAt: this.#now() };
    return { ...now, lineage: changedBy(keyId, before, now, visitFields, settled) };
  }

  #row({ database }: Opened, id: string): Promise<VisitRow | undefined> {
    return database.getFromIndex('examinations', 'id', id);
  }

  #announce(
    kind: 'added' | 'changed',
    ids: readonly string[],
    rows: readonly (VisitSummary | undefined)[],
  ): void {
    const saved = rows.filter((row) => row !== undefined);
    this.store.changes.announce({ kind, of: 'visit', ids, saved });
  }

  #now(): number {
    return this.store.now().getTime();
  }
}
