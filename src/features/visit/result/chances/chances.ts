/** The chances that a result is shown with, and their words. */
import { readiness } from '../../../../app/readiness.svelte';
import type { SettingName } from '../../../../app/settings';
import { settings } from '../../../../app/settings.svelte';
import { cancerChance, chancesUnder, frequencyOf, priorIn } from '../../../../domain/chances/chances';
import type { Manifest } from '../../../../domain/pack/manifest';
import type { ConditionProbability, Prediction } from '../../../../domain/prediction';
import { conditionInfo } from '../../../../i18n/conditions';
import { m } from '../../../../i18n/paraglide/messages.js';

export interface ShownChances {
  readonly conditions: readonly ConditionProbability[];
  /** Where they hold, and the chance of a cancer or precancer there; absent where the pack says nothing of it. */
  readonly local?: { readonly setting: SettingName; readonly cancer: number };
}

/**
 * The chances in the person's setting; those of the prediction itself where the pack that read it is not in use (in any
 * version), or does not say how common each of its conditions is.
 * @param manifest of the pack that read the picture, if it is the one in use
 */
export function shownChances(prediction: Prediction, manifest: Manifest | undefined): ShownChances {
  const { setting } = settings;
  const inUse = readiness.ready?.manifest;
  const pack = inUse?.id === prediction.pack.id ? inUse.priors?.settings[setting]?.prior : undefined;
  const conditions = pack && chancesUnder(prediction, priorIn(pack, settings.priors[setting]));
  if (!conditions) return { conditions: prediction.probabilities };
  const cancer = cancerChance(conditions, (code) => conditionInfo(code, prediction.words ?? manifest).kind);
  return { conditions, local: { setting, cancer } };
}

/** In a sentence: "at home". */
export const settingPlaces: Readonly<Record<SettingName, () => string>> = {
  home: m.setting_at_home,
  practice: m.setting_in_practice,
  clinic: m.setting_in_clinic,
};

const bounds = {
  fewer: m.chance_fewer,
  about: m.chance_about,
  more: m.chance_more,
} as const;

/** "about 6". @param chance 0..1 */
export function frequencyWords(chance: number): string {
  const { count, bound } = frequencyOf(chance);
  return bounds[bound]({ count });
}

/** Why a chance stands beside advice that it seems not to fit. */
export const explanations = {
  'small-but-urgent': m.chance_small_but_urgent,
  'large-though-calm': ({ place }: { place: string }) => m.chance_large_though_calm({ place }),
} as const;
