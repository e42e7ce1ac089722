import type { Prediction } from '../prediction';
import type { Manifest } from './manifest';

/** The pack in use where it is the one that read a picture; undefined else. */
export function packOf(
  { pack }: Pick<Prediction, 'pack'>,
  inUse: Manifest | undefined,
): Manifest | undefined {
  return inUse?.id === pack.id && inUse.version === pack.version ? inUse : undefined;
}
