/** What the inference worker does for each call of the registry. */
import { memory } from '@tensorflow/tfjs-core';
import { Failure } from '../failure';
import { centredCrop, clampCrop } from '../domain/crop';
import { assess } from '../image/assess';
import { makeStoredCopy, makePreview, squeezed } from '../image/stored-copy';
import { locateSpot } from '../image/locate';
import { decodeMask, encodeMask } from '../domain/mask';
import { measure } from '../image/measure/measure';
import { proposedCrop } from '../image/propose-crop';
import { assessQuality } from '../image/quality';
import { networkSide, resampleCrop, toNetworkInput } from '../image/resample/resample';
import { findOutline, learnedOutline } from '../image/segment/find-outline';
import { viewCount, viewOf } from '../image/views';
import { attentionMap } from '../model/attention';
import type { NetworkOutputs } from '../model/runtime/classifier';
import { composeCareful, composePrediction } from '../model/predict';
import type { ActiveModel } from '../model/runtime/active-model';
import { HeldPicture } from './held-picture';
import type { Argument, CallName, Progress, Result } from './protocol';

export interface CallContext<N extends CallName> {
  readonly signal: AbortSignal;
  /** The same for every call with the same picture; 0 where there is none. */
  readonly pictureId: number;
  readonly onProgress: (progress: Progress<N>) => void;
}

export type Handlers = {
  readonly [N in CallName]: (argument: Argument<N>, context: CallContext<N>) => Promise<Result<N>>;
};

export function createHandlers(session: ActiveModel): Handlers {
  const held = new HeldPicture();
  return {
    prepare: ({ backend }, context) => session.prepare(backend, context),

    open: ({ picture, longSide }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, async (decoded) => {
        const { width, height, type } = decoded;
        const preview = makePreview(decoded, longSide);
        const frame = proposedCrop(locateSpot(squeezed(preview), networkSide), decoded);
        const quality = assessQuality(await resampleCrop(decoded, frame), frame);
        return { width, height, type, quality, frame, preview };
      }),

    classify: async ({ picture, frame: wanted, careful = false }, context) => {
      const { signal, pictureId } = context;
      const start = performance.now();
      const { rgb, frame, decoded } = await held.use(picture, pictureId, signal, async (upright) => {
        const decodedAt = performance.now();
        const chosen = wanted ? clampCrop(wanted, upright) : centredCrop(upright);
        return { rgb: await resampleCrop(upright, chosen), frame: chosen, decoded: decodedAt };
      });
      const quality = assessQuality(rgb, frame);
      const input = toNetworkInput(rgb);
      const resampled = performance.now();
      throwIfAborted(signal);
      const views = careful ? await runViews(session, input, context) : [await session.run(input)];
      const end = performance.now();
      const { current } = session;
      const [first] = views;
      if (!current || !first) throw new Failure('internal', 'no pack');
      const found = {
        ...current,
        quality,
        times: {
          decode: decoded - start,
          resample: resampled - decoded,
          inference: end - resampled,
          total: end - start,
        },
      };
      return careful ? composeCareful(views, found) : composePrediction(first, found);
    },

    inspect: ({ rgba, side }) => Promise.resolve(assess(rgba, side)),

    keepsake: ({ picture, frame, longSide }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, (decoded) =>
        makeStoredCopy(decoded, clampCrop(frame, decoded), longSide),
      ),

    pixels: ({ picture, frame }, { signal, pictureId }) =>
      held.use(picture, pictureId, signal, async (decoded) => ({
        pixels: await resampleCrop(decoded, frame ? clampCrop(frame, decoded) : centredCrop(decoded)),
      })),

    outline: (argument) => outlineOf(session, argument),

    measure: ({ pixels, mask, structures, ...side }) =>
      Promise.resolve({ measured: measure(pixels, decodeMask(mask), side, structures) ?? null }),

    attention: async ({ pixels, code }) => {
      const source = await session.attention(toNetworkInput(pixels));
      const index = session.current?.manifest.classes.findIndex((each) => each.code === code) ?? -1;
      if (index < 0) throw new Failure('internal', `no class ${code}`);
      return attentionMap(source, index);
    },

    updatePack: async ({ apply }, context) => {
      const version = await session.update(apply, context);
      return version === undefined
        ? { state: 'current' }
        : { state: apply ? 'applied' : 'available', version };
    },

    metrics: () => Promise.resolve(session.metrics()),

    memory: () => {
      const { numTensors, numBytes } = session.current ? memory() : { numTensors: 0, numBytes: 0 };
      return Promise.resolve({ tensors: numTensors, bytes: numBytes });
    },
  };
}

/** What the network says of each of the eight views. */
async function runViews(
  session: ActiveModel,
  input: Float32Array,
  { signal, onProgress }: CallContext<'classify'>,
): Promise<NetworkOutputs[]> {
  const outputs: NetworkOutputs[] = [];
  for (let view = 0; view < viewCount; view++) {
    // A turn of the loop, in which an abort can arrive.
    if (view > 0) await new Promise((resolve) => setTimeout(resolve));
    throwIfAborted(signal);
    outputs.push(await session.run(viewOf(input, networkSide, view)));
    onProgress({ kind: 'views', done: view + 1, total: viewCount });
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
    const logits = await session.outline(toNetworkInput(pixels)).catch(() => undefined);
    if (logits) {
      return { method: 'automatic', mask: encodeMask(learnedOutline(logits, request.tap)), learned: true };
    }
  }
  const { mask, ...found } = findOutline(pixels, request);
  return { ...found, mask: encodeMask(mask), learned: false };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure('aborted');
}
