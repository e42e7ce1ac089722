import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import { writtenFile } from './temporary-file';

/** The browser's own folder, with so many bytes of room. */
function folderWith(room: number): Map<string, Uint8Array[]> {
  const files = new Map<string, Uint8Array[]>();
  const getFileHandle = (name: string) => {
    const parts: Uint8Array[] = [];
    files.set(name, parts);
    const write = (bytes: Uint8Array) => {
      if ([...parts, bytes].reduce((sum, part) => sum + part.length, 0) > room) {
        return Promise.reject(new DOMException('', 'QuotaExceededError'));
      }
      parts.push(bytes);
      return Promise.resolve();
    };
    return Promise.resolve({
      createWritable: () => Promise.resolve({ write, close: () => Promise.resolve() }),
      getFile: () => Promise.resolve(new Blob(parts as Uint8Array<ArrayBuffer>[])),
    });
  };
  const removeEntry = (name: string) => Promise.resolve(void files.delete(name));
  const folder = { getFileHandle, removeEntry };
  vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve(folder) } });
  return files;
}

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

async function contents(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

afterEach(() => vi.unstubAllGlobals());

describe('the file of a backup', () => {
  it('grows in the browser’s own storage', async () => {
    const files = folderWith(100);
    const file = await writtenFile(async (write) => {
      await write(bytes(2, 1));
      await write(bytes(1, 2));
    });
    expect(await contents(file)).toEqual(Uint8Array.of(1, 1, 2));
    expect([...files.values()]).toEqual([[bytes(2, 1), bytes(1, 2)]]);
  });

  it.each([
    ['is full', () => folderWith(10)],
    ['cannot be written', () => vi.stubGlobal('navigator', { storage: {} })],
  ])('is put together in memory where that storage %s, and is whole', async (_, prepare) => {
    const files = prepare();
    let times = 0;
    // More than is put together at a time.
    const parts = [bytes(6, 1), bytes(9 << 20, 2), bytes(3, 3)];
    const file = await writtenFile(async (write) => {
      times += 1;
      for (const part of parts) await write(part);
    });
    // Millions of bytes, compared as such.
    expect(Buffer.compare(await contents(file), Buffer.concat(parts))).toBe(0);
    expect(times).toBe(files instanceof Map ? 2 : 1);
    // The half of the first attempt does not stay.
    if (files instanceof Map) expect(files.size).toBe(0);
  });

  it('does not stay, nor is it tried again, where making it fails', async () => {
    const files = folderWith(100);
    const make = vi.fn(async (write: (part: Uint8Array<ArrayBuffer>) => Promise<void>) => {
      await write(bytes(5, 1));
      throw new Failure('aborted');
    });
    await expect(writtenFile(make)).rejects.toMatchObject({ code: 'aborted' });
    expect(make).toHaveBeenCalledOnce();
    expect(files.size).toBe(0);
  });
});
