import type { HeadName } from './learning/head';
import type { PackWords } from './pack/words';

/** Reasons for which a picture may be read badly; empty when it looks good. */
export type QualityIssue =
  | 'perhaps-damaged'
  | 'low-resolution'
  | 'blurred'
  | 'too-dark'
  | 'too-bright'
  | 'glare'
  | 'spot-small'
  | 'spot-cut';

/** The tfjs backends that Lentigo runs on. */
export const backends = ['wasm', 'webgl', 'webgpu'] as const;
export type Backend = (typeof backends)[number];

/** Those that compute on the graphics chip. */
export type GraphicsBackend = Exclude<Backend, 'wasm'>;

/** What the person chose: `auto` lets the device decide by self-test and race. */
export type BackendPreference = 'auto' | Backend;

/** How the golden self-test went on a backend, and how fast it ran. */
export interface BackendTrial {
  readonly backend: Backend;
  /** Of WASM, where it ran on more than one. */
  readonly threads?: number;
  readonly passed: boolean;
  /** Milliseconds of one warm forward pass; null when it was not timed. */
  readonly milliseconds: number | null;
  /** Largest difference of a probability from the golden one; null when it never ran. */
  readonly deviation: number | null;
  /** Why it was refused; for the log and the settings page's details. */
  readonly reason?: string;
}

/** One class of the pack with its calibrated probability, 0..1. */
export interface ConditionProbability {
  readonly code: string;
  readonly probability: number;
}

/** What the gate says of the picture: probabilities of the pack's domains, 0..1, that sum to 1. */
export type GatePrediction = Readonly<Record<PictureDomain, number>>;

/** Code of a way in which pictures are taken; each has a calibration and a prior of its own. */
export type PictureDomain = string;

/**
 * The likeliest of the domains that are read, whether or not the picture was accepted; the pack's first where they tie.
 * @param refused the one that is not read
 */
export function pictureDomain(gate: GatePrediction, refused = 'none'): PictureDomain {
  const read = Object.keys(gate).filter((domain) => domain !== refused);
  return read.reduce(
    (best, domain) => ((gate[domain] ?? 0) > (gate[best] ?? 0) ? domain : best),
    read[0] ?? '',
  );
}

/** How many views of a picture were read; each has a calibration of its own. */
export type ViewMode = 'plain' | 'eightViews';

/** Whether the sum of an operating point's classes reaches its threshold. */
export interface OperatingPointPrediction {
  readonly id: string;
  /** Calibrated probability of the point's classes together, 0..1. */
  readonly probability: number;
  readonly threshold: number;
  readonly flagged: boolean;
}

/** Milliseconds that each step took in the worker. */
export interface PredictionTimes {
  readonly decode: number;
  readonly resample: number;
  readonly inference: number;
  readonly total: number;
}

/** How far the views of a double-check agree. */
export interface ViewsPrediction {
  /** How many views were read, the picture as it is among them. */
  readonly count: number;
  /** In how many of them the prediction's likeliest condition is the likeliest. */
  readonly agree: number;
  /** Lowest and highest calibrated probability of each class, in the pack's class order. */
  readonly range: readonly { readonly code: string; readonly low: number; readonly high: number }[];
}

/** The prediction for one picture: everything that later pages show or compute from. */
export interface Prediction {
  readonly pack: { readonly id: string; readonly version: string };
  /** Names and texts for the result; absent where the app has its own. */
  readonly words?: PackWords;
  /** The head that was learnt on this device; absent where the pack's own was used. */
  readonly head?: HeadName;
  readonly backend: Backend;
  /** Absent in what was read before calibration went by them. */
  readonly domain?: PictureDomain;
  readonly mode?: ViewMode;
  /**
   * Where all conditions are equally common, in the pack's class order: what a prior is multiplied with. Absent where
   * the pack had no calibration by domain; then `probabilities` are that.
   */
  readonly likelihoods?: readonly ConditionProbability[];
  /** Calibrated under the prior of the picture's domain where there are likelihoods. In the pack's class order. */
  readonly probabilities: readonly ConditionProbability[];
  /** Raw network outputs in the pack's class order, before temperature and softmax; the mean of the views. */
  readonly logits: readonly number[];
  /** Code of the likeliest class. */
  readonly top: string;
  /** Codes of the prediction set, likeliest first; holds `top`. */
  readonly set: readonly string[];
  readonly gate: GatePrediction;
  /** False when the gate thinks that no lesion is shown. */
  readonly accepted: boolean;
  readonly operatingPoints: readonly OperatingPointPrediction[];
  /** Reasons for which the picture may be read badly; empty when it looks good. */
  readonly quality: readonly QualityIssue[];
  /** Global average of the last feature map, one value a channel; the mean of the views. */
  readonly embedding: Float32Array;
  readonly times: PredictionTimes;
  /** Only of a double-check, whose probabilities and gate are the mean over several views. */
  readonly views?: ViewsPrediction;
  /** The plain result that was shown before this one took its place: advice is never calmer than by it. */
  readonly plain?: PlainResult;
  /** What other versions of the model said of the same crop before, the oldest first: advice is never calmer than by them. */
  readonly earlier?: readonly EarlierResult[];
}

/** What is kept of a prediction beside the one of another version. */
type EarlierResult = PlainResult &
  Pick<Prediction, 'pack' | 'head' | 'mode' | 'probabilities' | 'views' | 'plain'>;

/** A prediction of another version, with what was said before it. */
export function withEarlier(now: Prediction, before: Prediction): Prediction {
  const { pack, head, mode, probabilities, views, plain, earlier = [] } = before;
  const { accepted, top, set, operatingPoints, quality, likelihoods } = before;
  const result: EarlierResult = {
    pack,
    probabilities,
    accepted,
    top,
    set,
    operatingPoints,
    quality,
    ...(head && { head }),
    ...(mode && { mode }),
    ...(views && { views }),
    ...(plain && { plain }),
    ...(likelihoods && { likelihoods }),
  };
  return { ...now, earlier: [...earlier, result] };
}

/** What advice goes by, of one view. */
export type PlainResult = Pick<
  Prediction,
  'accepted' | 'top' | 'set' | 'operatingPoints' | 'quality' | 'likelihoods'
>;

/** What a prior is multiplied with: the chances where all conditions are equally common. */
export function likelihoodsOf({
  likelihoods,
  probabilities,
}: Pick<Prediction, 'likelihoods' | 'probabilities'>): readonly ConditionProbability[] {
  return likelihoods ?? probabilities;
}
