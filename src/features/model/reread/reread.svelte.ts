/**
 * Pictures that another version of the model in use has read are read again, in the background. What is done is known by
 * the record: each picture names the version that read it, so that this goes on wherever it was stopped.
 */
import { asFailure, Failure } from '../../../failure';
import { atLeast } from '../../../domain/advice';
import type { Manifest } from '../../../domain/pack/manifest';
import { packKey } from '../../../domain/pack/key';
import { byDay, type PictureRecord, type VisitRecord } from '../../../domain/visit/visit';
import { inference } from '../../../app/inference';
import { currentHead } from '../../../app/learning/current-head';
import { readiness } from '../../../app/readiness.svelte';
import { record } from '../../../app/record';
import { Task } from '../../../app/work/task.svelte';
import { judgeVisit } from '../../visit/signs/answers';
import { needsReading, stepOf, type Raised } from './wanted';

/** Visits that are opened at a time: each brings its embeddings. */
const chunk = 50;

class Reread {
  /** The share of the visits; it goes on while the person looks at other pages. */
  readonly task = new Task('reread', { onPage: false });
  #done = $state<number>();
  #skipped = $state(0);
  #raised = $state.raw<readonly Raised[]>([]);
  #left = $state<boolean>();
  #by = $state<string>();

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

  /** Whether any picture is left to read; undefined while that is not known. */
  get left(): boolean | undefined {
    return this.#left;
  }

  /** The key of the model that the last run has read with. */
  get by(): string | undefined {
    return this.#by;
  }

  /** Finds out whether any picture is left, from the oldest visit on. Never rejects. */
  async look(manifest: Manifest, signal: AbortSignal): Promise<void> {
    this.#left = undefined;
    try {
      for await (const { visit } of visits(signal)) {
        if (visit.damaged || !visit.pictures.some(({ reading }) => needsReading(reading, manifest))) continue;
        this.#left = true;
        return;
      }
      this.#left = false;
    } catch {
      // Looked for in vain, it is offered: the run says what is wrong.
      this.#left = signal.aborted ? undefined : true;
    }
  }

  /** Reads what is left. Never rejects. */
  async run(): Promise<void> {
    if (this.task.running) return;
    this.#done = 0;
    this.#skipped = 0;
    this.#raised = [];
    await this.task.run(async (signal, tell) => {
      const { manifest } = await readiness.prepare();
      this.#by = packKey(manifest);
      await this.#readAll(manifest, signal, tell);
    });
  }

  async #readAll(manifest: Manifest, signal: AbortSignal, tell: (share: number) => void): Promise<void> {
    for await (const { visit, share } of visits(signal)) {
      if (!visit.damaged) await this.#readVisit(visit, manifest, signal);
      tell(share);
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

/** All visits that are not damaged by what the catalogue knows, oldest first, and the share that is done with each. */
async function* visits(signal: AbortSignal) {
  await record.catalogue.build();
  const ids = [...record.catalogue.visits.values()]
    .filter(({ damaged }) => !damaged)
    .sort(byDay)
    .map(({ id }) => id);
  for (let from = 0; from < ids.length; from += chunk) {
    signal.throwIfAborted();
    const some = await record.visits.records(ids.slice(from, from + chunk));
    for (const [at, visit] of some.entries()) {
      signal.throwIfAborted();
      yield { visit, share: (from + at + 1) / ids.length };
    }
  }
}

export const reread = new Reread();
