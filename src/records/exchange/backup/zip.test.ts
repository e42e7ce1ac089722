import * as fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZip, ZipWriter, type Entry, type ZipLimits } from './zip';

const time = new Date('2026-05-31T12:00:00Z');
const anySize: ZipLimits = { total: Infinity, entry: () => Infinity };

const entries = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z][a-z0-9-/.]{0,30}$/),
    data: fc.uint8Array({ minLength: 1, maxLength: 5000 }).map((bytes) => Uint8Array.from(bytes)),
    compressed: fc.boolean(),
  }),
  { selector: ({ name }) => name },
);

function archive(all: readonly (Entry & { compressed: boolean })[], wide?: number): Uint8Array<ArrayBuffer> {
  const writer = new ZipWriter(time, wide);
  const parts = all.map(({ compressed, ...entry }) => writer.entry(entry, compressed));
  return Uint8Array.from([...parts, writer.end()].flatMap((part) => [...part]));
}

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield Promise.resolve(bytes.subarray(at, at + length));
}

async function read(bytes: Uint8Array, limits = anySize, length = 1000): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of readZip(pieces(bytes, length), limits)) found.push(entry);
  return found;
}

const plain = (all: readonly Entry[]) => all.map(({ name, data }) => [name, [...data]]);

describe('a zip written piece by piece', () => {
  it('is read back in any pieces, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 9000 }), async (all, length) => {
        expect(plain(await read(archive(all), anySize, length))).toEqual(plain(all));
      }),
      { numRuns: 40 },
    );
  });

  it('is read by other programs, beyond the limits of the old form as well', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(undefined, 0), (all, wide) => {
        const found = unzipSync(archive(all, wide));
        expect(
          plain(Object.entries(found).map(([name, data]) => ({ name, data: Uint8Array.from(data) }))),
        ).toEqual(plain(all));
      }),
      { numRuns: 40 },
    );
  });

  it('stores a picture that looks like a zip itself', async () => {
    const inner = Uint8Array.from(zipSync({ a: Uint8Array.of(1, 2, 3) }));
    const bytes = archive([{ name: 'picture.jpg', data: inner, compressed: false }]);
    expect(plain(await read(bytes))).toEqual([['picture.jpg', [...inner]]]);
  });

  it('is refused when it ends too early or is larger than it may be', async () => {
    const bytes = archive([{ name: 'a', data: new Uint8Array(100_000), compressed: true }]);
    await expect(read(bytes.subarray(0, 60))).rejects.toThrow();
    await expect(read(bytes, { ...anySize, entry: () => 99_999 })).rejects.toThrow('larger');
    await expect(read(bytes, { ...anySize, total: 99_999 })).rejects.toThrow('larger');
    expect(await read(bytes, { entry: () => 100_000, total: 100_000 })).toHaveLength(1);
  });
});
