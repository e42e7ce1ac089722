/** How well the evidence of a pack knows a type of skin. */
import type { Metrics } from '../pack/metrics';
import type { SkinType } from '../patient';

/** From so many test pictures on a group's figures say something. */
const enough = 20;

/**
 * How many test pictures of this type of skin the accuracy was measured on, over all data sets.
 * @returns undefined where the pack reports nothing by skin type
 */
export function testedOnSkin({ figures }: Pick<Metrics, 'figures'>, type: SkinType): number | undefined {
  const measured = figures.filter(
    ({ id, split, group }) =>
      split === 'test' && group?.factor === 'skinType' && id.includes('.test.accuracy@'),
  );
  if (measured.length === 0) return undefined;
  return measured.filter(({ group }) => group?.value === String(type)).reduce((sum, { n }) => sum + n, 0);
}

/** Whether so many test pictures are too few to know how well the model reads such skin. */
export function isFew(pictures: number): boolean {
  return pictures < enough;
}
