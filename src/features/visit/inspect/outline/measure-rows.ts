import { decimals, exactPercent } from '../../../../i18n/format';
import { m } from '../../../../i18n/paraglide/messages.js';
import type { Measures } from '../../../../domain/measures';
import { areaWords, colourWords, lengthWords } from './wording';

/** What was measured, in words. */
export function measureRows(measures: Measures): { readonly term: string; readonly value: string }[] {
  const { area, longestDiameter, shortestDiameter, asymmetry, border, colours } = measures;
  return [
    { term: m.inspect_area(), value: areaWords(area) },
    { term: m.inspect_longest(), value: lengthWords(longestDiameter) },
    { term: m.inspect_shortest(), value: lengthWords(shortestDiameter) },
    {
      term: m.inspect_asymmetry(),
      value: m.inspect_asymmetry_value({
        long: exactPercent(asymmetry.shares[0]),
        short: exactPercent(asymmetry.shares[1]),
        axes: asymmetry.axes,
      }),
    },
    {
      term: m.inspect_irregularity(),
      value: m.inspect_irregularity_value({ ratio: decimals(border.irregularity, 2) }),
    },
    {
      term: m.inspect_abrupt(),
      value: m.inspect_abrupt_value({ count: border.abrupt.filter(Boolean).length }),
    },
    {
      term: m.inspect_colours(),
      value:
        colours.map(({ colour, share }) => `${colourWords[colour]()} ${exactPercent(share)}`).join(', ') ||
        m.inspect_colours_none(),
    },
  ];
}
