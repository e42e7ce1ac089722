import * as v from 'valibot';
import type { SettingPriors } from '../domain/pack/manifest';
import { backends } from '../domain/prediction';

/** Version of the disclaimer's text. A change of meaning raises it, and everybody is asked again. */
export const disclaimerVersion = 1;

/** Operating points that a pack may have and the person may choose. */
const operatingPoints = ['screening', 'balanced'] as const;

/** Shares by a condition's code. */
const Prior = v.exactOptional(v.record(v.string(), v.pipe(v.number(), v.gtValue(0), v.maxValue(1))));

type OwnPriors = { readonly [S in keyof SettingPriors]?: Readonly<Record<string, number>> };

// Each field falls back by itself, so that one broken value costs no other.
const SettingsSchema = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  backend: v.fallback(v.picklist(['auto', ...backends]), 'auto'),
  /** Whether the camera releases by itself when the picture is good. */
  autoCapture: v.fallback(v.boolean(), true),
  /** Id of the camera that the person switched to last; empty for the main one. */
  camera: v.fallback(v.string(), ''),
  /** Seconds between the shutter and the picture. */
  timer: v.fallback(v.picklist([0, 3, 10]), 0),
  /** Who uses Lentigo here; decides the wording of advice. Null until the person has chosen. */
  mode: v.fallback(v.nullable(v.picklist(['self', 'clinician'])), null),
  /** Whether the device may show a notification when a check is due. */
  notifyDue: v.fallback(v.boolean(), false),
  /** The day of the last one, an ISO date. */
  notifiedOn: v.fallback(v.string(), ''),
  /** When the host was last asked for a newer model, milliseconds of the epoch by the device's clock; 0 for never. */
  modelLookedAt: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** Whether every picture is double-checked in eight views. Null until the person chooses: the device decides. */
  doubleCheck: v.fallback(v.nullable(v.boolean()), null),
  /** Where Lentigo is used, which decides the prior of chances. Null until the person chooses: the mode decides. */
  setting: v.fallback(v.nullable(v.picklist(['home', 'practice', 'clinic'])), null),
  /** The person's own priors, by setting and code; the pack's where missing. */
  priors: v.fallback(
    v.object({ home: Prior, practice: Prior, clinic: Prior }) satisfies v.GenericSchema<unknown, OwnPriors>,
    {},
  ),
  /** Whether a clinician says what they think before a result is shown. */
  impressionFirst: v.fallback(v.boolean(), false),
  /** The alert level: id of an operating point of the pack. */
  operatingPoint: v.fallback(v.picklist(operatingPoints), 'screening'),
  /** Share of spots that need treatment where the person is, for what a flag is worth there. */
  prevalence: v.fallback(v.pipe(v.number(), v.minValue(0.001), v.maxValue(0.5)), 0.02),
  /** Minutes without a touch or a key after which the record locks itself, where it has a lock; 0 for never. */
  lockAfterMinutes: v.fallback(v.picklist([1, 5, 15, 60, 0]), 5),
  /** Whether it locks when the app is put into the background: also while a picture is taken or chosen elsewhere. */
  lockWhenHidden: v.fallback(v.boolean(), false),
  /** Version of the disclaimer that was accepted; 0 for none. */
  acceptedDisclaimer: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});

export type SettingsData = v.InferOutput<typeof SettingsSchema>;
export type Theme = SettingsData['theme'];
export type Mode = NonNullable<SettingsData['mode']>;
export type SettingName = NonNullable<SettingsData['setting']>;
export type OperatingPointId = SettingsData['operatingPoint'];

/** Settings as they were stored; whatever is missing or broken has its default. */
export function parseSettings(stored: string | null): SettingsData {
  let value: unknown;
  try {
    value = JSON.parse(stored ?? '{}');
  } catch {
    value = {};
  }
  // It used to be off by default, so only a stored `true` is a choice of the person.
  const old = v.safeParse(v.object({ careful: v.literal(true) }), value);
  if (old.success) value = { doubleCheck: true, ...old.output, ...(value as object) };
  const parsed = v.safeParse(SettingsSchema, value);
  return parsed.success ? parsed.output : v.parse(SettingsSchema, {});
}
