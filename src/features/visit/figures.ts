/** The one place that writes the chance of a condition as a figure, and decides whether there is one. */
import type { Urgency } from '../../domain/advice';
import { mayShowFigure } from '../../domain/chances/chances';
import type { ViewsPrediction } from '../../domain/prediction';
import { conditionInfo, type NamedConditions } from '../../i18n/conditions';
import { percent } from '../../i18n/format';
import { m } from '../../i18n/paraglide/messages.js';

/**
 * The chance of a condition in percent; undefined where no figure may stand beside the advice.
 * @param probability 0..1
 * @param step the advice that the visit has, its diagnosis counted; undefined where it is not known
 */
export function conditionFigure(
  code: string,
  probability: number,
  step: Urgency | undefined,
  pack?: NamedConditions,
): string | undefined {
  return mayShowFigure(conditionInfo(code, pack).kind, step) ? percent(probability) : undefined;
}

/** The name of a condition, with its chance where that may be shown; as `conditionFigure` else. */
export function namedFigure(...of: Parameters<typeof conditionFigure>): string {
  const [code, , , pack] = of;
  const { name } = conditionInfo(code, pack);
  const figure = conditionFigure(...of);
  return figure === undefined ? name : m.condition_with_figure({ name, percent: figure });
}

/** The lowest and highest chance of a condition in the views of a double-check, in percent; as `conditionFigure` else. */
export function rangeFigures(
  views: ViewsPrediction | undefined,
  code: string,
  step: Urgency | undefined,
  pack?: NamedConditions,
): { readonly low: string; readonly high: string } | undefined {
  const range = views?.range.find((each) => each.code === code);
  const low = range && conditionFigure(code, range.low, step, pack);
  const high = range && conditionFigure(code, range.high, step, pack);
  return low === undefined || high === undefined ? undefined : { low, high };
}
