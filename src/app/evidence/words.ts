/** Words for where a pack's figures were measured, and how their values are written. */
import { decimals, sharePercent } from '../../i18n/format';
import { m } from '../../i18n/paraglide/messages.js';
import { digitsOf, type Figure, type Place } from './figures';

const dataSets: ReadonlyMap<string, () => string> = new Map([
  ['ham10000', m.model_set_ham10000],
  ['isic2018_task1', m.model_set_isic2018_task1],
  ['isic2019_84px', m.model_set_isic2019_84px],
  ['isic_224', m.model_set_isic_224],
  ['isic_224-equalised', m.model_set_isic_224_equalised],
  ['pad_ufes20', m.model_set_pad_ufes20],
  ['non_lesion', m.model_set_non_lesion],
]);

const splits: ReadonlyMap<string, () => string> = new Map([
  ['test', m.model_split_test],
  ['validation', m.model_split_validation],
]);

export function placeWords({ dataSet, split }: Place): string {
  return `${dataSetWords(dataSet)}, ${splits.get(split)?.() ?? split}`;
}

/** The name of a data set; of one that the app does not know its id as words, "malaria_cells" as "Malaria cells". */
export function dataSetWords(dataSet: string): string {
  return dataSets.get(dataSet)?.() ?? asWords(dataSet);
}

function asWords(id: string): string {
  const words = id.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? id : words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as figures of this name are written. */
export function valueWords(name: string, value: number): string {
  const digits = digitsOf(name);
  return digits === 'share' ? sharePercent(value) : decimals(value, digits);
}

export function intervalWords(name: string, [low, high]: Figure['interval']): string {
  return m.model_interval({ low: valueWords(name, low), high: valueWords(name, high) });
}

/** A value with its interval; a dash where nothing was measured. */
export function estimateWords(
  name: string,
  estimate: Pick<Figure, 'value' | 'interval'> | undefined,
): string {
  return estimate ? `${valueWords(name, estimate.value)} ${intervalWords(name, estimate.interval)}` : '–';
}
