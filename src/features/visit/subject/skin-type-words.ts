import type { SkinType } from '../../../domain/patient';

const numerals: Readonly<Record<SkinType, string>> = { 1: 'I', 2: 'II', 3: 'III', 4: 'IV', 5: 'V', 6: 'VI' };

/** A Fitzpatrick type as it is written everywhere. */
export function skinTypeName(type: SkinType): string {
  return numerals[type];
}
