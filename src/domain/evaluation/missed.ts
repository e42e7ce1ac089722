/** The pictures of an evaluation that a person should look at. */
import type { Manifest } from '../pack/manifest';
import { noLesion } from './labels';
import type { EvaluatedPrediction, Outcome } from './outcome';

/** The dangerous ones first. */
const kinds = ['not-flagged', 'refused', 'taken-for-other', 'not-refused'] as const;

export interface Missed<T extends Outcome = Outcome> {
  readonly outcome: T & { readonly prediction: EvaluatedPrediction };
  readonly kind: (typeof kinds)[number];
}

/**
 * Malignant and premalignant ones that no alert level flags; lesions that were refused; other conditions taken for one
 * another; and pictures without a lesion that were not refused. Within a kind the surest first.
 */
export function missedOf<T extends Outcome>(
  outcomes: readonly T[],
  { classes }: Pick<Manifest, 'classes'>,
): Missed<T>[] {
  const kindOf = new Map(classes.map(({ code, kind }) => [code, kind]));
  const missed = outcomes.flatMap((outcome): Missed<T>[] => {
    const { label, prediction } = outcome;
    if (!prediction || label.code === undefined) return [];
    const found = (kind: Missed['kind']): Missed<T>[] => [{ outcome: { ...outcome, prediction }, kind }];
    if (label.code === noLesion) return prediction.accepted ? found('not-refused') : [];
    if (kindOf.get(label.code) !== 'benign' && prediction.flagged.length === 0) return found('not-flagged');
    if (!prediction.accepted) return found('refused');
    return prediction.predicted === label.code ? [] : found('taken-for-other');
  });
  const sure = ({ outcome }: Missed<T>): number => Math.max(...outcome.prediction.probabilities);
  return missed.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || sure(b) - sure(a));
}
