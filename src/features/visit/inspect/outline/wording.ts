import { decimals } from '../../../../i18n/format';
import { m } from '../../../../i18n/paraglide/messages.js';
import type { Extent, LesionColour, LesionStructure } from '../../../../domain/measures';

/** A space that keeps a number and its unit on one line. */
const nbsp = '\u00a0';

export const colourWords: Record<LesionColour, () => string> = {
  white: m.inspect_colour_white,
  red: m.inspect_colour_red,
  'light-brown': m.inspect_colour_light_brown,
  'dark-brown': m.inspect_colour_dark_brown,
  'blue-grey': m.inspect_colour_blue_grey,
  black: m.inspect_colour_black,
};

export const structureWords: Record<LesionStructure, () => string> = {
  network: m.inspect_structure_network,
  structureless: m.inspect_structure_structureless,
  streaks: m.inspect_structure_streaks,
  dots: m.inspect_structure_dots,
  globules: m.inspect_structure_globules,
};

/** Millimetres where they are known, and pixels. */
export function lengthWords({ pixels, millimetres }: Extent): string {
  const inPixels = `${decimals(pixels, 0)}${nbsp}px`;
  return millimetres === undefined ? inPixels : `${decimals(millimetres, 1)}${nbsp}mm (${inPixels})`;
}

/** Square millimetres where they are known, and square pixels. */
export function areaWords({ pixels, millimetres }: Extent): string {
  const inPixels = `${decimals(pixels, 0)}${nbsp}px²`;
  return millimetres === undefined ? inPixels : `${decimals(millimetres, 1)}${nbsp}mm² (${inPixels})`;
}
