/** The steps of the inference worker, each by itself. A new step of the worker is one more line of `steps`. */
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { decodePicture } from '../../src/image/decode/decode';
import { centredCrop, type Crop } from '../../src/domain/crop';
import { assess } from '../../src/image/assess';
import { makeStoredCopy, makePreview } from '../../src/image/stored-copy';
import { CropView } from '../../src/image/crop-view';
import type { Mask } from '../../src/domain/outline/mask';
import { measure as measureLesion } from '../../src/image/measure/measure';
import { Picture } from '../../src/image/decode/picture';
import { assessQuality } from '../../src/image/quality';
import { resampleCrop, toNetworkInput } from '../../src/image/resample/resample';
import { findOutline, learnedOutline } from '../../src/image/segment/find-outline';
import { attentionMap } from '../../src/model/attention';
import { configureTensorflow } from '../../src/model/runtime/backend';
import { ActiveModel } from '../../src/model/runtime/active-model';
import { unchecked, type StepsRequest, type StepTimes } from './steps';

declare const self: DedicatedWorkerGlobalScope;

/** What the steps work on. */
interface Given {
  readonly photo: Blob;
  readonly picture: Picture;
  /** The largest centred square. */
  readonly frame: Crop;
  /** The frame as the network sees it: 224 x 224 x 3 bytes. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** The lesion's outline. */
  readonly mask: Mask;
  /** The same with a fourth byte, as a canvas gives it. */
  readonly rgba: Uint8ClampedArray;
  /** Prepared, on WASM. */
  readonly session: ActiveModel;
}

const steps: Readonly<Record<string, (given: Given) => unknown>> = {
  'file to picture': async ({ photo }) => (await decodePicture(photo)).close(),
  [unchecked]: async ({ photo }) =>
    new Picture(await createImageBitmap(photo, { imageOrientation: 'from-image' }), 'image/jpeg').close(),
  'frame to 224 x 224': ({ picture, frame }) => resampleCrop(picture, frame),
  quality: ({ rgb, frame }) => assessQuality(rgb, frame),
  'one look of the camera': ({ rgba, frame }) => assess(rgba, frame.side),
  network: ({ session, rgb }) => session.run(toNetworkInput(rgb)),
  "outline, the network's": async ({ session, rgb }) => {
    const logits = await session.outline(toNetworkInput(rgb));
    if (!logits) throw new Error('the pack has no outline');
    return learnedOutline(logits);
  },
  'outline, automatic threshold': ({ rgb }) => findOutline(rgb, { method: 'automatic' }),
  'outline, threshold by hand': ({ rgb }) =>
    findOutline(rgb, { method: 'threshold', channel: 'blue', side: 'below', level: 100 }),
  measures: ({ rgb, mask, frame }) => measureLesion(rgb, mask, { sidePixels: frame.side }),
  'attention map': async ({ session, rgb }) => attentionMap(await session.attention(toNetworkInput(rgb)), 0),
  'preview of 2048 px': async ({ picture }) => (await makePreview(picture)).close(),
  'what the record keeps, after the preview': ({ picture, frame, rgb }) =>
    makeStoredCopy(picture, new CropView(frame, rgb)),
  // Takes the preview's pixels away, so that the next round makes them anew.
  'a smaller copy, for a full disk': ({ picture, frame, rgb }) =>
    makeStoredCopy(picture, new CropView(frame, rgb), 1024),
};

configureTensorflow(wasmFile);
self.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));
self.addEventListener('message', ({ data }: MessageEvent<StepsRequest>) => {
  void measure(data).then((times) => self.postMessage(times));
});

async function measure({ packUrl, photo, rounds, warmUp }: StepsRequest): Promise<StepTimes> {
  const session = new ActiveModel({
    packUrl,
    appVersion: __APP_VERSION__,
    roots: { bundledPacks: [], trustedKeys: [] },
    keepPack: false,
    wasmOnly: true,
    onLost: (detail) => reportError(new Error(detail)),
  });
  await session.prepare('wasm', { signal: new AbortController().signal });
  const picture = await decodePicture(photo);
  const frame = centredCrop(picture);
  const rgb = await resampleCrop(picture, frame);
  const { mask } = findOutline(rgb, { method: 'automatic' });
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4);
  for (let i = 0; i < rgba.length / 4; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  const given: Given = { photo, picture, frame, rgb, rgba, mask, session };
  const times = Object.fromEntries(Object.keys(steps).map((name) => [name, [] as number[]]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, step] of Object.entries(steps)) {
      const start = performance.now();
      await step(given);
      if (round >= 0) times[name]?.push(performance.now() - start);
    }
  }
  return times;
}
