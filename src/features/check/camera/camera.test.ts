import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Camera } from './camera.svelte';
import { takePicture } from './take-picture';

vi.mock('./take-picture', () => ({ takePicture: vi.fn() }));

const picture = new Blob(['picture']);
const video = {} as HTMLVideoElement;
const stop = vi.fn();
let release: () => void;

beforeEach(() => {
  vi.clearAllMocks();
  const track = { stop, addEventListener: () => undefined, getSettings: () => ({}) };
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: () => Promise.resolve(stream),
      enumerateDevices: () => Promise.resolve([]),
    },
  });
  vi.mocked(takePicture).mockImplementation(
    () => new Promise((resolve) => (release = () => resolve(picture))),
  );
});
afterEach(() => vi.unstubAllGlobals());

async function live(): Promise<Camera> {
  const camera = new Camera();
  await camera.start();
  expect(camera.state.kind).toBe('live');
  return camera;
}

describe('a picture that is being taken', () => {
  it('is given once, however often the shutter is pressed', async () => {
    const camera = await live();
    const [first, second] = [camera.take(video), camera.take(video)];
    release();
    expect(await first).toBe(picture);
    expect(await second).toBeUndefined();
    expect(takePicture).toHaveBeenCalledOnce();
  });

  it('comes to nothing when the camera is closed meanwhile', async () => {
    const camera = await live();
    const taking = camera.take(video);
    camera.stop();
    release();
    expect(await taking).toBeUndefined();
    expect(stop).toHaveBeenCalled();
  });

  it('is not lost when the screen goes dark meanwhile', async () => {
    const camera = await live();
    const taking = camera.take(video);
    camera.pause();
    release();
    expect(await taking).toBe(picture);
  });
});

describe('the camera that is opened', () => {
  interface Fake {
    readonly id: string;
    muted: boolean;
    readonly events: Map<string, () => void>;
  }

  /** A phone with these cameras, of which it opens the first by itself. */
  function phone(labels: readonly string[]) {
    const opened: Fake[] = [];
    const getUserMedia = vi.fn(({ video: wish }: MediaStreamConstraints) => {
      const { deviceId } = wish as { deviceId?: { ideal: string } };
      const id = labels.find((label) => label === deviceId?.ideal) ?? labels[0] ?? '';
      const fake: Fake = { id, muted: false, events: new Map() };
      opened.push(fake);
      const track = {
        stop,
        get muted() {
          return fake.muted;
        },
        addEventListener: (type: string, listener: () => void) => fake.events.set(type, listener),
        getSettings: () => ({ deviceId: id }),
      };
      return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] });
    });
    const devices = labels.map((label) => ({ kind: 'videoinput', deviceId: label, label }));
    vi.stubGlobal('navigator', {
      mediaDevices: { getUserMedia, enumerateDevices: () => Promise.resolve(devices) },
    });
    return opened;
  }

  const iphone = ['Back Ultra Wide Camera', 'Front Camera', 'Back Camera'];

  it('is the main one, and the others at the back can be switched to', async () => {
    const opened = phone(iphone);
    const camera = await live();
    expect(opened.map(({ id }) => id)).toEqual(['Back Ultra Wide Camera', 'Back Camera']);
    expect(camera.canSwitch).toBe(true);
    expect(await camera.switch()).toBe('Back Ultra Wide Camera');
    expect(await camera.switch()).toBe('Back Camera');
  });

  it('is the one that was remembered, without a detour', async () => {
    const opened = phone(iphone);
    await new Camera().start('Back Ultra Wide Camera');
    expect(opened.map(({ id }) => id)).toEqual(['Back Ultra Wide Camera']);
  });

  it('is started anew when it ends or stays silent, and given up when that does not help', async () => {
    vi.useFakeTimers();
    const opened = phone(['Back Camera']);
    const camera = await live();
    const last = () => opened[opened.length - 1];
    const silent = last();
    if (silent) silent.muted = true;
    silent?.events.get('mute')?.();
    await vi.advanceTimersByTimeAsync(3000);
    expect(opened).toHaveLength(2);
    expect(camera.state.kind).toBe('live');
    last()?.events.get('mute')?.();
    await vi.advanceTimersByTimeAsync(3000);
    expect(opened).toHaveLength(2);
    for (let times = 0; times < 2; times++) {
      last()?.events.get('ended')?.();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(camera.state).toEqual({ kind: 'failed', reason: 'busy' });
    vi.useRealTimers();
  });
});
