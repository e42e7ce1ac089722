/**
 * Pictures that another version of the model in use has read are read again, in the background. What is done is known by
 * the record: each picture names the version that read it, so that this goes on wherever it was stopped.
 */
import { asFailure, Failure } from '../../../failure';
import { atLeast } from '../../../domain/advice';
import type { Manifest } from '../../../domain/pack/manifest';
import type { PictureRecord, VisitRecord } from '../../../domain/visit/visit';
import { inference } from '../../../app/inference';
import { currentHead } from '../../../app/learning/current-head';
import { readiness } from '../../../app/readiness.svelte';
import { record } from '../../../app/record';
import { work } from '../../../app/work/work.svelte';
import { judgeVisit } from '../../visit/signs/answers';
import { needsReading, stepOf, type Raised } from './wanted';

/** Visits that are opened at a time: each brings its embeddings. */
const chunk = 50;

class Reread {
  #running = $state(false);
  #share = $state(0);
  #done = $state<number>();
  #skipped = $state(0);
  #raised = $state.raw<readonly Raised[]>([]);
  #failure = $state.raw<Failure>();
  #stop = new AbortController();

  get running(): boolean {
    return this.#running;
  }

  /** 0..1 of the visits. */
  get share(): number {
    return this.#share;
  }

  /** Pictures that the last run has read; undefined before there was one. */
  get done(): number | undefined {
    return this.#done;
  }

  /** Pictures that could not be read: they keep their result. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Visits whose advice has become more urgent by it. */
  get raised(): readonly Raised[] {
    return this.#raised;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Reads what is left. Never rejects. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#stop = new AbortController();
    this.#running = true;
    this.#share = 0;
    this.#done = 0;
    this.#skipped = 0;
    this.#raised = [];
    this.#failure = undefined;
    const lease = work.hold({
      what: 'reread',
      stop: () => this.stop(),
      lossIfStopped: false,
      share: () => this.#share,
    });
    try {
      const { manifest } = await readiness.prepare();
      await this.#readAll(manifest, this.#stop.signal);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code !== 'aborted') this.#failure = failure;
    } finally {
      lease.end();
      this.#running = false;
    }
  }

  async #readAll(manifest: Manifest, signal: AbortSignal): Promise<void> {
    await record.catalogue.build();
    const ids = [...record.catalogue.visits.values()].filter(({ damaged }) => !damaged).map(({ id }) => id);
    for (let from = 0; from < ids.length; from += chunk) {
      const some = await record.visits.records(ids.slice(from, from + chunk));
      for (const [at, visit] of some.entries()) {
        if (!visit.damaged) await this.#readVisit(visit, manifest, signal);
        this.#share = (from + at + 1) / ids.length;
      }
    }
  }

  async #readVisit(visit: VisitRecord, manifest: Manifest, signal: AbortSignal): Promise<void> {
    const wanted = visit.pictures.filter(({ reading }) => needsReading(reading, manifest));
    if (wanted.length === 0) return;
    const before = stepOf(visit, manifest);
    for (const picture of wanted) await this.#readPicture(visit.id, picture, manifest, signal);
    const [now] = await record.visits.records([visit.id]);
    if (!now || now.damaged) return;
    const step = stepOf(now, manifest);
    if (step !== before && atLeast(step, before) === step) {
      const { words } = now.pictures[0].reading;
      this.#raised = [...this.#raised, { id: now.id, day: now.day, step, words }];
    }
  }

  async #readPicture(
    visit: string,
    { id, frame, reading: before }: PictureRecord,
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const picture = await record.visits.image(id);
    const careful = before.views !== undefined;
    const head = await currentHead();
    const read =
      picture &&
      (await inference
        .call('classify', { picture, frame, careful, head }, { signal, background: true })
        .catch((thrown: unknown) => {
          const failure = asFailure(thrown);
          // One picture that cannot be read keeps no other from it.
          if (failure.code.startsWith('picture-')) return undefined;
          throw failure;
        }));
    if (!read) {
      this.#skipped += 1;
      return;
    }
    const { prediction } = read;
    // Another model, or another version, was taken into use meanwhile.
    if (needsReading(prediction, manifest) || prediction.pack.id !== manifest.id) {
      throw new Failure('aborted', 'another model');
    }
    const kept = await record.visits.readAnew(visit, id, frame, prediction, (pictures, signs) =>
      judgeVisit(pictures, manifest, signs),
    );
    if (kept) this.#done = (this.#done ?? 0) + 1;
  }
}

/** It goes on while the person looks at other pages. */
export const reread = new Reread();
