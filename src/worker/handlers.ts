/** What the inference worker does for each call of the registry. */
import { memory } from '@tensorflow/tfjs-core';
import { Failure } from '../failure';
import { centredCrop, clampCrop, type Crop, type Size } from '../domain/crop';
import { assess } from '../image/assess';
import { captureDayOf } from '../image/decode/capture-day';
import { makeStoredCopy, makePreview } from '../image/stored-copy';
import { decodeMask, encodeMask } from '../domain/outline/mask';
import { measure } from '../image/measure/measure';
import { networkInput, networkSide } from '../image/resample/resample';
import { findOutline, learnedOutline } from '../image/segment/find-outline';
import { viewCount, viewOf } from '../image/views';
import { attentionMap } from '../model/attention';
import { fits, throughHead, withHead } from '../model/learning/adapt';
import type { NetworkOutputs } from '../model/runtime/classifier';
import { composeCareful, composePrediction } from '../model/predict';
import type { ActiveModel } from '../model/runtime/active-model';
import type { QualityIssue } from '../domain/prediction';
import type { CropView } from '../image/crop-view';
import type { Picture } from '../image/decode/picture';
import { HeldPicture } from './held-picture';
import type { PackHandlers } from './packs';
import { SeenCrops } from './seen-crops';
import type { CallContext } from './call-context';
import type { Argument, CallName, Result } from './protocol';

export type Handlers = {
  readonly [N in CallName]: (argument: Argument<N>, context: CallContext<N>) => Promise<Result<N>>;
};

export function createHandlers(session: ActiveModel): Handlers {
  const held = new HeldPicture();
  const seen = new SeenCrops();
  let shelf: Promise<PackHandlers> | undefined;
  /** Loaded when it is first asked for: it brings the readers of zips and signatures. */
  const packs = (): Promise<PackHandlers> =>
    (shelf ??= import('./packs').then(({ createPackHandlers }) => createPackHandlers(session)));
  return {
    prepare: async ({ backend }, context) => {
      const state = await session.prepare(backend, context);
      if (state.storage === 'kept') keepBank(session);
      return state;
    },

    open: ({ picture }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, async (decoded) => {
        const { width, height, type } = decoded;
        const preview = await makePreview(decoded);
        try {
          const view = await seen.of(decoded, pictureId, centredCrop(decoded));
          const thumbnail = await view.thumbnail();
          const capturedOn = (await captureDayOf(picture, type)) ?? null;
          throwIfAborted(signal);
          const quality = qualityOf(decoded, view);
          return { width, height, type, quality, preview, thumbnail, capturedOn };
        } catch (thrown) {
          preview.close();
          throw thrown;
        }
      }),

    classify: ({ picture, frame, careful = false, store = false, head }, context) => {
      const { signal, pictureId, onProgress } = context;
      const start = performance.now();
      // As long as this takes the picture stays decoded, however large it is: the copy is made of it as well.
      return held.use(picture, pictureId, signal, async (upright) => {
        const decoded = performance.now();
        const view = await seen.of(upright, pictureId, cropIn(upright, frame));
        const quality = qualityOf(upright, view);
        const resampled = performance.now();
        throwIfAborted(signal);
        const prediction = await session.exclusive(async () => {
          const input = inputOf(session, view.pixels);
          const outputs = careful ? await runViews(session, input, context) : [await session.run(input)];
          const end = performance.now();
          const { current } = session;
          if (!current) throw new Failure('internal', 'no pack');
          const used = head && fits(head, current.manifest) ? head : undefined;
          const views = used ? outputs.map((each) => throughHead(each, used)) : outputs;
          const [first] = views;
          if (!first) throw new Failure('internal', 'no view');
          const found = {
            ...current,
            manifest: used ? withHead(current.manifest, used) : current.manifest,
            head: used,
            quality,
            times: {
              decode: decoded - start,
              resample: resampled - decoded,
              inference: end - resampled,
              total: end - start,
            },
          };
          return careful ? composeCareful(views, found) : composePrediction(first, found);
        });
        const { crop } = view;
        if (!store) return { prediction, crop, stored: null };
        onProgress({ kind: 'prediction', prediction });
        return { prediction, crop, stored: await makeStoredCopy(upright, view) };
      });
    },

    inspect: ({ rgba, side }) => Promise.resolve(assess(rgba, side)),

    storedCopy: ({ picture, frame, longSide }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, async (decoded) =>
        makeStoredCopy(decoded, await seen.of(decoded, pictureId, clampCrop(frame, decoded)), longSide),
      ),

    pixels: ({ picture, frame }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, async (decoded) => ({
        pixels: (await seen.of(decoded, pictureId, cropIn(decoded, frame))).pixels,
      })),

    outline: (argument) => outlineOf(session, argument),

    measure: ({ pixels, mask, structures, ...side }) =>
      Promise.resolve({ measured: measure(pixels, decodeMask(mask), side, structures) ?? null }),

    attention: ({ pixels, code, head }) =>
      session.exclusive(async () => {
        const source = await session.attention(inputOf(session, pixels));
        const manifest = session.current?.manifest;
        const index = manifest?.classes.findIndex((each) => each.code === code) ?? -1;
        if (!manifest || index < 0) throw new Failure('internal', `no class ${code}`);
        const kernel = head && fits(head, manifest) ? head.kernel : source.kernel;
        return attentionMap({ ...source, kernel }, index);
      }),

    learn: async (argument, context) => (await import('./learn')).learnFrom(session, argument, context),

    noisyHead: async (argument, context) => (await import('./learn')).noisyFrom(session, argument, context),
    mergeHeads: async (argument, context) => (await import('./learn')).mergeFrom(session, argument, context),

    figures: async ({ outcomes, careful }) =>
      (await import('../model/evaluation-figures')).figuresOf(session.current?.manifest, outcomes, careful),

    updatePack: async ({ step }, context) => {
      const found = await session.update(step, context);
      if (!found) return { state: 'current' };
      const { state, manifest } = found;
      const { version, notes } = manifest;
      return { state, version, ...(notes !== undefined && { notes }) };
    },

    hostedPacks: async (_, context) => (await packs()).hostedPacks(context),
    offerPack: async (argument, context) => (await packs()).offerPack(argument, context),
    installPack: async ({ key }) => (await packs()).installPack(key),
    packs: async () => (await session.store())?.list() ?? [],
    usePack: async ({ key, backend }, { signal }) => {
      const state = await session.use(key, backend, signal);
      keepBank(session);
      return state;
    },
    removePack: async ({ key }) => {
      await (await session.store())?.remove(key);
      return null;
    },

    metrics: () => Promise.resolve(session.metrics()),

    memory: () => {
      const { numTensors, numBytes } = session.current ? memory() : { numTensors: 0, numBytes: 0 };
      return Promise.resolve({ tensors: numTensors, bytes: numBytes });
    },
  };
}

/** For later, and for when there is no network: nothing waits for it, and what fails is tried when it is wanted. */
function keepBank(session: ActiveModel): void {
  session.bank({ signal: new AbortController().signal }).catch(() => undefined);
}

/** Views in one pass: more share threads better, but their layers no longer fit a processor's cache. */
const viewsTogether = 2;

/** What the network says of each of the eight views. */
async function runViews(
  session: ActiveModel,
  input: Float32Array,
  { signal, onProgress }: CallContext<'classify'>,
): Promise<NetworkOutputs[]> {
  const outputs: NetworkOutputs[] = [];
  const side = Math.sqrt(input.length / 3);
  while (outputs.length < viewCount) {
    // A turn of the loop, in which an abort can arrive.
    if (outputs.length > 0) await new Promise((resolve) => setTimeout(resolve));
    throwIfAborted(signal);
    const views = Array.from({ length: Math.min(viewsTogether, viewCount - outputs.length) }, (_, at) =>
      viewOf(input, side, outputs.length + at),
    );
    outputs.push(...(await session.runTogether(views)));
    onProgress({ kind: 'views', done: outputs.length, total: viewCount });
  }
  return outputs;
}

/** The outline that is asked for; the network's own where it should come by itself and the pack has one. */
async function outlineOf(
  session: ActiveModel,
  { pixels, request }: Argument<'outline'>,
): Promise<Result<'outline'>> {
  if (pixels.length !== networkSide * networkSide * 3) throw new RangeError(`${pixels.length} bytes`);
  if (request.method === 'automatic') {
    // A backend that cannot run the decoder must not cost the person the outline: a threshold needs none.
    const logits = await session
      .exclusive(() => session.outline(inputOf(session, pixels)))
      .catch(() => undefined);
    if (logits) {
      return { method: 'automatic', mask: encodeMask(learnedOutline(logits, request.tap)), learned: true };
    }
  }
  const { mask, ...found } = findOutline(pixels, request);
  return { ...found, mask: encodeMask(mask), learned: false };
}

/** A crop as the running pack takes it. @throws Failure `internal` before `prepare` */
function inputOf({ current }: ActiveModel, pixels: Uint8Array): Float32Array {
  if (!current) throw new Failure('internal', 'input before prepare');
  return networkInput(pixels, current.manifest.input.width);
}

/** The wanted crop inside of the picture, else the largest centred square. */
function cropIn(size: Size, wanted: Crop | undefined): Crop {
  return wanted ? clampCrop(wanted, size) : centredCrop(size);
}

/** What speaks against trusting the crop, or the whole picture. */
function qualityOf({ isSuspect }: Picture, view: CropView): readonly QualityIssue[] {
  return isSuspect ? ['perhaps-damaged', ...view.quality()] : view.quality();
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure('aborted');
}
