/** The words of a clinician's own impression. */
import type { Confidence, Impression, ImpressionView } from '../../../domain/impression';
import { conditionInfo, type NamedConditions } from '../../../i18n/conditions';
import { m } from '../../../i18n/paraglide/messages.js';

export const viewWords: Readonly<Record<ImpressionView, () => string>> = {
  benign: m.impression_benign,
  unsure: m.impression_unsure,
  suspicious: m.impression_suspicious,
};

export const confidenceWords: Readonly<Record<Confidence, () => string>> = {
  low: m.impression_confidence_low,
  medium: m.impression_confidence_medium,
  high: m.impression_confidence_high,
};

/** "Suspicious · Melanoma · very sure". */
export function impressionLine({ view, code, confidence }: Impression, pack?: NamedConditions): string {
  return [
    viewWords[view](),
    code === null ? '' : conditionInfo(code, pack).name,
    confidence === null ? '' : confidenceWords[confidence](),
  ]
    .filter(Boolean)
    .join(' · ');
}
