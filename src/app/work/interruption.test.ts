import { describe, expect, it, vi } from 'vitest';
import { Interruption } from './interruption.svelte';
import { Work } from './work.svelte';

describe('an interruption', () => {
  it('needs no question where nothing is in hand, or only what ends by itself', async () => {
    const work = new Work();
    const interruption = new Interruption(work);
    expect(await interruption.allowed('lock')).toBe(true);
    const save = work.hold({ what: 'save', lossIfStopped: true });
    const allowed = interruption.allowed('lock');
    save.end();
    expect(await allowed).toBe(true);
  });

  it.each([true, false])('asks about the rest, and does as it is told: %s', async (goOn) => {
    const work = new Work();
    const interruption = new Interruption(work);
    const stop = vi.fn(() => lease.end());
    const lease = work.hold({ what: 'restore', stop, lossIfStopped: false });
    const allowed = interruption.allowed('update');
    await vi.waitFor(() => expect(interruption.by).toBe('update'));
    // One question at a time.
    expect(await interruption.allowed('lock')).toBe(false);
    expect(stop).not.toHaveBeenCalled();
    interruption.answer(goOn);
    expect(await allowed).toBe(goOn);
    expect(stop).toHaveBeenCalledTimes(goOn ? 1 : 0);
    expect(work.inHand).toHaveLength(goOn ? 0 : 1);
  });
});
