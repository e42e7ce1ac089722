import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Countdown } from './countdown.svelte';
import { localVoice, say } from './say';

vi.mock(import('./say'), async (original) => ({ ...(await original()), say: vi.fn() }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

describe('the timer', () => {
  it('counts every second, aloud and in sight, and then releases', () => {
    const countdown = new Countdown();
    const released = vi.fn();
    countdown.start(3, released);
    const seen = [countdown.left];
    for (let second = 0; second < 3; second++) {
      expect(released).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1000);
      seen.push(countdown.left);
    }
    expect(seen).toEqual([3, 2, 1, undefined]);
    expect(vi.mocked(say).mock.calls.flat()).toEqual(['3', '2', '1']);
    expect(released).toHaveBeenCalledOnce();
  });

  it('can be stopped, and begun anew', () => {
    const countdown = new Countdown();
    const [first, second] = [vi.fn(), vi.fn()];
    countdown.start(10, first);
    vi.advanceTimersByTime(2000);
    countdown.start(3, second);
    vi.advanceTimersByTime(10_000);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    countdown.start(3, first);
    countdown.stop();
    vi.advanceTimersByTime(10_000);
    expect(first).not.toHaveBeenCalled();
  });

  it('speaks with a voice of the device alone, so that nothing is sent', () => {
    const voices = [
      { name: 'remote', lang: 'en-US', localService: false },
      { name: 'german', lang: 'de-DE', localService: true },
      { name: 'local', lang: 'en_GB', localService: true },
    ];
    expect(localVoice(voices, 'en')?.name).toBe('local');
    expect(localVoice(voices.slice(0, 2), 'en')).toBeUndefined();
  });
});
