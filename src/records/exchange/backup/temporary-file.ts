/**
 * A file that grows in the browser's own storage until it is handed over, so that a backup of any size needs no
 * memory. It is encrypted before it gets here. Every file has a name of its own, and its tab holds a Web Lock of
 * that name for as long as it needs the file: what no tab holds was left over by one that is gone.
 */

import { asFailure } from '../../../failure';

type Write = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Files of older versions had the prefix and the ending alone as their name. */
const prefix = 'lentigo-backup';
const ending = '.age';
/**
 * What Chromium writes to until the file is closed, numbered from the second on; it stays behind where a tab is ended
 * in the middle.
 */
const swap = /(\.\d+)?\.crswap$/;

interface TemporaryFile {
  readonly write: Write;
  /** The file as a whole. */
  finish(): Promise<Blob>;
  /** Takes it away. */
  remove(): Promise<void>;
}

/** Files of this tab that were handed over; the person may still be saving one. */
let handedOver: TemporaryFile[] = [];

/** A file of what `make` writes; nothing is left of it where that fails. @param make may be called twice */
export async function writtenFile(make: (write: Write) => Promise<void>): Promise<Blob> {
  try {
    return await written(true, make);
  } catch (thrown) {
    // Full storage must not prevent saving a backup.
    if (asFailure(thrown).code !== 'storage-full') throw thrown;
    return await written(false, make);
  }
}

/** Takes away what tabs have left over that are gone. */
export async function removeLeftOvers(): Promise<void> {
  try {
    const folder = await navigator.storage.getDirectory();
    for (const name of await temporaryNames(folder)) {
      await navigator.locks.request(name.replace(swap, ''), { ifAvailable: true }, async (free) => {
        if (free) await folder.removeEntry(name);
      });
    }
  } catch {
    // The folder does not exist or cannot be made.
  }
}

/** Takes away every temporary file, also those of other tabs: all data are being deleted. */
export async function removeTemporaryFiles(): Promise<void> {
  handedOver = [];
  try {
    const folder = await navigator.storage.getDirectory();
    // One that is being written cannot be removed; its tab stops and removes it itself.
    for (const name of await temporaryNames(folder)) await folder.removeEntry(name).catch(() => undefined);
  } catch {
    // As before.
  }
}

async function written(apart: boolean, make: (write: Write) => Promise<void>): Promise<Blob> {
  const before = handedOver;
  handedOver = [];
  for (const file of before) await file.remove();
  await removeLeftOvers();
  const file = await temporaryFile(apart);
  try {
    await make((bytes) => file.write(bytes));
    const blob = await file.finish();
    handedOver.push(file);
    return blob;
  } catch (error) {
    // Whatever went wrong is what counts, not what closing the file says to it.
    await file.finish().catch(() => undefined);
    await file.remove();
    throw error;
  }
}

/** @param apart false where the browser's storage has no room for it: it needs the memory then */
async function temporaryFile(apart: boolean): Promise<TemporaryFile> {
  if (!apart) return inBlobs();
  const name = `${prefix}-${crypto.randomUUID()}${ending}`;
  let release: (() => void) | undefined;
  try {
    release = await hold(name);
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    return {
      write: (bytes) => stream.write(bytes),
      async finish() {
        await stream.close();
        return handle.getFile();
      },
      async remove() {
        await folder.removeEntry(name).catch(() => undefined);
        release?.();
      },
    };
  } catch {
    release?.();
    // A private window, or a browser that writes such files in workers alone: the browser's own way with Blobs.
    return inBlobs();
  }
}

async function temporaryNames(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) {
    if (name.startsWith(prefix) && name.replace(swap, '').endsWith(ending)) names.push(name);
  }
  return names;
}

/** Holds a Web Lock until the function that it gives is called, or this tab ends. */
function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject);
  });
}

/** Bytes that are put together at a time. */
const piece = 8 << 20;

function inBlobs(): TemporaryFile {
  let whole = new Blob();
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const gather = () => {
    whole = new Blob([whole, ...parts]);
    parts = [];
    size = 0;
  };
  return {
    write(bytes) {
      parts.push(bytes);
      size += bytes.length;
      if (size >= piece) gather();
      return Promise.resolve();
    },
    finish() {
      gather();
      return Promise.resolve(whole);
    },
    remove: () => Promise.resolve(),
  };
}
