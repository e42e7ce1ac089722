/**
 * The only contract between the page and the inference worker. One registry holds the argument,
 * result and progress type of every call, so that both sides are checked from end to end.
 */
import type { FailureCode } from '../failure';
import type { IsoDay } from '../domain/calendar/calendar';
import type { Crop, Size } from '../domain/crop';
import type { Outcome } from '../domain/evaluation/outcome';
import type { Report } from '../domain/evaluation/report';
import type { EncodedMask } from '../domain/outline/mask';
import type { LesionStructure } from '../domain/outline/measures';
import type { Measured } from '../image/measure/measure';
import type { Outline, OutlineMethod } from '../domain/outline/outline';
import type { OutlineRequest } from '../image/segment/find-outline';
import type { AttentionMap } from '../model/attention';
import type { Inspection } from '../image/assess';
import type { StoredCopy } from '../image/stored-copy';
import type { Head, HeadWeights, LearningReport } from '../domain/learning/head';
import type { Manifest } from '../domain/pack/manifest';
import type { Metrics } from '../domain/pack/metrics';
import type { LocalText } from '../domain/pack/words';
import type { UpdateNoise } from '../domain/learning/noise';
import type { MergedPart } from '../model/learning/merge';
import type { HostedPack } from '../model/packs/hosted';
import type { PackChange, Provenance } from '../model/packs/offers';
import type { DownloadProgress, PackStorage } from '../model/packs/pack';
import type { NewerModel, UpdateStep } from '../model/packs/staging';
import type { KeptPack } from '../model/packs/store-schema';
import type {
  Backend,
  BackendPreference,
  BackendTrial,
  PictureDomain,
  QualityIssue,
  Prediction,
} from '../domain/prediction';

export type InstalledPack = KeptPack;
export type {
  AttentionMap,
  BackendTrial,
  HostedPack,
  Inspection,
  Measured,
  OutlineRequest,
  PackStorage,
  StoredCopy,
  UpdateStep,
};

export interface ReadyState {
  readonly manifest: Manifest;
  readonly backend: Backend;
  readonly trials: readonly BackendTrial[];
  /** Where the pack came from this time. */
  readonly source: 'store' | 'network';
  /** True when the stored copy was damaged and has been fetched anew. */
  readonly repaired: boolean;
  /** Whether the pack is there for the next start, and if not, why. */
  readonly storage: PackStorage;
  /** Key of the version that was in use before, where this start took a newer one into use. */
  readonly replaced?: string;
}

interface OpenedPicture extends Size {
  /** MIME type by content, not by name. */
  readonly type: string;
  /** This and `thumbnail` are of the largest centred square, the crop to begin with. */
  readonly quality: readonly QualityIssue[];
  /** Upright, long side at most 2048 px, for the screen only. Whoever gets it closes it. */
  readonly preview: ImageBitmap;
  /** JPEG, 192 x 192 px. */
  readonly thumbnail: Blob;
  /** The day on which the file says that it was taken; null where it does not. Nothing else of its metadata is read. */
  readonly capturedOn: IsoDay | null;
}

interface ClassifiedPicture {
  readonly prediction: Prediction;
  /** What was read of the upright picture, in its pixels. */
  readonly crop: Crop;
  /** What goes into the record; null where that was not asked for. */
  readonly stored: StoredCopy | null;
}

/** The frame as the network sees it, to be handed to the calls that look closer: 224 x 224 x 3 bytes. */
export type CropPixels = Uint8Array<ArrayBuffer>;

interface FoundOutline {
  readonly method: OutlineMethod;
  readonly mask: EncodedMask;
  /** Whether the network drew it; a threshold did else. */
  readonly learned: boolean;
  /** The level that was used, for a threshold that was left open. */
  readonly level?: number;
}

interface MeasureRequest extends Pick<Outline, 'mask' | 'sidePixels' | 'sideMillimetres'> {
  readonly pixels: CropPixels;
  /** What the person saw of the differential structures, where they have said. */
  readonly structures?: readonly LesionStructure[];
}

/** Views of a double-check that are read, of all. */
interface ViewsProgress {
  readonly kind: 'views';
  readonly done: number;
  readonly total: number;
}

/** A picture that the running pack has read, with what was found. */
export interface LearningExample {
  readonly embedding: Float32Array;
  /** Code of one of the pack's conditions. */
  readonly code: string;
  readonly weight: number;
  readonly domain: PictureDomain;
  readonly lesion: string;
}

export interface LearntHead {
  readonly head: HeadWeights;
  readonly report: LearningReport;
  /** By example, codes of conditions: what the pack's own head says, and what one says that did not learn from it. */
  readonly answers: readonly { readonly before: string; readonly after: string }[];
}

/** A head with noise; the report says what it is worth on the bank, and nothing of corrections. */
export type NoisyHead = Pick<LearntHead, 'head' | 'report'> & { readonly noise: UpdateNoise };

/** Share of the learning that is done, 0..1. */
interface LearningProgress {
  readonly kind: 'learning';
  readonly share: number;
}

/** What the network says, while the copy for the record is still being made. */
interface PredictionProgress {
  readonly kind: 'prediction';
  readonly prediction: Prediction;
}

export type PackUpdate =
  | { readonly state: 'current' }
  | {
      /** `staged`: it lies here, has passed its self-test, and is taken into use at the next start. */
      readonly state: NewerModel['state'];
      readonly version: string;
      /** What is new in it, where it says so. */
      readonly notes?: LocalText;
    };

/** A pack that was fetched or opened and has passed every check; it is kept in the worker until it is installed. */
export interface PackOffer extends Provenance {
  readonly manifest: Manifest;
  /** Of its files together. */
  readonly bytes: number;
  readonly change: PackChange;
}

interface Calls {
  /** Loads the pack (store first, network else), chooses a backend, runs the self-test. */
  prepare: { argument: { backend: BackendPreference }; result: ReadyState; progress: DownloadProgress };
  /** Decodes a picture and looks at it: all that the page needs before it is classified. */
  open: { argument: { picture: Blob }; result: OpenedPicture; progress: never };
  /**
   * Classifies a picture; without a frame the largest centred square. `careful` reads eight views of it. With
   * `store` the prediction comes as progress as soon as it is there, and the copy for the record follows. A `head`
   * that was learnt for the running pack takes the place of the pack's own.
   */
  classify: {
    argument: { picture: Blob; frame?: Crop; careful?: boolean; store?: boolean; head?: Head | undefined };
    result: ClassifiedPicture;
    progress: ViewsProgress | PredictionProgress;
  };
  /** Looks at the square of a camera's frame: 224 x 224 RGBA, which spans `side` pixels of the camera. */
  inspect: { argument: { rgba: Uint8ClampedArray; side: number }; result: Inspection; progress: never };
  /** Makes the copy for the record by itself: at another size than the usual, or where it failed before. */
  storedCopy: {
    argument: { picture: Blob; frame: Crop; longSide?: number };
    result: StoredCopy;
    progress: never;
  };
  /** The pixels of the frame (else of the centred square), so that the calls below need not decode anew. */
  pixels: { argument: { picture: Blob; frame?: Crop }; result: { pixels: CropPixels }; progress: never };
  /** Finds the lesion in the frame. */
  outline: {
    argument: { pixels: CropPixels; request: OutlineRequest };
    result: FoundOutline;
    progress: never;
  };
  /** Measures the lesion; null when the mask is empty. */
  measure: { argument: MeasureRequest; result: { measured: Measured | null }; progress: never };
  /** Where the network looked for one class. */
  attention: {
    argument: { pixels: CropPixels; code: string; head?: HeadWeights | undefined };
    result: AttentionMap;
    progress: never;
  };
  /** Learns a head from corrections; null where the pack has no bank to learn with. Keeps nothing. */
  learn: {
    argument: { corrections: readonly LearningExample[] };
    result: LearntHead | null;
    progress: LearningProgress;
  };
  /** Adds noise to a head that was learnt from so many lesions, for others; null where the pack has no bank. */
  noisyHead: {
    argument: { head: HeadWeights; lesions: number; epsilon: number };
    result: NoisyHead | null;
    progress: never;
  };
  /** Merges updates of the pack's head, and has them judged by the corrections; null where the pack has no bank. Keeps nothing. */
  mergeHeads: {
    argument: { corrections: readonly LearningExample[]; updates: readonly MergedPart[] };
    /** With the places of the updates that lie far from the others. */
    result: (LearntHead & { readonly outliers: readonly number[] }) | null;
    progress: never;
  };
  /** The figures of an evaluation that read with the running pack; `careful` where it read eight views. */
  figures: {
    argument: { outcomes: readonly Outcome[]; careful: boolean };
    result: Report;
    progress: never;
  };
  /** Looks for a newer pack, keeps it for the next start, or switches to it. */
  updatePack: { argument: { step: UpdateStep }; result: PackUpdate; progress: DownloadProgress };
  /** The packs that the app's host has beside its own; empty where it has none. */
  hostedPacks: { argument: Record<string, never>; result: readonly HostedPack[]; progress: never };
  /** Opens a pack from a file, or fetches it from the app's host; checks and tests it. Keeps nothing. */
  offerPack: {
    argument: { readonly from: { readonly zip: Blob } | { readonly address: string } };
    result: PackOffer;
    progress: DownloadProgress;
  };
  /** Keeps the pack that was offered last. @throws Failure `worker-lost` when that is gone */
  installPack: {
    argument: { readonly key: string };
    result: { readonly storage: PackStorage };
    progress: never;
  };
  /** The packs on this device. */
  packs: { argument: Record<string, never>; result: readonly InstalledPack[]; progress: never };
  /** Switches to a pack on this device. */
  usePack: {
    argument: { readonly key: string; readonly backend: BackendPreference };
    result: ReadyState;
    progress: never;
  };
  /** Removes a pack that is not in use. */
  removePack: { argument: { readonly key: string }; result: null; progress: never };
  /** The figures that came with the pack in use; null when it brought none. */
  metrics: { argument: Record<string, never>; result: Metrics | null; progress: never };
  /** Live tensors and bytes of the backend, for diagnosis. */
  memory: { argument: Record<string, never>; result: { tensors: number; bytes: number }; progress: never };
}

export type CallName = keyof Calls;
export type Argument<N extends CallName> = Calls[N]['argument'];
export type Result<N extends CallName> = Calls[N]['result'];
export type Progress<N extends CallName> = Calls[N]['progress'];

/** What a worker must know before its first call. */
interface Setup {
  /** Absolute address of the pack's folder, with a slash at the end. */
  readonly packUrl: string;
  /** False for a pack that is only tried: it is fetched, used and forgotten. */
  readonly keepPack: boolean;
  /** True once a worker of this session was lost: only WASM on one thread is tried again. */
  readonly wasmOnly: boolean;
}

export interface Call<N extends CallName> {
  readonly kind: 'call';
  readonly id: number;
  readonly name: N;
  readonly argument: Argument<N>;
  /** The same for every call with the same picture, which arrives as another Blob each time; 0 for none. */
  readonly pictureId: number;
}

/** Page to worker: `start` first, once. `abort` names the request that is no longer wanted. */
export type ToWorker =
  | ({ readonly kind: 'start' } & Setup)
  | { [N in CallName]: Call<N> }[CallName]
  | { readonly kind: 'abort'; readonly id: number };

/**
 * Worker to page: any number of `progress`, then one `result` or `failure` for each call, also for
 * an aborted one. `lost` says that the graphics context is gone and no answer will come any more.
 */
export type FromWorker =
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress<CallName> }
  | { readonly kind: 'result'; readonly id: number; readonly result: Result<CallName> }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: FailureCode;
      readonly detail: string;
    };
