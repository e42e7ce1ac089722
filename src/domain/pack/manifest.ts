/**
 * The pack's manifest: what the network takes, what it gives, and how its numbers are to be read.
 * `parseManifest` is the only way in, so that the rest may trust every field.
 */
import * as v from 'valibot';
import { Failure } from '../../failure';
import type { PictureDomain } from '../prediction';
import { asFormat2 } from './format-1';
import { LocalText, PackWordsFields } from './words';

const text = v.pipe(v.string(), v.minLength(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

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
  /** As common as in the training pictures of each domain. */
  domains: v.record(v.string(), Prior),
  /** As common as among people who ask at home, in general practice or in a clinic, with its source. */
  settings: v.object({
    home: v.exactOptional(v.object({ prior: Prior, source: text })),
    practice: v.exactOptional(v.object({ prior: Prior, source: text })),
    clinic: v.exactOptional(v.object({ prior: Prior, source: text })),
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
  sources: v.array(v.object({ dataSet: text, domain: text })),
});

/** Files that every pack has; what else it lists is for people to read. */
export const packFiles = { model: 'model.json', weights: 'weights.bin', golden: 'golden.json' } as const;

/** Of the input: the kernel of resampling makes no more than 224. */
const side = v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(224));

const ManifestFields = v.object({
  format: v.picklist([1, 2]),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/), v.maxLength(64)),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  created: text,
  minimumAppVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  /** What is new in this version. */
  notes: v.exactOptional(LocalText),
  licence: v.object({ name: text, url: text, note: v.optional(v.string()) }),
  provenance: v.object({
    architecture: text,
    summary: text,
    dataSets: v.array(v.object({ name: text, citation: text, licence: text })),
  }),
  ...PackWordsFields,
  input: v.object({
    width: side,
    height: side,
    channels: v.literal(3),
    range: v.tuple([v.literal(-1), v.literal(1)]),
    resampling: v.literal('lentigo-area-1'),
    crop: v.literal('centre-square'),
  }),
  /** Names of the graph's output nodes. */
  outputs: v.object({
    logits: text,
    /** Without one, every picture is of the only domain. */
    gate: v.exactOptional(text),
    embedding: text,
    features: text,
    /** Logits of being lesion: one channel, square. */
    outline: v.optional(text),
  }),
  /** What a picture can be, in the order of the gate's values. */
  domains: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]*$/), v.maxLength(40))),
    v.minLength(1),
  ),
  /** The one of `domains` that is not read. */
  refused: v.exactOptional(text),
  calibration: v.object({
    /** Divides the logits before softmax; by the domain of the picture. */
    temperature: v.record(v.string(), positive),
    predictionSet: PredictionSet,
    operatingPoints: v.pipe(v.array(OperatingPoint), v.minLength(1)),
    /** A picture is refused when the gate's probability of what is refused reaches this. */
    gate: v.exactOptional(v.object({ threshold: share })),
  }),
  priors: v.optional(Priors),
  /** Takes the place of `calibration`, but for the gate, where a pack has it. By domain. */
  domainCalibration: v.optional(v.record(v.string(), Modes)),
  bank: v.optional(PackBank),
  files: v.array(PackFile),
});

const ManifestSchema = v.pipe(
  ManifestFields,
  v.check(({ input }) => input.width === input.height, 'the input is not square'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const message of problemsOfDomains(dataset.value)) addIssue({ message });
  }),
  v.check(
    ({ subject, texts }) => subject === 'lesion' || texts?.advice !== undefined,
    'a pack of another subject brings its own advice',
  ),
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

/** What is wrong with the domains, and with what goes by them. */
function problemsOfDomains(manifest: v.InferOutput<typeof ManifestFields>): string[] {
  const { domains, refused, outputs, calibration, priors, domainCalibration, bank } = manifest;
  const read: string[] = readDomains(manifest);
  const tables = {
    'calibration.temperature': calibration.temperature,
    'priors.domains': priors?.domains,
    domainCalibration,
  };
  const missing = Object.entries(tables).flatMap(([name, table]) =>
    !table || sameNames(Object.keys(table), read)
      ? []
      : [...read.filter((domain) => !(domain in table)), ''].slice(0, 1).map((domain) => `${name}.${domain}`),
  );
  const soundRefusal =
    refused === undefined
      ? calibration.gate === undefined
      : domains.includes(refused) && outputs.gate !== undefined && calibration.gate !== undefined;
  return [
    ...(distinct(domains) ? [] : ['domains repeat']),
    ...(read[0] === '' ? ['no domain is read'] : []),
    ...(soundRefusal ? [] : ['what is refused needs a gate, its threshold and a place among the domains']),
    ...(outputs.gate === undefined && domains.length > 1 ? ['several domains need a gate'] : []),
    ...missing.map((name) => `${name}: not the domains that are read`),
    ...((bank?.sources ?? []).every(({ domain }) => read.includes(domain))
      ? []
      : ['a source of the bank is of a domain that is not read']),
  ];
}

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
export type PackBank = v.InferOutput<typeof PackBank>;
export type PackFile = v.InferOutput<typeof PackFile>;

/** Where pictures are read, and how common each condition is there. */
export type SettingPriors = NonNullable<Manifest['priors']>['settings'];

/** The domains of pictures that are read, in the pack's order; at least one in every pack. */
export function readDomains({
  domains,
  refused,
}: Pick<Manifest, 'domains' | 'refused'>): [PictureDomain, ...PictureDomain[]] {
  const [first = '', ...others] = domains.filter((domain) => domain !== refused);
  return [first, ...others];
}

/**
 * Checks an unknown value against the manifest format.
 * @throws Failure `pack-damaged` with the first broken field, `pack-too-new` for a later format.
 */
export function parseManifest(value: unknown): Manifest {
  const newer = v.safeParse(v.object({ format: v.pipe(v.number(), v.gtValue(2)) }), value);
  if (newer.success) throw new Failure('pack-too-new', `format ${newer.output.format}`);
  const parsed = v.safeParse(ManifestSchema, asFormat2(value));
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
