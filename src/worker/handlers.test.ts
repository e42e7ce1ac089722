// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import { decodePicture } from '../image/decode/decode';
import { centredCrop } from '../domain/crop';
import { locateSpot } from '../image/locate';
import { makeStoredCopy, makePreview } from '../image/stored-copy';
import type { Picture } from '../image/decode/picture';
import { resampleCrop } from '../image/resample/resample';
import type { ActiveModel } from '../model/runtime/active-model';
import { tinyManifest } from '../model/testdata/tiny-pack';
import type { CallContext } from './call-context';
import { createHandlers } from './handlers';
import type { CallName } from './protocol';

// Decoding needs a browser; what is tested here is what the handlers make of it.
vi.mock('../image/decode/decode', () => ({ decodePicture: vi.fn() }));
vi.mock('../image/locate', async (original) => {
  const real = await original<typeof import('../image/locate')>();
  return { ...real, locateSpot: vi.fn(real.locateSpot) };
});
vi.mock('../image/stored-copy', () => ({ makeStoredCopy: vi.fn(), makePreview: vi.fn() }));
vi.mock('../image/resample/resample', async (original) => ({
  ...(await original<typeof import('../image/resample/resample')>()),
  resampleCrop: vi.fn(),
}));

const blob = new Blob(['picture']);
const white = new Uint8Array(224 * 224 * 3).fill(255);
let abort: AbortController;
let picture: Picture;
const close = vi.fn();
let run: ReturnType<typeof vi.fn<ActiveModel['run']>>;
let session: ActiveModel;

beforeEach(() => {
  vi.clearAllMocks();
  abort = new AbortController();
  picture = { width: 300, height: 200, type: 'image/png', close } as unknown as Picture;
  vi.mocked(decodePicture).mockResolvedValue(picture);
  vi.mocked(resampleCrop).mockResolvedValue(white);
  run = vi.fn<ActiveModel['run']>(() =>
    Promise.resolve({
      logits: Float32Array.of(0, 0, 0, 0, 0, 5, 0),
      gate: Float32Array.of(4, 0, 0),
      embedding: Float32Array.of(1),
    }),
  );
  session = {
    run,
    runTogether: (inputs: readonly Float32Array[]) => Promise.all(inputs.map((input) => run(input))),
    current: { manifest: tinyManifest(), backend: 'wasm' },
    exclusive: <T>(work: () => Promise<T>) => work(),
  } as unknown as ActiveModel;
  vi.stubGlobal('ImageData', FakeImageData);
  vi.stubGlobal('OffscreenCanvas', FakeCanvas);
});

afterEach(() => vi.unstubAllGlobals());

/** Enough of a canvas for a thumbnail. */
class FakeCanvas {
  getContext(): object {
    return { putImageData: () => undefined };
  }

  convertToBlob({ type }: { type: string }): Promise<Blob> {
    return Promise.resolve(new Blob(['thumbnail'], { type }));
  }
}

class FakeImageData {
  readonly data: Uint8ClampedArray;

  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

function context<N extends CallName>(): CallContext<N> {
  return { signal: abort.signal, pictureId: 1, onProgress: () => undefined };
}

function expectClosedOnce(): void {
  expect(close).toHaveBeenCalledOnce();
}

describe('classify', () => {
  it('reads the largest centred square when no frame is given', async () => {
    const {
      prediction: reading,
      crop,
      stored,
    } = await createHandlers(session).classify({ picture: blob }, context());
    expect(stored).toBeNull();
    expect(crop).toEqual({ x: 50, y: 0, side: 200 });
    expect(resampleCrop).toHaveBeenCalledWith(picture, { x: 50, y: 0, side: 200 });
    const [input] = run.mock.lastCall ?? [];
    expect(input).toHaveLength(224 * 224 * 3);
    expect(input?.every((value) => value === 1)).toBe(true);
    expect(reading).toMatchObject({ top: 'nv', backend: 'wasm', pack: { id: 'tiny' }, accepted: true });
    const { decode, resample, inference, total } = reading.times;
    expect(decode + resample + inference).toBeCloseTo(total, 6);
    // It is at hand for the calls that follow on it.
    expect(close).not.toHaveBeenCalled();
  });

  it('keeps a frame inside of the picture', async () => {
    await createHandlers(session).classify({ picture: blob, frame: { x: 290, y: -5, side: 50 } }, context());
    expect(resampleCrop).toHaveBeenCalledWith(picture, { x: 250, y: 0, side: 50 });
  });

  it('frees the picture when it cannot be read, and never calls the network', async () => {
    vi.mocked(resampleCrop).mockRejectedValue(new Failure('picture-damaged'));
    const call = createHandlers(session).classify({ picture: blob }, context());
    await expect(call).rejects.toMatchObject({ code: 'picture-damaged' });
    expect(run).not.toHaveBeenCalled();
    expectClosedOnce();
  });

  it.each([
    ['decoding', () => vi.mocked(decodePicture).mockImplementation(() => aborted(picture))],
    ['resampling', () => vi.mocked(resampleCrop).mockImplementation(() => aborted(white))],
  ])('stops after %s when it is aborted then', async (_step, happens) => {
    happens();
    const call = createHandlers(session).classify({ picture: blob }, context());
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(run).not.toHaveBeenCalled();
    expectClosedOnce();
  });
});

describe('the double-check', () => {
  it('reads eight views, tells of each, and says how far they agree', async () => {
    // A left half and a right half, so that turning and mirroring can be told.
    const halves = white.map((_, index) => (Math.floor(index / 3) % 224 < 112 ? 255 : 0));
    vi.mocked(resampleCrop).mockResolvedValue(halves);
    const onProgress = vi.fn();
    const { prediction: reading } = await createHandlers(session).classify(
      { picture: blob, careful: true },
      { ...context<'classify'>(), onProgress },
    );
    const corners = run.mock.calls.map(([input]) => [input[0], input[223 * 3], input[223 * 224 * 3]].join());
    expect(corners).toEqual([
      '1,-1,1',
      '1,1,-1',
      '-1,1,-1',
      '-1,-1,1',
      '-1,1,-1',
      '-1,-1,1',
      '1,-1,1',
      '1,1,-1',
    ]);
    expect(onProgress.mock.calls.map(([progress]) => progress as unknown)).toEqual(
      [2, 4, 6, 8].map((done) => ({ kind: 'views', done, total: 8 })),
    );
    expect(reading).toMatchObject({ top: 'nv', views: { count: 8, agree: 8 } });
  });

  it('stops between two passes when it is aborted', async () => {
    const call = createHandlers(session).classify(
      { picture: blob, careful: true },
      { ...context<'classify'>(), onProgress: (at) => at.kind === 'views' && at.done === 4 && abort.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(run).toHaveBeenCalledTimes(4);
  });

  it('is not what is done unasked', async () => {
    const { prediction: reading } = await createHandlers(session).classify({ picture: blob }, context());
    expect(run).toHaveBeenCalledOnce();
    expect(reading.views).toBeUndefined();
  });
});

describe('open and the stored copy', () => {
  it('opens a picture with its size, quality, preview and thumbnail', async () => {
    const preview = {} as ImageBitmap;
    vi.mocked(makePreview).mockResolvedValue(preview);
    const opened = await createHandlers(session).open({ picture: blob }, context());
    expect(makePreview).toHaveBeenCalledWith(picture);
    expect(opened.thumbnail.type).toBe('image/jpeg');
    expect(opened).toMatchObject({ width: 300, height: 200, type: 'image/png' });
    expect(vi.mocked(resampleCrop).mock.lastCall?.[1]).toEqual({ x: 50, y: 0, side: 200 });
    expect(opened.quality).toContain('too-bright');
    expect(opened.preview).toBe(preview);
  });

  it.each([
    ['the spot is looked for', () => vi.mocked(locateSpot).mockImplementationOnce(fail)],
    ['the crop is resampled', () => vi.mocked(resampleCrop).mockRejectedValueOnce(new Failure('internal'))],
    ['it is aborted', () => vi.mocked(resampleCrop).mockImplementationOnce(() => aborted(white))],
  ])('closes the preview when the call fails while %s', async (_when, happens) => {
    const preview = { close: vi.fn() };
    vi.mocked(makePreview).mockResolvedValue(preview as unknown as ImageBitmap);
    happens();
    await expect(createHandlers(session).open({ picture: blob }, context())).rejects.toBeInstanceOf(Failure);
    expect(preview.close).toHaveBeenCalledOnce();
    expectClosedOnce();
  });

  it('frees the picture when no copy can be made', async () => {
    vi.mocked(makeStoredCopy).mockRejectedValueOnce(new Failure('storage-full'));
    const frame = { x: 0, y: 0, side: 10 };
    const call = createHandlers(session).storedCopy({ picture: blob, frame }, context());
    await expect(call).rejects.toMatchObject({ code: 'storage-full' });
    expectClosedOnce();
  });
});

describe('one picture, opened and classified', () => {
  const stored = {
    width: 300,
    height: 200,
    picture: blob,
    thumbnail: blob,
    frame: { x: 50, y: 0, side: 200 },
  };

  beforeEach(() => {
    vi.mocked(makePreview).mockResolvedValue({ close: () => undefined } as ImageBitmap);
    vi.mocked(makeStoredCopy).mockResolvedValue(stored);
  });

  it('tells the prediction before the copy is made, and gives both', async () => {
    const told: unknown[] = [];
    vi.mocked(makeStoredCopy).mockImplementation(() => {
      expect(told).toHaveLength(1);
      return Promise.resolve(stored);
    });
    const classified = await createHandlers(session).classify(
      { picture: blob, store: true },
      { ...context<'classify'>(), onProgress: (progress) => told.push(progress) },
    );
    expect(told).toEqual([{ kind: 'prediction', prediction: classified.prediction }]);
    expect(classified.stored).toBe(stored);
    expect(vi.mocked(makeStoredCopy).mock.lastCall?.[1].crop).toEqual({ x: 50, y: 0, side: 200 });
  });

  it('looks for the spot and judges the quality once, and again only for another crop', async () => {
    const handlers = createHandlers(session);
    await handlers.open({ picture: blob }, context());
    const frame = centredCrop(picture);
    expect(locateSpot).toHaveBeenCalledOnce();
    await handlers.classify({ picture: blob, frame, store: true }, context());
    await handlers.pixels({ picture: blob, frame }, context());
    expect(locateSpot).toHaveBeenCalledOnce();
    expect(resampleCrop).toHaveBeenCalledOnce();
    await handlers.classify({ picture: blob, frame: { ...frame, side: 100 }, store: true }, context());
    expect(locateSpot).toHaveBeenCalledTimes(2);
    expect(resampleCrop).toHaveBeenCalledTimes(2);
    await handlers.classify({ picture: blob, frame, store: true }, { ...context(), pictureId: 2 });
    expect(resampleCrop).toHaveBeenCalledTimes(3);
  });

  it('decodes a picture that is too large to be held once a call', async () => {
    Object.assign(picture, { width: 8000, height: 6000 });
    const handlers = createHandlers(session);
    await handlers.open({ picture: blob }, context());
    const frame = centredCrop(picture);
    await new Promise((resolve) => setTimeout(resolve));
    expectClosedOnce();
    await handlers.classify({ picture: blob, frame, store: true }, context());
    expect(decodePicture).toHaveBeenCalledTimes(2);
    // What was seen of it is kept.
    expect(resampleCrop).toHaveBeenCalledOnce();
  });
});

describe('the pack', () => {
  it.each([
    [undefined, { state: 'current' }],
    [
      { manifest: { version: '1.1.0' }, state: 'staged' },
      { state: 'staged', version: '1.1.0' },
    ],
    [
      { manifest: { version: '1.1.0', notes: 'More.' }, state: 'applied' },
      { state: 'applied', version: '1.1.0', notes: 'More.' },
    ],
  ])('tells of an update (%j)', async (found, expected) => {
    const updating = { update: () => Promise.resolve(found) } as unknown as ActiveModel;
    expect(await createHandlers(updating).updatePack({ step: 'stage' }, context())).toEqual(expected);
  });

  it('uses no memory before it is prepared', async () => {
    const idle = { current: undefined } as unknown as ActiveModel;
    expect(await createHandlers(idle).memory({}, context())).toEqual({ tensors: 0, bytes: 0 });
  });
});

function fail(): never {
  throw new Failure('internal');
}

function aborted<T>(value: T): Promise<T> {
  abort.abort();
  return Promise.resolve(value);
}

describe('a closer look', () => {
  const spot = (): Uint8Array<ArrayBuffer> => {
    const rgb = new Uint8Array(224 * 224 * 3).fill(200);
    for (let y = 80; y < 140; y++) rgb.fill(60, (y * 224 + 80) * 3, (y * 224 + 140) * 3);
    return rgb;
  };
  const automatic = { method: 'automatic' } as const;

  it('hands out the pixels of a frame', async () => {
    const frame = { x: 290, y: -5, side: 50 };
    const { pixels } = await createHandlers(session).pixels({ picture: blob, frame }, context());
    expect(pixels).toBe(white);
    expect(resampleCrop).toHaveBeenCalledWith(picture, { x: 250, y: 0, side: 50 });
  });

  it('finds by a threshold and measures where the pack has no outline of its own', async () => {
    Object.assign(session, { outline: () => Promise.resolve(undefined) });
    const handlers = createHandlers(session);
    const pixels = spot();
    const found = await handlers.outline({ pixels, request: automatic }, context());
    expect(found).toMatchObject({ method: 'automatic', learned: false });
    const { measured } = await handlers.measure({ pixels, mask: found.mask, sidePixels: 448 }, context());
    // 60 pixels of 224 and a margin, in a frame of twice as many.
    expect(measured?.measures.shortestDiameter.pixels).toBeGreaterThan(120);
    expect(measured?.measures.shortestDiameter.pixels).toBeLessThan(145);
  });

  it('takes the network’s own outline where there is one, but not for a threshold by hand', async () => {
    const logits = new Float32Array(56 * 56).fill(-1);
    for (let y = 14; y < 42; y++) logits.fill(1, y * 56 + 14, y * 56 + 42);
    const outline = vi.fn(() => Promise.resolve(logits));
    Object.assign(session, { outline });
    const handlers = createHandlers(session);
    const { mask, learned } = await handlers.outline({ pixels: white, request: automatic }, context());
    expect(learned).toBe(true);
    const area = mask.runs.reduce((sum, length, i) => sum + (i % 2) * length, 0);
    expect(Math.abs(area / 224 ** 2 - 0.25)).toBeLessThan(0.01);
    const byHand = { method: 'threshold', channel: 'grey', side: 'below', level: 100 } as const;
    expect(await handlers.outline({ pixels: spot(), request: byHand }, context())).toMatchObject({
      method: 'threshold',
      learned: false,
      level: 100,
    });
    expect(outline).toHaveBeenCalledOnce();
  });

  it('finds by a threshold where the network’s outline cannot be computed', async () => {
    Object.assign(session, { outline: () => Promise.reject(new Error('kernel')) });
    const found = await createHandlers(session).outline({ pixels: spot(), request: automatic }, context());
    expect(found.learned).toBe(false);
  });

  it('measures nothing in an empty mask', async () => {
    const mask = { width: 224, height: 224, runs: [224 * 224] };
    const { measured } = await createHandlers(session).measure(
      { pixels: white, mask, sidePixels: 224 },
      context(),
    );
    expect(measured).toBeNull();
  });

  it('asks for the attention of a class by its code', async () => {
    const source = {
      features: Float32Array.of(1, 0, 0, 1),
      width: 2,
      height: 1,
      kernel: Float32Array.from({ length: 14 }, (_, i) => (i === 5 ? 1 : 0)),
      classes: 7,
    };
    Object.assign(session, { attention: () => Promise.resolve(source) });
    const handlers = createHandlers(session);
    const map = await handlers.attention({ pixels: white, code: 'nv' }, context());
    expect([...map.values]).toEqual([1, 0]);
    const unknown = handlers.attention({ pixels: white, code: 'wart' }, context());
    await expect(unknown).rejects.toMatchObject({ code: 'internal' });
  });
});
