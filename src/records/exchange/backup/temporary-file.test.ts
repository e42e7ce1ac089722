import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import { writtenFile } from './temporary-file';

/** The browser's own folder, with so many bytes of room, and its locks; all tabs have the same. */
function folderWith(room: number): Map<string, Uint8Array[]> {
  const files = new Map<string, Uint8Array[]>();
  const held = new Set<string>();
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
      getFile: () =>
        files.get(name) === parts
          ? Promise.resolve(new Blob(parts as Uint8Array<ArrayBuffer>[]))
          : Promise.reject(new DOMException('', 'NotFoundError')),
    });
  };
  const removeEntry = (name: string) => Promise.resolve(void files.delete(name));
  const folder = { getFileHandle, removeEntry, keys: () => files.keys() };
  const request = async (
    name: string,
    ...rest: [...[{ ifAvailable: true }?], (lock: unknown) => Promise<void>]
  ) => {
    const during = rest.pop() as (lock: unknown) => Promise<void>;
    if (held.has(name)) {
      await during(null);
      return;
    }
    held.add(name);
    await during({ name });
    held.delete(name);
  };
  vi.stubGlobal('navigator', {
    storage: { getDirectory: () => Promise.resolve(folder) },
    locks: { request },
  });
  return files;
}

/** The module as another tab has it. */
async function anotherTab(): Promise<typeof import('./temporary-file')> {
  vi.resetModules();
  return import('./temporary-file');
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

  it('is another one in every tab: two backups at a time do not take each other’s away', async () => {
    const files = folderWith(100);
    const [one, two] = [await anotherTab(), await anotherTab()];
    let goOn: (() => void) | undefined;
    const first = one.writtenFile(async (write) => {
      await write(bytes(2, 1));
      await new Promise<void>((resolve) => (goOn = resolve));
      await write(bytes(2, 2));
    });
    await vi.waitFor(() => expect(files.size).toBe(1));
    const second = await two.writtenFile((write) => write(bytes(3, 3)));
    goOn?.();
    expect(await contents(await first)).toEqual(Uint8Array.of(1, 1, 2, 2));
    expect(await contents(second)).toEqual(Uint8Array.of(3, 3, 3));
    // The next one of a tab takes the place of its last one, and of no other tab's.
    await two.writtenFile((write) => write(bytes(4, 4)));
    expect([...files.values()]).toEqual([[bytes(2, 1), bytes(2, 2)], [bytes(4, 4)]]);
  });

  it('does not stay for ever where its tab was ended in the middle', async () => {
    const files = folderWith(100);
    files.set('lentigo-backup.age', [bytes(1, 1)]);
    files.set('lentigo-backup-of-a-tab-that-is-gone.age', [bytes(1, 1)]);
    files.set('lentigo-backup-of-a-tab-that-is-gone.age.crswap', [bytes(1, 1)]);
    files.set('lentigo-backup.age.1.crswap', [bytes(1, 1)]);
    files.set('another.file', [bytes(1, 1)]);
    await (await anotherTab()).removeLeftOvers();
    expect([...files.keys()]).toEqual(['another.file']);
  });

  it('goes with all data, whichever tab it is of, its unfinished part as well', async () => {
    const files = folderWith(100);
    const [one, two] = [await anotherTab(), await anotherTab()];
    await one.writtenFile((write) => write(bytes(2, 1)));
    const [name = ''] = files.keys();
    files.set(`${name}.crswap`, [bytes(1, 1)]);
    files.set('another.file', [bytes(1, 1)]);
    // Whoever only tidies up leaves it to its tab.
    await two.removeLeftOvers();
    expect(files.size).toBe(3);
    await two.removeTemporaryFiles();
    expect([...files.keys()]).toEqual(['another.file']);
  });
});
