/**
 * The pack's manifest: what the network takes, what it gives, and how its numbers are to be read.
 * `parseManifest` is the only way in, so that the rest may trust every field.
 */
import * as v from 'valibot';
import { Failure } from '../../failure';

const text = v.pipe(v.string(), v.minLength(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

const LesionClass = v.object({
  code: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/)),
  name: text,
  icd10: v.array(text),
  kind: v.picklist(['benign', 'premalignant', 'malignant']),
  /** Key of the advice text in the app's messages. */
  advice: text,
});

const OperatingPoint = v.object({
  id: text,
  /** Codes whose calibrated probabilities are summed and compared with `threshold`. */
  classes: v.array(text),
  threshold: share,
  /** Sensitivity reached on validation. */
  sensitivity: share,
});

/** The classes whose chances reach `threshold` are in the set. */
const PredictionSet = v.object({ method: v.literal('lac'), coverage: share, threshold: share });

/** How a picture's outputs are read; what follows from the probabilities holds under the prior of its domain. */
const ModeCalibration = v.object({
  /** Divides the logits before softmax. */
  temperature: positive,
  predictionSet: PredictionSet,
  operatingPoints: v.pipe(v.array(OperatingPoint), v.minLength(1)),
});

/** By how many views of a picture are read. */
const Modes = v.object({ plain: ModeCalibration, eightViews: ModeCalibration });

/** How common each class is in a place, by its code. */
const Prior = v.record(v.string(), v.pipe(share, v.gtValue(0)));

/**
 * The probabilities that calibration gives are for classes that are equally common. These are for
 * `underPrior`, which turns them into those of a place.
 */
const Priors = v.object({
  /** As common as in the training pictures of each kind. */
  domains: v.object({ dermatoscope: Prior, phone: Prior }),
  /** As common as among people who ask at home, in general practice or in a skin clinic, with its source. */
  settings: v.object({
    home: v.object({ prior: Prior, source: text }),
    practice: v.object({ prior: Prior, source: text }),
    clinic: v.object({ prior: Prior, source: text }),
  }),
});

const PackFile = v.object({
  path: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]+$/, 'a file of the pack lies in its folder')),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** Training embeddings beside the pack, fetched when they are wanted; training/…/packing/bank.py has the layout. */
const PackBank = v.object({
  ...PackFile.entries,
  count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  dimension: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Where entries come from, by index. */
  sources: v.array(v.object({ dataSet: text, domain: v.picklist(['dermatoscope', 'phone']) })),
});

/** Files that every pack has; what else it lists is for people to read. */
export const packFiles = { model: 'model.json', weights: 'weights.bin', golden: 'golden.json' } as const;

const ManifestFields = v.object({
  format: v.literal(1),
  id: text,
  name: text,
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  created: text,
  minimumAppVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  licence: v.object({ name: text, url: text, note: v.optional(v.string()) }),
  provenance: v.object({
    architecture: text,
    summary: text,
    dataSets: v.array(v.object({ name: text, citation: text, licence: text })),
  }),
  input: v.object({
    width: v.literal(224),
    height: v.literal(224),
    channels: v.literal(3),
    range: v.tuple([v.literal(-1), v.literal(1)]),
    resampling: v.literal('lentigo-area-1'),
    crop: v.literal('centre-square'),
  }),
  /** Names of the graph's output nodes. */
  outputs: v.object({
    logits: text,
    gate: text,
    embedding: text,
    features: text,
    /** Logits of being lesion: one channel, square. */
    outline: v.optional(text),
  }),
  classes: v.pipe(v.array(LesionClass), v.minLength(2)),
  domains: v.tuple([v.literal('dermatoscope'), v.literal('phone'), v.literal('none')]),
  calibration: v.object({
    /** Divides the logits before softmax; by the kind of picture. */
    temperature: v.object({ dermatoscope: positive, phone: positive }),
    predictionSet: PredictionSet,
    operatingPoints: v.pipe(v.array(OperatingPoint), v.minLength(1)),
    /** A picture is refused when the gate's probability of `none` reaches this. */
    gate: v.object({ threshold: share }),
  }),
  priors: v.optional(Priors),
  /** Takes the place of `calibration`, but for the gate, where a pack has it. */
  domainCalibration: v.optional(v.object({ dermatoscope: Modes, phone: Modes })),
  bank: v.optional(PackBank),
  files: v.array(PackFile),
});

const ManifestSchema = v.pipe(
  ManifestFields,
  v.check(({ classes }) => distinct(classes.map(({ code }) => code)), 'class codes repeat'),
  v.check(({ files }) => distinct(files.map(({ path }) => path)), 'files repeat'),
  v.check(
    ({ files }) => Object.values(packFiles).every((path) => files.some((file) => file.path === path)),
    'a file is missing',
  ),
  v.check(({ classes, calibration, domainCalibration }) => {
    const codes = new Set(classes.map(({ code }) => code));
    const modes = Object.values(domainCalibration ?? {}).flatMap((domain) => Object.values(domain));
    return [calibration, ...modes].every(({ operatingPoints }) =>
      operatingPoints.every((point) => point.classes.every((code) => codes.has(code))),
    );
  }, 'an operating point names an unknown class'),
  v.check(
    ({ priors, domainCalibration }) => !domainCalibration || priors !== undefined,
    'a calibration by domain needs the priors that it holds under',
  ),
  v.check(
    ({ classes, priors }) =>
      allPriors(priors).every((prior) =>
        sameNames(
          Object.keys(prior),
          classes.map(({ code }) => code),
        ),
      ),
    'a prior does not have the codes of the classes',
  ),
  v.check(
    ({ priors }) =>
      allPriors(priors).every(
        (prior) => Math.abs(Object.values(prior).reduce((sum, each) => sum + each, 0) - 1) < 1e-3,
      ),
    'a prior does not sum to 1',
  ),
);

function allPriors(priors: v.InferOutput<typeof Priors> | undefined): v.InferOutput<typeof Prior>[] {
  if (!priors) return [];
  return [...Object.values(priors.domains), ...Object.values(priors.settings).map(({ prior }) => prior)];
}

function sameNames(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name) => others.includes(name));
}

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

export type Manifest = v.InferOutput<typeof ManifestSchema>;
type LesionClass = v.InferOutput<typeof LesionClass>;
export type PackBank = v.InferOutput<typeof PackBank>;
export type PackFile = v.InferOutput<typeof PackFile>;

/** Where pictures are read, and how common each condition is there. */
export type SettingPriors = NonNullable<Manifest['priors']>['settings'];

/** What a condition is, as the pack says; advice goes by it. */
export type ConditionKind = LesionClass['kind'];

/**
 * Checks an unknown value against the manifest format.
 * @throws Failure `pack-damaged` with the first broken field, `pack-too-new` for a later format.
 */
export function parseManifest(value: unknown): Manifest {
  const newer = v.safeParse(v.object({ format: v.pipe(v.number(), v.gtValue(1)) }), value);
  if (newer.success) throw new Failure('pack-too-new', `format ${newer.output.format}`);
  const parsed = v.safeParse(ManifestSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure('pack-damaged', `${v.getDotPath(issue) ?? 'manifest'}: ${issue.message}`);
  }
  return parsed.output;
}

/**
 * Compares versions of three numbers.
 * @returns below 0 when `a` is older than `b`, 0 when they are the same, above 0 when it is newer
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether `manifest` should take the place of `running`: another pack, or a later version of it. */
export function replaces(manifest: Manifest, running: Manifest): boolean {
  return manifest.id !== running.id || compareVersions(manifest.version, running.version) > 0;
}
