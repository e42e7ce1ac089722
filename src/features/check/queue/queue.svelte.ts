/**
 * The pictures at hand on the classify page; they outlive a visit to another page.
 * Longer than 300 lines: opening, reading, settling and saving are one state machine over one list.
 */
import { conditionInfo } from '../../../i18n/conditions';
import { asFailure, Failure } from '../../../failure';
import { failureWords } from '../../../i18n/failure-words';
import { m } from '../../../i18n/paraglide/messages.js';
import { doubleChecks } from '../../../domain/double-check';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { centredCrop, clampCrop, type Crop } from '../../../domain/crop';
import type { Head } from '../../../domain/learning/head';
import type { Prediction } from '../../../domain/prediction';
import type { VisitRepository } from '../../../records/record';
import type { RecordChange, Written } from '../../../records/changes';
import type { Readiness } from '../../../app/readiness.svelte';
import { isOneOf, nobody, type NextSubject } from '../../../app/subject.svelte';
import type { Lease } from '../../../app/work/work.svelte';
import type { Progress } from '../../../worker/protocol';
import { byUrgency } from './by-urgency';
import { QueuedPicture, type Origin } from './queued-picture.svelte';
import { VisitSaver, type SaverParts } from './visit-saver.svelte';

export interface QueueParts extends SaverParts {
  readonly readiness: Pick<Readiness, 'prepare' | 'ready' | 'passTime' | 'sawPass'>;
  readonly visits: SaverParts['visits'] & Pick<VisitRepository, 'onChange'>;
  /** What the person wants of every picture; `doubleCheck` is null while they have not said. */
  readonly preferences: {
    readonly doubleCheck: boolean | null;
    readonly impressionFirst: boolean;
    readonly mode: 'self' | 'clinician';
  };
  /** The head that was learnt here, where one is in use. */
  readonly head: () => Promise<Head | undefined>;
  /** What the next pictures are of. */
  readonly subject: Pick<NextSubject, 'value' | 'finish'>;
}

/** The picture that is being decoded to be looked at. */
interface Opening {
  readonly item: QueuedPicture;
  readonly abort: AbortController;
  /** Never rejects. */
  readonly done: Promise<void>;
}

export class Queue {
  readonly #parts: QueueParts;
  readonly saver: VisitSaver;
  #doubleCheck = $state.raw<boolean>();
  /** Ends the double-checks of the pictures at hand. */
  #settling = new AbortController();
  #items = $state.raw<readonly QueuedPicture[]>([]);
  #selected = $state.raw<QueuedPicture>();
  #run = $state.raw<AbortController>();
  #announcement = $state.raw('');
  #opening: Opening | undefined;
  /** Held while the page holds the only copy of a picture. */
  #unread: Lease | undefined;
  /** Why nothing came of the last attempt to bring in a picture; empty for nothing. */
  hint = $state('');
  readonly #done = $derived(this.#items.filter(({ stage }) => stage === 'done' || stage === 'failed').length);

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.saver = new VisitSaver(parts, () => this.#holdUnread());
    parts.visits.onChange((change) => this.#follow(change));
  }

  get items(): readonly QueuedPicture[] {
    return this.#items;
  }

  get selected(): QueuedPicture | undefined {
    return this.#selected;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** How many pictures are finished, checked or failed. */
  get done(): number {
    return this.#done;
  }

  /** Whether pictures are double-checked: as chosen for those at hand, or always, or by how fast the device is. */
  get doubleCheck(): boolean {
    const { preferences, readiness } = this.#parts;
    return this.#doubleCheck ?? doubleChecks(preferences.doubleCheck, readiness.passTime);
  }

  set doubleCheck(doubleCheck: boolean) {
    this.#doubleCheck = doubleCheck;
  }

  /** Whether a result is held back until the clinician has said what they think. */
  holdsBack({ impression, resultSeen }: QueuedPicture): boolean {
    const { impressionFirst, mode } = this.#parts.preferences;
    return impressionFirst && mode === 'clinician' && impression === null && !resultSeen;
  }

  /** What has just happened, for those who hear the page. */
  get announcement(): string {
    return this.#announcement;
  }

  /**
   * Takes pictures in: a queue of several grows, a single picture makes room for the new ones. From now on they
   * are of what was chosen last.
   */
  accept(pictures: readonly Blob[], origin: Omit<Origin, 'subject'>): void {
    if (pictures.length === 0) return;
    this.hint = '';
    if (this.#items.length <= 1) this.reset();
    const subject = this.#parts.subject.value;
    const added = pictures.map((picture) => new QueuedPicture(picture, { ...origin, subject }));
    this.#items = [...this.#items, ...added];
    this.#holdUnread();
    if (added.length > 1) this.#announcement = m.classify_announce_added({ count: added.length });
    if (!this.#selected && added[0]) this.select(added[0]);
  }

  select(item: QueuedPicture): void {
    if (this.#selected === item) return;
    this.#selected?.closePreview();
    this.#selected = item;
    this.#open(item);
  }

  /** Checks a waiting picture with its present crop. It is saved in the background. */
  async classify(item: QueuedPicture): Promise<void> {
    if (this.#run || item.stage !== 'waiting') return;
    await this.#during((signal) => this.#read(item, signal));
    void this.saver.save(item);
    void this.#settle(item);
  }

  /**
   * Reads every picture that waits, also those that come meanwhile. Then the most urgent comes first and is on the
   * page: nobody need find it among many.
   */
  async classifyAll(): Promise<void> {
    if (this.#run) return;
    await this.#during(async (signal) => {
      let item: QueuedPicture | undefined;
      while (!signal.aborted && (item = this.#items.find(({ stage }) => stage === 'waiting'))) {
        await this.#read(item, signal);
        await this.saver.save(item);
        void this.#settle(item);
      }
      if (signal.aborted) return;
      this.#items = byUrgency(this.#items, this.#parts.readiness.ready?.manifest);
      if (this.#items[0]) this.select(this.#items[0]);
    });
  }

  /** In the background: the pictures that come after do not wait for it. */
  async #settle(item: QueuedPicture): Promise<void> {
    if (!this.doubleCheck || item.stage !== 'done') return;
    // Set at once, so that its status line does not appear after the result.
    item.settling = true;
    const { signal } = this.#settling;
    const { settle } = await import('./settle');
    await settle(item, { ...this.#parts, saver: this.saver }, signal);
  }

  /** Says on which day all pictures were taken that are not read yet. */
  dateAll(day: IsoDay): void {
    for (const item of this.#items) if (item.saving.kind === 'not-yet') item.givenDay = day;
  }

  /** Stops reading; what is read already stays. */
  stop(): void {
    this.#run?.abort();
  }

  /** Tries a picture again that could not be opened or read. */
  retry(item: QueuedPicture): void {
    item.restart();
    if (item === this.#selected && !item.preview) this.#open(item);
  }

  /** Closes checked and saved pictures when the next pictures are of somebody else. */
  makeRoom(): void {
    const { value } = this.#parts.subject;
    const isOver = this.#items.every(({ chosen, saving }) => saving.kind === 'saved' && chosen !== value);
    if (value !== nobody && isOver) this.reset();
  }

  /** Closes all pictures. This ends a visit of which a picture was checked. */
  reset(): void {
    this.stop();
    this.#settling.abort();
    this.#settling = new AbortController();
    this.#run = undefined;
    this.#opening?.abort.abort();
    for (const item of this.#items) {
      if (item.stage === 'done') this.#parts.subject.finish(item.chosen);
      item.discard();
    }
    this.#items = [];
    this.#selected = undefined;
    this.#doubleCheck = undefined;
    this.#announcement = '';
    this.#holdUnread();
  }

  async #during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    const lease = this.#parts.work.hold({ what: 'queue', stop: () => run.abort(), lossIfStopped: false });
    try {
      await work(run.signal);
    } finally {
      lease.end();
      if (this.#run === run) this.#run = undefined;
    }
  }

  /** Opens a picture to be looked at; one that was being opened for that is not wanted any more. */
  #open(item: QueuedPicture): void {
    this.#opening?.abort.abort();
    const abort = new AbortController();
    const done = this.#look(item, abort.signal).then(
      () => {
        if (item.stage === 'waiting' && item.preview) this.#announcement = m.classify_announce_opened();
      },
      (thrown: unknown) => {
        const failure = asFailure(thrown);
        if (failure.code !== 'aborted' && item.stage === 'waiting') this.#fail(item, failure);
      },
    );
    this.#opening = { item, abort, done };
  }

  /** Stops opening the selected picture, which may take a while where it has to be converted. It can be tried again. */
  stopOpening(): void {
    const opening = this.#opening;
    if (opening?.item.stage !== 'waiting' || opening.item.preview) return;
    opening.abort.abort();
    this.#fail(opening.item, new Failure('aborted', 'opening'));
  }

  /** The only place that opens a picture before it is classified. */
  async #look(item: QueuedPicture, signal: AbortSignal): Promise<void> {
    const opened = await this.#parts.inference.call('open', { picture: item.picture }, { signal });
    if (item.discarded || item !== this.#selected || item.preview) opened.preview.close();
    else item.preview = opened.preview;
    const { width, height, quality, capturedOn } = opened;
    if (!item.thumbnail) item.showThumbnail(opened.thumbnail);
    item.facts ??= { width, height, quality, first: centredCrop(opened), capturedOn };
    item.frame ??= item.facts.first;
  }

  async #read(item: QueuedPicture, signal: AbortSignal): Promise<void> {
    item.restart();
    item.stage = 'reading';
    try {
      await unlessAborted(this.#parts.readiness.prepare(), signal);
      if (!item.facts && this.#opening?.item === item) await unlessAborted(this.#opening.done, signal);
      if (!item.facts) await this.#look(item, signal);
      if (!item.frame || !item.facts) throw new Failure('internal', 'nothing was opened');
      item.frame = clampCrop(item.frame, item.facts);
      await this.saver.meet(item);
      item.prediction = await this.#classify(item, item.frame, signal);
      this.#parts.readiness.sawPass(item.prediction.times.inference);
      item.resultSeen = !this.holdsBack(item);
      item.stage = 'done';
      this.#announce(item.prediction, item.resultSeen);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code === 'aborted') {
        item.stage = 'waiting';
        this.#announcement = m.failure_aborted();
      } else {
        this.#fail(item, failure);
      }
    }
  }

  /** The prediction as soon as it is there; the copy for the record follows by itself. */
  #classify(item: QueuedPicture, frame: Crop, signal: AbortSignal): Promise<Prediction> {
    return new Promise((resolve, reject) => {
      const onProgress = (progress: Progress<'classify'>): void => {
        if (progress.kind === 'prediction') resolve(progress.prediction);
      };
      const { head, inference } = this.#parts;
      const wanted = { picture: item.picture, frame, store: true };
      const call = head().then((used) =>
        inference.call('classify', { ...wanted, head: used }, { signal, onProgress }),
      );
      item.copy = call.then(({ stored }) => stored).catch(() => null);
      call.then(({ prediction }) => resolve(prediction), reject);
    });
  }

  #fail(item: QueuedPicture, failure: Failure): void {
    item.failure = failure;
    item.stage = 'failed';
    this.#announcement = m.classify_announce_failed({ name: item.name, reason: failureWords(failure.code) });
  }

  #announce(prediction: Prediction, shown: boolean): void {
    const count = this.#items.length;
    const result = !shown
      ? m.impression_waiting()
      : prediction.accepted
        ? m.classify_announce_result({ name: conditionInfo(prediction.top, prediction.words).name })
        : m.reading_refused_title();
    this.#announcement =
      count > 1 ? `${m.classify_queue_progress({ done: this.done, total: count })}. ${result}` : result;
  }

  /** What was deleted, joined or put back, here or elsewhere, changes what a picture belongs to, or where it is saved. */
  #follow(change: RecordChange): void {
    if (change.kind === 'cleared') this.reset();
    if (!('ids' in change)) return;
    for (const item of this.#items) {
      // A picture that was removed may be put back with any visit.
      const isMoved = change.of === 'visit' && item.stored && change.ids.includes(item.stored.visit);
      if (isMoved || item.saving.kind === 'deleted') void this.saver.follow(item);
      if (change.kind === 'added') this.#giveBack(item, change);
      if (change.kind !== 'removed') continue;
      if (change.of === 'visit') {
        const { visit, ...owner } = item.subject;
        if (visit !== undefined && change.ids.includes(visit)) {
          item.subject = change.into === undefined ? owner : { ...owner, visit: change.into };
        }
      } else if (isOneOf(item.subject, change.of, change.ids)) {
        item.lost = item.subject;
        item.subject = nobody;
      }
    }
  }

  /** The deletion of its patient or lesion was undone. A visit that was saved meanwhile stays as it was saved. */
  #giveBack(item: QueuedPicture, { of, ids }: Written): void {
    if (!item.lost || !isOneOf(item.lost, of, ids)) return;
    if (item.saving.kind !== 'saved') item.subject = item.lost;
    item.lost = undefined;
  }

  #holdUnread(): void {
    if (this.#items.some(({ onlyCopy }) => onlyCopy)) {
      const stop = (): void => this.reset();
      this.#unread ??= this.#parts.work.hold({ what: 'unread-pictures', stop, lossIfStopped: true });
    } else {
      this.#unread?.end();
      this.#unread = undefined;
    }
  }
}

/** The value of `promise`, or a failure `aborted` as soon as `signal` aborts. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Failure('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject);
  });
}
