/**
 * What the app says about a pack's results: names, texts and what is offered with them. A prediction keeps it where the
 * app has no words of its own, so that a visit can be read wherever it is opened, also without its pack.
 */
import * as v from 'valibot';

/** Bounded, because it comes in files of others and is kept with every picture. */
const words = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** A text in English, or by the tag of a language, English among them. */
export const LocalText = v.union([
  words,
  v.pipe(
    v.record(v.pipe(v.string(), v.maxLength(20)), words),
    v.check((texts) => Object.hasOwn(texts, 'en'), 'a text has no English'),
    v.check((texts) => Object.keys(texts).length <= 20, 'a text has too many languages'),
  ),
]);
export type LocalText = v.InferOutput<typeof LocalText>;

/** What the app offers beside the result. */
export const packFeatures = [
  'body-map',
  'warning-signs',
  'measures',
  'skin-type',
  'picture-kinds',
  'check-ups',
] as const;
export type PackFeature = (typeof packFeatures)[number];

/** What advice goes by: nothing to do, to be seen within weeks, within days. */
const conditionKinds = ['benign', 'premalignant', 'malignant'] as const;
export type ConditionKind = (typeof conditionKinds)[number];

const code = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/), v.maxLength(40));

const Condition = v.object({
  code,
  name: LocalText,
  /** One or two sentences. */
  text: v.exactOptional(LocalText),
  icd10: v.pipe(v.array(v.pipe(v.string(), v.maxLength(20))), v.maxLength(20)),
  kind: v.picklist(conditionKinds),
  /** What the kind is called. */
  kindName: v.exactOptional(LocalText),
  /** Which kind's advice it calls for, where that is another one. */
  advice: v.exactOptional(v.pipe(v.string(), v.maxLength(40))),
});

const AdviceText = v.object({ title: LocalText, text: LocalText });

export const PackWordsFields = {
  name: LocalText,
  /** What the app calls the thing that is read and followed. */
  subject: v.picklist(['lesion', 'sample']),
  features: v.pipe(v.array(v.picklist(packFeatures)), v.maxLength(packFeatures.length)),
  texts: v.exactOptional(
    v.object({
      /** One line: what it reads and tells apart. */
      reads: LocalText,
      /** How to take a picture. */
      picture: v.exactOptional(LocalText),
      /** What the model cannot do. */
      limits: v.exactOptional(LocalText),
      /** Stands beside the likeliest condition where the advice is not calm. */
      notExcluded: v.exactOptional(LocalText),
      /** What the sum of an alert level's conditions is called. */
      score: v.exactOptional(LocalText),
      advice: v.exactOptional(
        v.object({ 'cannot-tell': AdviceText, watch: AdviceText, weeks: AdviceText, soon: AdviceText }),
      ),
    }),
  ),
  /** In the order of the logits. */
  classes: v.pipe(v.array(Condition), v.minLength(2), v.maxLength(100)),
  domainNames: v.exactOptional(v.record(v.pipe(v.string(), v.maxLength(40)), LocalText)),
} as const;

/** As a prediction keeps it. */
export const PackWords = v.object(PackWordsFields);
export type PackWords = v.InferOutput<typeof PackWords>;

/** What a row in a list is named by. */
export const PackNames = v.object({
  name: LocalText,
  classes: PackWordsFields.classes,
  /** Titles of the advice. */
  urgencies: v.exactOptional(
    v.object({ 'cannot-tell': LocalText, watch: LocalText, weeks: LocalText, soon: LocalText }),
  ),
  /** Whether the warning signs are asked about beside its results. */
  asks: v.exactOptional(v.boolean()),
});
export type PackNames = v.InferOutput<typeof PackNames>;

/** What a row needs of a pack's words. */
export function namesOf({ name, classes, texts, features }: PackWords): PackNames {
  const advice = texts?.advice;
  return {
    name,
    asks: features.includes('warning-signs'),
    classes: classes.map(({ code: of, kind, kindName, name: called, advice: calls }) => ({
      code: of,
      name: called,
      icd10: [],
      kind,
      ...(kindName !== undefined && { kindName }),
      ...(calls !== undefined && { advice: calls }),
    })),
    ...(advice && {
      urgencies: {
        'cannot-tell': advice['cannot-tell'].title,
        watch: advice.watch.title,
        weeks: advice.weeks.title,
        soon: advice.soon.title,
      },
    }),
  };
}

/** Whether a pack wants something offered; what the app has words for itself offers everything. */
export function offers(pack: Pick<PackWords, 'features'> | undefined, feature: PackFeature): boolean {
  return pack?.features.includes(feature) ?? true;
}

/** The words of a pack alone; undefined where the app has its own. */
export function wordsOf(pack: PackWords & { readonly format: number }): PackWords | undefined {
  if (pack.format === 1) return undefined;
  const { name, subject, features, texts, classes, domainNames } = pack;
  return { name, subject, features, classes, ...(texts && { texts }), ...(domainNames && { domainNames }) };
}
