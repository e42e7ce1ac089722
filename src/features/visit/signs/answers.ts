/** The answers about a spot, what comes of them, and how the record follows. */
import type { Manifest } from '../../../domain/pack/manifest';
import type { Prediction } from '../../../domain/prediction';
import type { Remarks } from '../../../domain/visit';
import type { VisitRepository } from '../../../records/record';
import { signsOpen, warningSigns, type WarningSigns } from '../../../domain/warning-signs';
import { triage, type Advice } from '../../../domain/advice';
import { conditionInfo } from '../../../i18n/conditions';

/** What the record keeps of them. */
export type Answers = Pick<Remarks, 'checklist' | 'triage'>;

/** @param manifest of the pack that read the picture, if it is the one in use */
export function judge(reading: Prediction, manifest: Manifest | undefined, checklist?: WarningSigns): Advice {
  const { id, version } = reading.pack;
  const own = manifest?.id === id && manifest.version === version ? manifest : undefined;
  return triage(reading, (code) => conditionInfo(code, own).advice, checklist);
}

/** A checklist that nobody has touched is kept as none. */
export function answersOf(checklist: WarningSigns, shown: Advice): Answers {
  const touched = signsOpen(checklist).length < warningSigns.length;
  return { checklist: touched ? checklist : null, triage: shown };
}

/** Writes answers to a visit one after the other, so that quick taps do not overtake one another. */
export class AnswerKeeper {
  readonly #records: Pick<VisitRepository, 'edit'>;
  readonly #id: string;
  #kept: Answers;
  #last: Promise<unknown> = Promise.resolve();

  /** @param kept what the record holds now */
  constructor(records: Pick<VisitRepository, 'edit'>, id: string, kept: Answers) {
    this.#records = records;
    this.#id = id;
    this.#kept = kept;
  }

  /** @throws Failure, also `record-stale` when another tab has answered meanwhile */
  keep(answers: Answers): Promise<void> {
    const written = this.#last.then(async () => {
      await this.#records.edit(this.#id, answers, this.#kept);
      this.#kept = answers;
    });
    this.#last = written.catch(() => undefined);
    return written;
  }
}
