import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import { decodePicture } from '../image/decode/decode';
import type { Picture } from '../image/decode/picture';
import { HeldPicture } from './held-picture';

vi.mock('../image/decode/decode', () => ({ decodePicture: vi.fn() }));

const blob = new Blob(['picture']);
const { signal } = new AbortController();
let held: HeldPicture;
let decoded: { readonly close: ReturnType<typeof vi.fn<() => void>> }[];
let size: { width: number; height: number };

beforeEach(() => {
  vi.useFakeTimers();
  held = new HeldPicture();
  decoded = [];
  size = { width: 4000, height: 3000 };
  vi.mocked(decodePicture).mockImplementation(() => {
    const picture = { ...size, close: vi.fn<() => void>() };
    decoded.push(picture);
    return Promise.resolve(picture as unknown as Picture);
  });
});
afterEach(() => vi.useRealTimers());

const open = (): number[] =>
  decoded.flatMap(({ close }, index) => (close.mock.calls.length === 0 ? [index] : []));

function idOf(id: number): Promise<Picture> {
  return held.use(blob, id, signal, (picture) => picture);
}

describe('a held picture', () => {
  it('is decoded once for all its calls', async () => {
    const [first, second] = [await idOf(1), await idOf(1)];
    expect(second).toBe(first);
    expect(decoded).toHaveLength(1);
    expect(open()).toEqual([0]);
  });

  it('is closed before another one is decoded', async () => {
    await idOf(1);
    vi.mocked(decodePicture).mockImplementationOnce(() => {
      expect(open()).toEqual([]);
      return Promise.reject(new Failure('picture-damaged'));
    });
    await expect(idOf(2)).rejects.toMatchObject({ code: 'picture-damaged' });
    await idOf(1);
    expect(decoded).toHaveLength(2);
    expect(open()).toEqual([1]);
  });

  it('is given back after a minute without use', async () => {
    await idOf(1);
    vi.advanceTimersByTime(59_000);
    await idOf(1);
    vi.advanceTimersByTime(59_000);
    expect(open()).toEqual([0]);
    vi.advanceTimersByTime(1_000);
    expect(open()).toEqual([]);
    await idOf(1);
    expect(decoded).toHaveLength(2);
  });

  it('is not held when it is large', async () => {
    size = { width: 8000, height: 6000 };
    await idOf(1);
    vi.advanceTimersByTime(0);
    expect(open()).toEqual([]);
  });

  it('is closed when its call fails, or was aborted', async () => {
    await idOf(1);
    const failing = held.use(blob, 1, signal, () => Promise.reject(new Failure('internal')));
    await expect(failing).rejects.toMatchObject({ code: 'internal' });
    expect(open()).toEqual([]);
    const use = vi.fn();
    await expect(held.use(blob, 1, AbortSignal.abort(), use)).rejects.toMatchObject({ code: 'aborted' });
    expect(use).not.toHaveBeenCalled();
    expect(open()).toEqual([]);
  });

  it('belongs to one call alone while it is used', async () => {
    let end: (() => void) | undefined;
    const long = held.use(blob, 1, signal, () => new Promise<void>((resolve) => (end = resolve)));
    await vi.waitFor(() => expect(end).toBeDefined());
    await idOf(1);
    expect(decoded).toHaveLength(2);
    expect(open()).toEqual([0, 1]);
    end?.();
    await long;
    expect(open()).toEqual([0]);
  });
});
