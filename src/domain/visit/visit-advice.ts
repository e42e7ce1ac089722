/**
 * What several pictures of one lesion say together. The most urgent counts. An overview shows where the lesion is and too
 * little of it to calm anybody: it counts upwards only, unless there is nothing else.
 */
import { adviceFor, urgencies, type Advice, type AdvisedPrediction } from '../advice';
import type { ConditionKind } from '../pack/words';
import type { PictureKind } from '../picture-kind';
import type { Prediction } from '../prediction';
import type { WarningSigns } from '../warning-signs';

/** How many pictures a visit may have. */
export const mostPictures = 12;

export interface AdvisedPicture {
  readonly kind: PictureKind;
  readonly reading: AdvisedPrediction;
}

/**
 * The advice of a visit: the most urgent of its pictures' and of its warning signs.
 * @param pictures one or more
 * @param kindOf what a condition calls for, by the picture that it was found in; unknown ones should count as malignant
 */
export function visitAdvice<P extends AdvisedPicture>(
  pictures: readonly [P, ...P[]],
  kindOf: (code: string, picture: P) => ConditionKind,
  signs?: WarningSigns,
): Advice {
  const advise = (picture: P): Advice => adviceFor(picture.reading, (code) => kindOf(code, picture), signs);
  const urgent = ({ step }: Advice): boolean => step === 'weeks' || step === 'soon';
  const close = pictures.some(({ kind }) => kind !== 'overview');
  const counted = pictures
    .map((picture) => ({ kind: picture.kind, advice: advise(picture) }))
    .filter(({ kind, advice }) => kind !== 'overview' || !close || urgent(advice))
    .map(({ advice }) => advice);
  return counted.reduce(
    (most, each) => (urgencies.indexOf(each.step) > urgencies.indexOf(most.step) ? each : most),
    counted[0] ?? advise(pictures[0]),
  );
}

interface Leading {
  readonly kind: PictureKind;
  readonly reading: Pick<Prediction, 'accepted' | 'operatingPoints'>;
}

/**
 * The picture whose prediction names the visit while there is no diagnosis: among those in which the model saw a lesion
 * the one with the highest combined cancer score, an overview only where it reaches the alert level or stands alone.
 * @param pictures one or more
 */
export function leadingPicture<P extends Leading>(pictures: readonly [P, ...P[]]): P {
  const seen = pictures.filter(({ reading }) => reading.accepted);
  const close = seen.filter(({ kind, reading }) => kind !== 'overview' || pointOf(reading)?.flagged);
  const [first = pictures[0], ...others] = close.length > 0 ? close : seen;
  const score = ({ reading }: P): number => pointOf(reading)?.probability ?? 0;
  return others.reduce((most, each) => (score(each) > score(most) ? each : most), first);
}

function pointOf({ operatingPoints }: Leading['reading']) {
  return operatingPoints.find(({ id }) => id === 'screening');
}
