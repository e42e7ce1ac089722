/** Schemas of what is measured in a picture: src/domain/outline.ts and src/domain/measures.ts as they are kept. */
import * as v from 'valibot';
import { isMask } from '../../domain/mask';
import type { Measures } from '../../domain/measures';
import type { Outline } from '../../domain/outline';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6));
const size = v.pipe(v.number(), v.finite(), v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const Extent = v.object({ pixels: size, millimetres: v.exactOptional(size) });

export const OutlineSchema = v.object({
  method: v.picklist(['automatic', 'threshold', 'colour', 'brush']),
  mask: v.pipe(
    v.object({ width: natural, height: natural, runs: v.array(natural) }),
    v.check((mask) => isMask(mask)),
  ),
  sidePixels: size,
  sideMillimetres: v.exactOptional(size),
}) satisfies v.GenericSchema<Outline>;

export const MeasuresSchema = v.object({
  area: Extent,
  longestDiameter: Extent,
  shortestDiameter: Extent,
  asymmetry: v.object({
    shares: v.tuple([share, share]),
    axes: v.picklist([0, 1, 2]),
  }),
  border: v.object({ irregularity: size, abrupt: v.array(v.boolean()) }),
  colours: v.array(
    v.object({
      colour: v.picklist(['white', 'red', 'light-brown', 'dark-brown', 'blue-grey', 'black']),
      share,
    }),
  ),
  structures: v.exactOptional(
    v.array(v.picklist(['network', 'structureless', 'streaks', 'dots', 'globules'])),
  ),
  abcd: v.object({
    asymmetry: natural,
    border: natural,
    colours: natural,
    structures: v.exactOptional(natural),
    total: size,
  }),
}) satisfies v.GenericSchema<Measures>;
