import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchFrames } from './frames';

let show: (() => void) | undefined;
const video = {
  requestVideoFrameCallback: (callback: () => void) => ((show = callback), 1),
  cancelVideoFrameCallback: () => (show = undefined),
} as unknown as HTMLVideoElement;
const page = { hidden: false };
const [onframe, onfrozen] = [vi.fn(), vi.fn()];

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  page.hidden = false;
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the watch over a camera', () => {
  it('is silent while pictures come, and speaks once when they stop', () => {
    watchFrames(video, onframe, onfrozen);
    for (let at = 0; at < 10; at++) {
      vi.advanceTimersByTime(3000);
      show?.();
    }
    expect(onframe).toHaveBeenCalledTimes(10);
    expect(onfrozen).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(onfrozen).toHaveBeenCalledOnce();
  });

  it('waits while the page is out of sight', () => {
    watchFrames(video, onframe, onfrozen);
    page.hidden = true;
    vi.advanceTimersByTime(60_000);
    expect(onfrozen).not.toHaveBeenCalled();
    page.hidden = false;
    vi.advanceTimersByTime(5000);
    expect(onfrozen).toHaveBeenCalledOnce();
  });

  it('ends, and is none where the browser does not tell of pictures', () => {
    watchFrames(video, onframe, onfrozen)();
    watchFrames({} as HTMLVideoElement, onframe, onfrozen)();
    vi.advanceTimersByTime(60_000);
    expect(onfrozen).not.toHaveBeenCalled();
  });
});
