/** Saves a picture's result in the record, and later answers and remarks. */
import { answersOf, judgeVisit, signsDraft, type Answers } from '../../visit/signs/answers';
import type { Subject } from '../../../app/subject.svelte';
import type { Readiness } from '../../../app/readiness.svelte';
import type { Work } from '../../../app/work/work.svelte';
import type { Advice } from '../../../domain/advice';
import type { Impression } from '../../../domain/impression';
import type { NewPicture, NewVisit } from '../../../domain/visit/visit';
import { noAnswers, type WarningSigns } from '../../../domain/warning-signs';
import { asFailure, Failure } from '../../../failure';
import type { Advise, VisitRepository } from '../../../records/record';
import type { InferenceClient } from '../../../worker/client';
import type { QueuedPicture, Saving } from './queued-picture.svelte';

export interface SaverParts {
  readonly inference: Pick<InferenceClient, 'call'>;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly visits: Pick<
    VisitRepository,
    'add' | 'addPicture' | 'readAgain' | 'settle' | 'edit' | 'assign' | 'records' | 'holding'
  >;
  readonly work: Pick<Work, 'hold'>;
}

export class VisitSaver {
  readonly #parts: SaverParts;
  readonly #onsaved: () => void;
  /** The last look-up of each picture: an earlier one that ends later does not count. */
  readonly #following = new WeakMap<QueuedPicture, symbol>();
  #mishap = $state.raw<Failure>();

  /** @param onsaved called for every saved picture */
  constructor(parts: SaverParts, onsaved: () => void) {
    this.#parts = parts;
    this.#onsaved = onsaved;
  }

  /** A result that could not be saved after its picture had left the page. */
  get mishap(): Failure | undefined {
    return this.#mishap;
  }

  dismissMishap(): void {
    this.#mishap = undefined;
  }

  /** Keeps a result in the history; also called to try again. A second call while the first runs does nothing. */
  async save(item: QueuedPicture): Promise<void> {
    const { prediction, frame, reads } = item;
    if (!prediction || !frame || item.saving.kind === 'saving' || item.saving.kind === 'saved') return;
    // The picture may be checked again meanwhile; then its saving state belongs to the later check.
    const tell = (saving: Saving): void => {
      if (item.reads === reads) item.saving = saving;
    };
    const lease = this.#parts.work.hold({ what: 'save', lossIfStopped: true });
    tell({ kind: 'saving' });
    try {
      const copy =
        (await item.copy) ??
        (await this.#parts.inference.call('storedCopy', { picture: item.picture, frame }));
      if (item.reads === reads) item.copy = Promise.resolve(copy);
      item.showThumbnail(copy.thumbnail);
      const { picture, thumbnail } = copy;
      const size = { width: copy.width, height: copy.height };
      const { subject, impression } = item;
      const answers = this.#answersOf(item);
      const made = { reading: prediction, picture, thumbnail, size, frame: copy.frame };
      const stored = await this.#keep(item, { ...made, source: item.source }, { ...answers, impression });
      item.onlyCopy = false;
      item.stored = stored;
      if (item.reads === reads) this.#askAt(item, stored.visit, answers);
      tell({ kind: 'saved', id: stored.visit, picture: stored.picture });
      // Answers given while the picture was being saved.
      if (item.subject !== subject) void this.#keepSubject(item, stored.visit);
      if (item.impression !== impression) void this.#keepImpression(item, stored.visit, impression);
      if (answers.checklist !== this.#answersOf(item).checklist) void this.#keepAnswers(item);
      if (item.reads === reads && item.prediction !== prediction) void this.settle(item);
    } catch (thrown) {
      const failure = asFailure(thrown);
      tell({ kind: 'failed', failure });
      if (item.discarded || item.reads !== reads) this.#mishap = failure;
    } finally {
      lease.end();
      this.#onsaved();
    }
  }

  /**
   * Looks up the visit that a picture joins, before it is read: its other pictures and its answers count as well. Never
   * rejects: a picture that cannot join becomes a visit of its own.
   */
  async meet(item: QueuedPicture): Promise<void> {
    const id = item.stored?.visit ?? item.subject.visit;
    if (id === undefined) return;
    const [visit] = await this.#parts.visits.records([id]).catch(() => []);
    if (!visit || visit.damaged) return;
    item.company = visit.pictures.filter((picture) => picture.id !== item.stored?.picture);
    if (item.checklist === noAnswers) item.checklist = visit.checklist ?? noAnswers;
    item.impression ??= visit.impression;
  }

  /**
   * Looks up where a saved picture is once its visit has changed: it may have been removed, joined into another visit, or
   * put back by an undo. Never rejects: what cannot be looked up stays as it was.
   */
  async follow(item: QueuedPicture): Promise<void> {
    const { stored, reads } = item;
    if (!stored) return;
    const { visits } = this.#parts;
    const turn = Symbol();
    this.#following.set(item, turn);
    try {
      const id = await visits.holding(stored.picture);
      const [visit] = await visits.records([id ?? stored.visit]);
      if (this.#following.get(item) !== turn || item.reads !== reads) return;
      const isShown = item.saving.kind === 'saved' || item.saving.kind === 'deleted';
      if (id === undefined) {
        if (isShown) item.saving = { kind: 'deleted', of: visit ? 'picture' : 'visit' };
        return;
      }
      item.stored = { visit: id, picture: stored.picture };
      if (isShown) item.saving = { kind: 'saved', id, picture: stored.picture };
      if (!visit || visit.damaged) return;
      item.company = visit.pictures.filter((picture) => picture.id !== stored.picture);
      if (id === stored.visit || !item.answers) return;
      item.checklist = visit.checklist ?? noAnswers;
      this.#askAt(item, id, { checklist: visit.checklist, triage: visit.triage });
    } catch {
      // The page keeps its former state.
    }
  }

  /** Saves to where it was saved before, or else to the visit that it joins, or else as a new visit. */
  async #keep(
    item: QueuedPicture,
    picture: NewPicture & { readonly thumbnail: Blob },
    said: Answers & Pick<NewVisit, 'impression'>,
  ): Promise<{ readonly visit: string; readonly picture: string }> {
    const { visits } = this.#parts;
    const { stored, capturedOn } = item;
    const advise: Advise = (pictures, signs) =>
      judgeVisit(pictures, this.#parts.readiness.ready?.manifest, signs);
    if (stored && (await visits.readAgain(stored.visit, stored.picture, picture, advise))) return stored;
    const pictureId = crypto.randomUUID();
    const added = { ...picture, pictureId, ...(capturedOn && { capturedOn }) };
    const { visit: joined, ...owner } = item.subject;
    if (joined !== undefined && (await visits.addPicture(joined, added, advise)) !== undefined) {
      await this.#joinImpression(item, joined);
      return { visit: joined, picture: pictureId };
    }
    item.company = [];
    return { visit: await visits.add({ ...said, ...owner, ...added }), picture: pictureId };
  }

  /** What was thought before the result of a picture that joins a visit in which nothing was. */
  async #joinImpression({ impression }: QueuedPicture, id: string): Promise<void> {
    const [visit] = await this.#parts.visits.records([id]);
    if (!impression || !visit || visit.damaged || visit.impression) return;
    await this.#parts.visits.edit(id, { impression }, { impression: null });
  }

  /** Puts the settled result into the record, once there is one of the plain one. */
  async settle(item: QueuedPicture): Promise<void> {
    const { prediction, saving } = item;
    if (!prediction || saving.kind !== 'saved') return;
    const lease = this.#parts.work.hold({ what: 'save', lossIfStopped: true });
    try {
      await this.#parts.visits.settle(
        saving.id,
        prediction,
        (checklist) => this.#judge(item, checklist ?? undefined),
        saving.picture,
      );
    } catch (thrown) {
      this.#mishap = asFailure(thrown);
    } finally {
      lease.end();
    }
  }

  /** Sets the answers about warning signs, and saves them. */
  answer(item: QueuedPicture, checklist: WarningSigns): void {
    item.checklist = checklist;
    void this.#keepAnswers(item);
  }

  /** Takes what the clinician thinks before the result is shown; the record follows. */
  impress(item: QueuedPicture, impression: Impression | null): void {
    const { saving, impression: before } = item;
    item.impression = impression;
    if (item.stage === 'done') item.resultSeen = true;
    if (saving.kind === 'saved') void this.#keepImpression(item, saving.id, before);
  }

  /**
   * Says whose picture it is, also when it is saved already.
   * @throws Failure when the record does not take it; then it stays whose it was
   */
  async assign(item: QueuedPicture, subject: Subject): Promise<void> {
    const { saving, subject: before, lost } = item;
    item.subject = subject;
    item.lost = undefined;
    if (saving.kind !== 'saved') return;
    try {
      await this.#parts.visits.assign([saving.id], subject);
    } catch (thrown) {
      item.subject = before;
      item.lost = lost;
      throw thrown;
    }
  }

  async #keepImpression({ impression }: QueuedPicture, id: string, before: Impression | null): Promise<void> {
    try {
      await this.#parts.visits.edit(id, { impression }, { impression: before });
    } catch (thrown) {
      this.#mishap = asFailure(thrown);
    }
  }

  async #keepSubject(item: QueuedPicture, id: string): Promise<void> {
    try {
      await this.#parts.visits.assign([id], item.subject);
    } catch (thrown) {
      this.#mishap = asFailure(thrown);
    }
  }

  /** From now on answers go to this visit, which holds `kept`. */
  #askAt(item: QueuedPicture, visit: string, kept: Answers): void {
    item.answers = signsDraft(this.#parts.visits, visit, (checklist) => this.#judge(item, checklist), kept);
  }

  #answersOf(item: QueuedPicture): Answers {
    return answersOf(item.checklist, this.#judge(item, item.checklist));
  }

  #judge({ advised }: QueuedPicture, checklist?: WarningSigns): Advice {
    if (!advised) throw new Failure('internal', 'nothing was read');
    return judgeVisit(advised, this.#parts.readiness.ready?.manifest, checklist);
  }

  async #keepAnswers(item: QueuedPicture): Promise<void> {
    const { answers } = item;
    if (!answers) return;
    answers.set(item.checklist);
    await answers.save();
    const { state } = answers;
    if (state.kind === 'failed') this.#mishap = state.failure;
    // Another window may have answered other questions.
    else if (item.answers === answers) item.checklist = answers.values;
  }
}
