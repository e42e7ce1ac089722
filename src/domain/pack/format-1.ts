/** Manifests of the first format, which knew skin lesions alone, as those of the second. */
import { packFeatures } from './words';

/** Any other value comes back as it is. */
export function asFormat2(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== 1) return value;
  return { ...value, subject: 'lesion', features: [...packFeatures], refused: 'none' };
}
