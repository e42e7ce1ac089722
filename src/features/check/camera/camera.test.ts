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
