import { m } from '../../i18n/paraglide/messages.js';
import type { Metrics } from '../../domain/pack/metrics';
import { placesOf, wholeFigures } from '../../app/evidence/figures';
import { intervalWords, placeWords, valueWords } from '../../app/evidence/words';

/**
 * What the pack's metrics say of one class, a row for each data set: where it was measured, recall, specificity,
 * area under the ROC curve, each with its interval and its number of pictures. Data sets that say nothing of the
 * class are left out.
 * @param careful whether the picture was read carefully, which has figures of its own
 */
export function classFigures(metrics: Metrics, code: string, careful: boolean): string[][] {
  const prefix = careful ? 'careful.' : '';
  return placesOf(metrics).flatMap((place) => {
    const figures = wholeFigures(metrics, place);
    const cells = ['recall', 'specificity', 'auc'].map((kind) => {
      const name = `${prefix}${kind}.${code}`;
      const figure = figures.get(name);
      if (!figure) return undefined;
      const { value, interval, n } = figure;
      return m.report_figure({
        value: valueWords(name, value),
        interval: intervalWords(name, interval),
        n,
      });
    });
    return cells.some((cell) => cell !== undefined)
      ? [[placeWords(place), ...cells.map((cell) => cell ?? '–')]]
      : [];
  });
}
