/**
 * The pack's metrics.json: every figure and curve that the model page shows, with the data set, the
 * split, the number of pictures and the 95 % interval of each. What is optional may be missing: the
 * page then leaves that part out. Unknown fields are dropped.
 *
 * The id of a figure is `<dataSet>.<split>.<name>`, with these names:
 *
 * | name                                                  | what it is                                            |
 * | ----------------------------------------------------- | ----------------------------------------------------- |
 * | `accepted`, `refused`                                 | share of pictures that the gate lets through, refuses |
 * | `accuracy`, `balancedAccuracy`                        | share read rightly; mean recall of the classes        |
 * | `calibrationError`                                    | expected calibration error, 15 bins                   |
 * | `calibrationFloor`                                    | what of it chance alone makes on so many pictures     |
 * | `auc.suspicious`, `auc.<class>`                       | malignant or premalignant, or one class, against all  |
 * | `recall.<class>`, `specificity.<class>`               | by the likeliest class                                |
 * | `<point>.sensitivity`, `.specificity`, `.ppv`, `.npv` | at an operating point of the manifest                 |
 * | `setCoverage`, `setSize`                              | truth in the prediction set; its mean size            |
 * | `stability.flips`, `.turns`, `.crops`, `.light`,      | share of pictures whose likeliest class changes under |
 * | `stability.any`, `stability.each`                     | these, under any of them, under one of them on average |
 * | `careful.<any of the above>`                          | the same by the double-check, the mean of eight views |
 * | `<name>@<factor>=<value>`                             | the same for one group, which `group` names           |
 *
 * The double-check is `composeCareful` in read.ts over the views of image/views.ts: the mean of the eight
 * views' gates, and of their probabilities by the one temperature that this gate calls for.
 */
import * as v from 'valibot';
import { Failure } from '../../failure';

/** Its name in the pack. */
export const metricsFile = 'metrics.json';

const text = v.pipe(v.string(), v.minLength(1));
const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(finite, v.minValue(0), v.maxValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What was measured, and on which pictures. */
const where = { dataSet: text, split: text };
/** A value with the ends of its 95 % interval. */
const estimate = { value: finite, interval: v.tuple([finite, finite]) };

const Figure = v.object({
  id: text,
  label: text,
  ...where,
  ...estimate,
  /** Pictures it was measured on: for a sensitivity the positive ones, for a recall those of the class. */
  n: count,
  /** What computed it, such as `keras-float` or `wasm`. */
  runtime: text,
  group: v.optional(v.object({ factor: v.picklist(['skinType', 'sex', 'age', 'site']), value: text })),
});

/** `counts[truth][read as]`, in the order of `classes`. */
const counts = v.pipe(
  v.object({ classes: v.array(text), counts: v.array(v.array(count)) }),
  v.check(
    ({ classes, counts }) =>
      counts.length === classes.length && counts.every((row) => row.length === classes.length),
    'the confusion matrix is not as wide as its classes',
  ),
);

const reliability = v.array(
  v.object({ low: share, high: share, confidence: share, accuracy: share, n: count }),
);

/** Of the summed probability of the malignant and premalignant classes, and of the likeliest class. */
const Curves = v.object({
  ...where,
  n: count,
  positives: count,
  /** Flagged where the sum reaches `threshold`; by falling threshold, about a hundred points at most. */
  roc: v.array(v.object({ threshold: share, sensitivity: share, specificity: share })),
  /** Bins of the likeliest class's probability, with their mean of it and the share read rightly. */
  calibration: reliability,
  /** The same by the prior of each picture's domain and, where every condition was met, by a setting's mix. */
  underPriors: v.optional(
    v.array(
      v.object({
        prior: v.picklist(['domain', 'home', 'practice', 'clinic']),
        calibration: reliability,
      }),
    ),
  ),
});

const optionalFinite = v.optional(finite);

/** One epoch of the shipped network's training. */
const ShippedEpoch = v.object({
  epoch: count,
  /** Side of the pictures in pixels. */
  size: v.optional(count),
  learningRate: optionalFinite,
  loss: optionalFinite,
  accuracy: v.optional(share),
  gateLoss: optionalFinite,
  valLoss: optionalFinite,
  valAccuracy: v.optional(share),
  valBalancedAccuracy: v.optional(share),
  valBalancedAccuracyPhone: v.optional(share),
  valRefusedNonLesion: v.optional(share),
});

/** One way of classifying, measured on the same pictures as the others. */
const Rival = v.object({
  id: text,
  name: text,
  note: v.string(),
  /** On features made by hand; the network of the paper; the shipped one. */
  family: v.picklist(['handmade', 'paper', 'ours']),
  ...where,
  /** By picture, a lesion may be in training and test alike. */
  splitBy: v.picklist(['lesion', 'picture']),
  n: count,
  accuracy: v.object(estimate),
  balancedAccuracy: v.object(estimate),
  aucSuspicious: v.optional(v.object(estimate)),
  confusion: v.optional(counts),
  history: v.optional(
    v.array(
      v.object({
        epoch: count,
        loss: finite,
        accuracy: share,
        valLoss: finite,
        valAccuracy: share,
      }),
    ),
  ),
});

/** What becomes of a figure on a source that training never saw. */
const LeftOutSource = v.object({
  /** The source that was left out of training. */
  leftOut: text,
  ...where,
  /** Name of the figure. */
  name: text,
  ...estimate,
  n: count,
  /** The same with the source in training. */
  withAll: v.object(estimate),
});

const MetricsSchema = v.object({
  generated: text,
  notes: v.array(v.string()),
  figures: v.array(Figure),
  confusion: v.array(v.intersect([v.object(where), counts])),
  curves: v.optional(v.array(Curves)),
  history: v.array(ShippedEpoch),
  comparison: v.optional(v.array(Rival)),
  sources: v.optional(v.array(LeftOutSource)),
});

export type Metrics = v.InferOutput<typeof MetricsSchema>;

/**
 * Checks an unknown value against the format above.
 * @throws Failure `pack-damaged` with the first broken field
 */
export function parseMetrics(value: unknown): Metrics {
  const parsed = v.safeParse(MetricsSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure('pack-damaged', `metrics ${v.getDotPath(issue) ?? ''}: ${issue.message}`);
  }
  return parsed.output;
}
