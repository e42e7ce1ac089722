/** The answers to the warning signs, the advice that follows, and how both are saved. */
import { packOf } from '../../../domain/pack/in-use';
import type { Manifest } from '../../../domain/pack/manifest';
import type { Prediction } from '../../../domain/prediction';
import type { PictureRecord, Remarks } from '../../../domain/visit/visit';
import { visitAdvice } from '../../../domain/visit/visit-advice';
import type { VisitRepository } from '../../../records/record';
import { noAnswers, signsOpen, warningSigns, type WarningSigns } from '../../../domain/warning-signs';
import { adviceFor, type Advice } from '../../../domain/advice';
import { Draft } from '../../../app/drafts/draft.svelte';
import { conditionInfo } from '../../../i18n/conditions';

/** What the record keeps of them. */
export type Answers = Pick<Remarks, 'checklist' | 'triage'>;

/** @param manifest of the pack that read the picture, if it is the one in use */
export function judge(
  prediction: Prediction,
  manifest: Manifest | undefined,
  checklist?: WarningSigns,
): Advice {
  const own = packOf(prediction, manifest);
  return adviceFor(prediction, (code) => conditionInfo(code, prediction.words ?? own).advice, checklist);
}

/** A picture of a visit with its prediction. */
export type AdvisedPicture = Pick<PictureRecord, 'kind' | 'reading'>;

/** The advice from all pictures of a visit; otherwise as `judge`. */
export function judgeVisit(
  pictures: readonly [AdvisedPicture, ...AdvisedPicture[]],
  manifest: Manifest | undefined,
  checklist?: WarningSigns | null,
): Advice {
  const kindOf = (code: string, { reading: prediction }: AdvisedPicture) =>
    conditionInfo(code, prediction.words ?? packOf(prediction, manifest)).advice;
  return visitAdvice(pictures, kindOf, checklist ?? undefined);
}

/** A checklist that nobody has touched is kept as none. */
export function answersOf(checklist: WarningSigns, shown: Advice): Answers {
  const touched = signsOpen(checklist).length < warningSigns.length;
  return { checklist: touched ? checklist : null, triage: shown };
}

/**
 * The form of the questions about a visit: every answer is saved at once, one after the other. Two windows that
 * answer different questions both keep their answers.
 * @param records where the visit is
 * @param judged gives the advice for answers
 * @param kept what the record holds now
 */
export function signsDraft(
  records: Pick<VisitRepository, 'edit' | 'records'>,
  id: string,
  judged: (checklist: WarningSigns) => Advice,
  kept: Answers,
): Draft<WarningSigns> {
  return new Draft<WarningSigns>({
    form: `signs:${id}`,
    row: kept.checklist ?? noAnswers,
    pause: 0,
    save: async (change, seen) => {
      const checklist = { ...seen, ...change };
      const answers = answersOf(checklist, judged(checklist));
      const done = await records.edit(id, answers, kept);
      if (done) kept = answers;
      return done;
    },
    load: async () => {
      const [visit] = await records.records([id]);
      if (!visit || visit.damaged) return undefined;
      kept = { checklist: visit.checklist, triage: visit.triage };
      return kept.checklist ?? noAnswers;
    },
  });
}
