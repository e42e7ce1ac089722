/** Names and meanings of the conditions, for results of any pack, past ones as well. */
import { m } from './paraglide/messages.js';
import { textIn } from './local-text';
import type { ConditionKind, PackWords } from '../domain/pack/words';

interface ConditionWords {
  readonly name: () => string;
  readonly text: () => string;
  readonly kind: ConditionKind;
}

/** Of packs without words of their own. */
const known: ReadonlyMap<string, ConditionWords> = new Map(
  Object.entries({
    akiec: { name: m.class_akiec_name, text: m.class_akiec_text, kind: 'premalignant' },
    bcc: { name: m.class_bcc_name, text: m.class_bcc_text, kind: 'malignant' },
    bkl: { name: m.class_bkl_name, text: m.class_bkl_text, kind: 'benign' },
    df: { name: m.class_df_name, text: m.class_df_text, kind: 'benign' },
    mel: { name: m.class_mel_name, text: m.class_mel_text, kind: 'malignant' },
    nv: { name: m.class_nv_name, text: m.class_nv_text, kind: 'benign' },
    vasc: { name: m.class_vasc_name, text: m.class_vasc_text, kind: 'benign' },
  } satisfies Record<string, ConditionWords>),
);

/** How many conditions the app has words for. */
export const knownConditions = known.size;

const kinds: Readonly<Record<ConditionKind, () => string>> = {
  benign: m.kind_benign,
  premalignant: m.kind_premalignant,
  malignant: m.kind_malignant,
};

/** A pack's manifest, or what a result keeps of it. */
export type NamedConditions = Pick<PackWords, 'classes'> & { readonly format?: number };

export interface ConditionInfo {
  readonly name: string;
  /** One or two sentences; empty where there are none. */
  readonly text: string;
  readonly kind: ConditionKind;
  /** `kind` in words. */
  readonly kindName: string;
  /** Which advice the condition calls for; its kind unless the pack says otherwise. */
  readonly advice: ConditionKind;
}

/**
 * Names and texts of a condition. The pack decides its kind, and its name if the pack brings its own words;
 * a condition that nobody knows counts as malignant, so that nobody is calmed by it.
 */
export function conditionInfo(code: string, pack?: NamedConditions): ConditionInfo {
  const inPack = pack?.classes.find((one) => one.code === code);
  const ownWords = inPack !== undefined && pack?.format !== 1;
  const words = ownWords ? undefined : known.get(code);
  const kind = inPack?.kind ?? words?.kind ?? 'malignant';
  const advice = isKind(inPack?.advice) ? inPack.advice : kind;
  return {
    name: words?.name() ?? textIn(inPack?.name) ?? code,
    text: words?.text() ?? textIn(inPack?.text) ?? '',
    kind,
    kindName: textIn(inPack?.kindName) ?? kinds[kind](),
    advice,
  };
}

function isKind(key: string | undefined): key is ConditionKind {
  return key !== undefined && Object.hasOwn(kinds, key);
}
