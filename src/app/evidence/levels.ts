/** The alert levels that the app uses, with their measured figures. */
import type { Manifest } from '../../domain/pack/manifest';
import type { Metrics } from '../../domain/pack/metrics';
import type { PictureDomain, ViewMode } from '../../domain/prediction';
import { wholeFigures, type Place } from './figures';

interface Level {
  readonly id: string;
  /** 0..1, of the combined cancer score under the prior that the level holds for. */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

interface Levels {
  readonly levels: readonly Level[];
  /** What the names of their figures begin with. */
  readonly prefix: '' | 'careful.' | 'prior.' | 'prior.careful.';
  readonly mode: ViewMode;
}

/** Data sets of plain photos; pictures of all others were taken through a dermatoscope. */
const phoneSets: ReadonlySet<string> = new Set(['pad_ufes20']);

function domainOf({ dataSet }: Place): PictureDomain {
  return phoneSets.has(dataSet) ? 'phone' : 'dermatoscope';
}

/**
 * The levels of a place's kind of picture under the prior by which the app reads it. A pack without such levels, and a
 * place where they were not measured, has those for equally common conditions.
 * @param mode how many views pictures are read in on this device
 */
export function levelsInUse(metrics: Metrics, manifest: Manifest, place: Place, mode: ViewMode): Levels {
  const { calibration, domainCalibration } = manifest;
  const own = domainCalibration?.[domainOf(place)];
  const candidates = [
    { prefix: 'prior.careful.', mode: 'eightViews', points: own?.eightViews.operatingPoints },
    { prefix: 'prior.', mode: 'plain', points: own?.plain.operatingPoints },
    { prefix: 'careful.', mode: 'eightViews', points: own ? undefined : calibration.operatingPoints },
    { prefix: '', mode: 'plain', points: calibration.operatingPoints },
  ] as const;
  const found = wholeFigures(metrics, place);
  for (const { prefix, mode: measured, points } of candidates) {
    if (measured === 'eightViews' && mode === 'plain') continue;
    const levels = (points ?? []).flatMap(({ id, threshold }) => {
      const sensitivity = found.get(`${prefix}${id}.sensitivity`)?.value;
      const specificity = found.get(`${prefix}${id}.specificity`)?.value;
      if (sensitivity === undefined || specificity === undefined) return [];
      return [{ id, threshold, sensitivity, specificity }];
    });
    // The first is the one that the app uses: without it the others would mislead.
    if (levels[0] && levels[0].id === points?.[0]?.id) return { levels, prefix, mode: measured };
  }
  return { levels: [], prefix: '', mode };
}
