/** The pictures at hand on the classify page; they outlive a visit to another page. */
import { conditionInfo } from '../../../i18n/conditions';
import { topProbability } from '../../visit/result/wording';
import { AnswerKeeper, answersOf, judge, type Answers } from '../../visit/signs/answers';
import { asFailure, Failure } from '../../../failure';
import { failureWords } from '../../../i18n/failure-words';
import { percent } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import { clampCrop } from '../../../domain/crop';
import type { Prediction } from '../../../domain/prediction';
import type { PictureSource } from '../../../domain/visit';
import type { VisitRepository } from '../../../records/record';
import type { Readiness } from '../../../app/readiness.svelte';
import type { WarningSigns } from '../../../domain/warning-signs';
import type { InferenceClient } from '../../../worker/client';
import { QueuedPicture, type Saving } from './queued-picture.svelte';

/** Long side of the preview, px: sharp on a tablet also when zoomed in. */
const previewSide = 2048;

interface Preferences {
  /** Whether every picture is read carefully. */
  readonly careful: boolean;
}

/** What the pictures are of, when the person has said so. */
interface Subject {
  readonly id: string | undefined;
}

export class Queue {
  readonly #inference: Pick<InferenceClient, 'call'>;
  readonly #readiness: Pick<Readiness, 'prepare' | 'ready'>;
  readonly #records: Pick<VisitRepository, 'add' | 'edit' | 'onChange'>;
  readonly #preferences: Preferences;
  readonly #lesion: Subject;
  #careful = $state.raw<boolean>();
  #items = $state.raw<readonly QueuedPicture[]>([]);
  #selected = $state.raw<QueuedPicture>();
  #run = $state.raw<AbortController>();
  #announcement = $state.raw('');
  #mishap = $state.raw<Failure>();
  /** Why nothing came of the last attempt to bring in a picture, in words; empty for nothing. */
  hint = $state('');
  readonly #done = $derived(this.#items.filter(({ stage }) => stage === 'done' || stage === 'failed').length);

  constructor(
    client: Pick<InferenceClient, 'call'>,
    model: Pick<Readiness, 'prepare' | 'ready'>,
    records: Pick<VisitRepository, 'add' | 'edit' | 'onChange'>,
    preferences: Preferences,
    lesion: Subject = { id: undefined },
  ) {
    this.#lesion = lesion;
    this.#inference = client;
    this.#readiness = model;
    this.#records = records;
    this.#preferences = preferences;
    records.onChange((change) => {
      if (change.kind === 'cleared') this.reset();
      if (change.kind === 'removed' && change.of === 'examination') this.#forget(change.ids);
    });
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

  /** How many pictures have come to an end, good or bad. */
  get done(): number {
    return this.#done;
  }

  /** Whether pictures are read carefully: as the person always wants it, or as chosen for those at hand. */
  get careful(): boolean {
    return this.#careful ?? this.#preferences.careful;
  }

  set careful(careful: boolean) {
    this.#careful = careful;
  }

  /** What has just happened, for those who hear the page. */
  get announcement(): string {
    return this.#announcement;
  }

  /** A result that could not be saved after its picture had left the page. */
  get mishap(): Failure | undefined {
    return this.#mishap;
  }

  dismissMishap(): void {
    this.#mishap = undefined;
  }

  /** Takes pictures in: a queue of several grows, a single picture makes room for the new ones. */
  accept(pictures: readonly Blob[], source: PictureSource): void {
    if (pictures.length === 0) return;
    this.hint = '';
    if (this.#items.length <= 1) this.reset();
    const added = pictures.map((picture) => new QueuedPicture(picture, source));
    this.#items = [...this.#items, ...added];
    if (added.length > 1) this.#announcement = m.classify_announce_added({ count: added.length });
    if (!this.#selected && added[0]) this.select(added[0]);
  }

  select(item: QueuedPicture): void {
    if (this.#selected === item) return;
    this.#selected?.closePreview();
    this.#selected = item;
    void this.#open(item);
  }

  /** Reads one picture with its present frame. Its record is saved behind the result's back. */
  async classify(item: QueuedPicture): Promise<void> {
    if (this.#run) return;
    await this.#during((signal) => this.#read(item, signal));
    void this.save(item);
  }

  /** Reads every picture that waits, also those that come meanwhile. */
  async classifyAll(): Promise<void> {
    if (this.#run) return;
    await this.#during(async (signal) => {
      let item: QueuedPicture | undefined;
      while (!signal.aborted && (item = this.#items.find(({ stage }) => stage === 'waiting'))) {
        await this.#read(item, signal);
        await this.save(item);
      }
    });
  }

  /** Stops reading; what is read already stays. */
  stop(): void {
    this.#run?.abort();
  }

  /** Tries a picture again that could not be opened or read. */
  retry(item: QueuedPicture): void {
    item.restart();
    if (item === this.#selected && !item.preview) void this.#open(item);
  }

  /** Takes the answers about the warning signs of a picture's spot; the record follows. */
  answer(item: QueuedPicture, checklist: WarningSigns): void {
    item.checklist = checklist;
    void this.#keepAnswers(item);
  }

  /** Keeps a result in the history; also called to try again. */
  async save(item: QueuedPicture): Promise<void> {
    const { reading, frame } = item;
    if (!reading || !frame || item.saving.kind === 'saving' || item.saving.kind === 'saved') return;
    // The picture may be read anew meanwhile; then the state of its record is another's.
    const tell = (saving: Saving): void => {
      if (item.reading === reading) item.saving = saving;
    };
    tell({ kind: 'saving' });
    try {
      const { picture, thumbnail, ...kept } = await this.#inference.call('keepsake', {
        picture: item.picture,
        frame,
      });
      item.showThumbnail(thumbnail);
      const size = { width: kept.width, height: kept.height };
      const answers = this.#answersOf(item, reading);
      const id = await this.#records.add({
        ...answers,
        source: item.source,
        lesion: this.#lesion.id,
        reading,
        picture,
        thumbnail,
        size,
        frame: kept.frame,
      });
      if (item.reading === reading) item.keeper = new AnswerKeeper(this.#records, id, answers);
      tell({ kind: 'saved', id });
      // Answers that came while the picture was being saved.
      if (answers.checklist !== this.#answersOf(item, reading).checklist) void this.#keepAnswers(item);
    } catch (thrown) {
      const failure = asFailure(thrown);
      tell({ kind: 'failed', failure });
      if (item.discarded || item.reading !== reading) this.#mishap = failure;
    }
  }

  #answersOf({ checklist }: QueuedPicture, reading: Prediction): Answers {
    return answersOf(checklist, judge(reading, this.#readiness.ready?.manifest, checklist));
  }

  async #keepAnswers(item: QueuedPicture): Promise<void> {
    if (!item.reading || !item.keeper) return;
    try {
      await item.keeper.keep(this.#answersOf(item, item.reading));
    } catch (thrown) {
      this.#mishap = asFailure(thrown);
    }
  }

  /** Puts all pictures away. */
  reset(): void {
    this.stop();
    this.#run = undefined;
    for (const item of this.#items) item.discard();
    this.#items = [];
    this.#selected = undefined;
    this.#careful = undefined;
    this.#announcement = '';
  }

  async #during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    try {
      await work(run.signal);
    } finally {
      if (this.#run === run) this.#run = undefined;
    }
  }

  async #open(item: QueuedPicture): Promise<void> {
    try {
      const opened = await this.#inference.call('open', { picture: item.picture, longSide: previewSide });
      if (item.discarded || item !== this.#selected || item.preview) {
        opened.preview.close();
      } else {
        item.preview = opened.preview;
        if (item.stage === 'waiting') this.#announcement = m.classify_announce_opened();
      }
      const { width, height, quality, frame } = opened;
      item.facts ??= { width, height, quality, proposed: frame };
      item.frame ??= frame;
    } catch (thrown) {
      if (item.stage === 'waiting') this.#fail(item, asFailure(thrown));
    }
  }

  async #read(item: QueuedPicture, signal: AbortSignal): Promise<void> {
    item.restart();
    item.stage = 'reading';
    const { picture } = item;
    try {
      await unlessAborted(this.#readiness.prepare(), signal);
      if (!item.frame) {
        const { preview, frame } = await this.#inference.call('open', { picture, longSide: 64 }, { signal });
        preview.close();
        item.frame = frame;
      }
      const size = item.facts;
      if (size) item.frame = clampCrop(item.frame, size);
      item.reading = await this.#inference.call(
        'classify',
        { picture, frame: item.frame, careful: this.careful },
        { signal, onProgress: (progress) => (item.progress = progress) },
      );
      item.stage = 'done';
      this.#announce(item.reading);
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

  #fail(item: QueuedPicture, failure: Failure): void {
    item.failure = failure;
    item.stage = 'failed';
    this.#announcement = m.classify_announce_failed({ name: item.name, reason: failureWords(failure.code) });
  }

  #announce(reading: Prediction): void {
    const count = this.#items.length;
    const result = reading.accepted
      ? m.classify_announce_result({
          name: conditionInfo(reading.top).name,
          percent: percent(topProbability(reading)),
        })
      : m.reading_refused_title();
    this.#announcement =
      count > 1 ? `${m.classify_queue_progress({ done: this.done, total: count })}. ${result}` : result;
  }

  /** The record of a picture was deleted elsewhere. */
  #forget(ids: readonly string[]): void {
    for (const item of this.#items) {
      if (item.saving.kind === 'saved' && ids.includes(item.saving.id)) item.saving = { kind: 'deleted' };
    }
  }
}

/** What `promise` comes to, or `aborted` as soon as `signal` says so. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Failure('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject);
  });
}
