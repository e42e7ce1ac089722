/** Learning from what was found on this device: what there is to learn from, the learning, and the heads. */
import { asFailure, type Failure } from '../../../failure';
import {
  correctionsOf,
  missingFor,
  type Correction,
  type Corrections,
} from '../../../domain/learning/corrections';
import type { Head, HeadSource } from '../../../domain/learning/head';
import type { Manifest } from '../../../domain/pack/manifest';
import type { VisitRecord } from '../../../domain/visit/visit';
import { heads } from '../../../app/learning/heads';
import { inference } from '../../../app/inference';
import { record } from '../../../app/record';
import { Task } from '../../../app/work/task.svelte';
import type { LearningExample, LearntHead } from '../../../worker/protocol';
import type { OpenedUpdate } from './opened-updates.svelte';

/** Visits that are opened at a time: each brings its embeddings. */
const chunk = 50;

/** A picture of which the learnt head says something else. */
interface Changed {
  readonly correction: Correction;
  readonly before: string;
  readonly after: string;
}

export interface Proposal extends Pick<LearntHead, 'head' | 'report'> {
  readonly changed: readonly Changed[];
  /** What it was merged from; absent where it was learnt here. */
  readonly sources?: readonly HeadSource[];
}

/** Of the pictures with a finding, what the guard needs. */
function examplesOf(corrections: readonly Correction[]): LearningExample[] {
  return corrections.map(({ embedding, code, weight, domain, lesion }) => ({
    embedding,
    code,
    weight,
    domain,
    lesion,
  }));
}

export class Learning {
  readonly task = new Task('learning');
  readonly merging = new Task('learning');
  #corrections = $state.raw<Corrections>();
  #heads = $state.raw<readonly Head[]>([]);
  #used = $state.raw<string>();
  #proposal = $state.raw<Proposal>();
  #noBank = $state(false);
  #failure = $state.raw<Failure>();

  /** Undefined until they are read. */
  get corrections(): Corrections | undefined {
    return this.#corrections;
  }

  /** The newest first. */
  get heads(): readonly Head[] {
    return this.#heads;
  }

  /** The head in use for the model; undefined where its own is. */
  usedFor({ id, version }: Manifest): Head | undefined {
    return this.#heads.find(
      (head) => head.id === this.#used && head.pack.id === id && head.pack.version === version,
    );
  }

  get missing(): ReturnType<typeof missingFor> {
    return missingFor(this.#corrections?.usable ?? []);
  }

  /** What the last learning came to, until it is adopted or dropped. */
  get proposal(): Proposal | undefined {
    return this.#proposal;
  }

  /** Whether the model brings nothing to learn with. */
  get noBank(): boolean {
    return this.#noBank;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Reads what was found of the pictures that this model read, and the heads that are kept. */
  async load(manifest: Manifest): Promise<void> {
    this.#failure = undefined;
    try {
      await this.#readHeads();
      await record.catalogue.build();
      const found = [...record.catalogue.visits.values()].filter(
        (visit) => !visit.damaged && (visit.diagnosis ?? visit.histology) !== undefined,
      );
      const pack = {
        id: manifest.id,
        version: manifest.version,
        codes: manifest.classes.map(({ code }) => code),
      };
      const visits: VisitRecord[] = [];
      for (let from = 0; from < found.length; from += chunk) {
        const some = await record.visits.records(found.slice(from, from + chunk).map(({ id }) => id));
        visits.push(...some.filter((visit) => !visit.damaged));
      }
      visits.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
      this.#corrections = correctionsOf(visits, pack);
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }

  async learn(): Promise<void> {
    const usable = this.#begin();
    const corrections = examplesOf(usable);
    const learnt = await this.task.run((signal, tell) =>
      inference.call('learn', { corrections }, { signal, onProgress: ({ share }) => tell(share) }),
    );
    this.#propose(learnt, usable);
  }

  /** Merges what devices of colleagues learnt; the guard judges it by what was found here. */
  async merge(updates: readonly OpenedUpdate[]): Promise<void> {
    const usable = this.#begin();
    const merged = await this.merging.run((signal) =>
      inference.call(
        'mergeHeads',
        { corrections: examplesOf(usable), updates: updates.map(({ update }) => update) },
        { signal },
      ),
    );
    const sources = updates.map(({ name, update: { day, lesions, noise } }, at) => ({
      name,
      day,
      lesions,
      outlier: merged?.outliers.includes(at) ?? false,
      ...(noise && { epsilon: noise.epsilon }),
    }));
    this.#propose(merged, usable, sources);
  }

  #begin(): readonly Correction[] {
    this.#proposal = undefined;
    this.#noBank = false;
    return this.#corrections?.usable ?? [];
  }

  #propose(
    found: LearntHead | null | undefined,
    usable: readonly Correction[],
    sources?: readonly HeadSource[],
  ): void {
    if (found === null) this.#noBank = true;
    if (!found) return;
    const changed = found.answers.flatMap(({ before, after }, at) => {
      const correction = usable[at];
      return correction && before !== after ? [{ correction, before, after }] : [];
    });
    this.#proposal = { head: found.head, report: found.report, changed, ...(sources && { sources }) };
  }

  /** Uses the head that was learnt or merged for every picture from now on. */
  adopt(): Promise<void> {
    const proposal = this.#proposal;
    if (!proposal || proposal.report.refusals.length > 0) return Promise.resolve();
    const { head, report, sources } = proposal;
    return this.#change(async () => {
      await heads.adopt({
        ...head,
        report,
        id: crypto.randomUUID(),
        createdAt: Date.now(),
        ...(sources && { sources }),
      });
      this.#proposal = undefined;
    });
  }

  use(head: Head | undefined): Promise<void> {
    return this.#change(() => heads.use(head?.id));
  }

  remove(head: Head): Promise<void> {
    return this.#change(() => heads.remove(head.id));
  }

  async #change(change: () => Promise<void>): Promise<void> {
    this.#failure = undefined;
    try {
      await change();
      await this.#readHeads();
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }

  async #readHeads(): Promise<void> {
    const found = await heads.all();
    this.#heads = found.heads;
    this.#used = found.used;
  }
}
