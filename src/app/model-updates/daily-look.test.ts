import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../failure';
import { DailyLook, isDue, type Surroundings } from './daily-look';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

function made(changes: Partial<Surroundings> = {}) {
  const clock = { now: 100 * day, uptime: 0, last: 0 };
  const look = vi.fn((): Promise<unknown> => Promise.resolve());
  const daily = new DailyLook({
    isIdle: () => true,
    lastLook: () => clock.last,
    remember: (time) => (clock.last = time),
    now: () => clock.now,
    uptime: () => clock.uptime,
    look,
    ...changes,
  });
  const pass = (milliseconds: number): Promise<void> => {
    clock.now += milliseconds;
    clock.uptime += milliseconds;
    return daily.consider();
  };
  return { clock, look, daily, pass };
}

describe('isDue', () => {
  it('lets no clock put a look off for more than a day', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (last, now) => {
        expect(isDue(last, now)).toBe(last > now || now - last >= day);
        // Whatever the clock said at the last look, by a right one it is due a day later.
        expect(isDue(last, now) || isDue(last, now + day)).toBe(true);
      }),
    );
  });
});

describe('DailyLook', () => {
  it('looks once a day', async () => {
    const { look, pass } = made();
    await pass(0);
    await pass(hour);
    await pass(22 * hour);
    expect(look).toHaveBeenCalledTimes(1);
    await pass(hour);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('waits until nothing is in the way', async () => {
    let idle = false;
    const { look, pass } = made({ isIdle: () => idle });
    await pass(0);
    expect(look).not.toHaveBeenCalled();
    idle = true;
    await pass(0);
    expect(look).toHaveBeenCalledOnce();
  });

  it('tries again after an hour where the host cannot be reached, also when the clock is set back', async () => {
    const { clock, look, pass } = made();
    look.mockRejectedValue(new Failure('pack-offline'));
    await pass(0);
    await pass(hour / 2);
    expect(look).toHaveBeenCalledTimes(1);
    clock.now -= 30 * day;
    await pass(hour / 2);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('goes on at once where it was stopped for something else', async () => {
    const { look, pass } = made();
    look.mockRejectedValueOnce(new Failure('aborted'));
    await pass(0);
    await pass(0);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('leaves a model that does not work until the next day', async () => {
    const { look, pass } = made();
    look.mockRejectedValue(new Failure('backend-unavailable'));
    await pass(0);
    await pass(2 * hour);
    expect(look).toHaveBeenCalledOnce();
  });

  it('looks again when the clock was ahead at the last look', async () => {
    const { clock, look, pass } = made();
    clock.last = clock.now + 400 * day;
    await pass(0);
    expect(look).toHaveBeenCalledOnce();
    expect(clock.last).toBe(clock.now);
  });
});
