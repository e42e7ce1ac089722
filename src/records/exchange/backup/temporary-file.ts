/**
 * A file that grows in the browser's own storage until it is handed over, so that a backup of any size needs no
 * memory. It is encrypted before it gets here.
 */

import { asFailure } from '../../../failure';

type Write = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

const name = 'lentigo-backup.age';

interface TemporaryFile {
  readonly write: Write;
  /** The file as a whole. */
  finish(): Promise<Blob>;
}

/** A file of what `make` writes; nothing is left of it where that fails. @param make may be called twice */
export async function writtenFile(make: (write: Write) => Promise<void>): Promise<Blob> {
  try {
    return await written(true, make);
  } catch (thrown) {
    // A full storage must not keep anyone from saving what is in it.
    if (asFailure(thrown).code !== 'storage-full') throw thrown;
    return await written(false, make);
  }
}

async function written(apart: boolean, make: (write: Write) => Promise<void>): Promise<Blob> {
  await removeTemporaryFile();
  const file = await temporaryFile(apart);
  try {
    await make((bytes) => file.write(bytes));
    return await file.finish();
  } catch (error) {
    // Whatever went wrong is what counts, not what closing the file says to it.
    await file.finish().catch(() => undefined);
    await removeTemporaryFile();
    throw error;
  }
}

/** @param apart false where the browser's storage has no room for it: it needs the memory then */
async function temporaryFile(apart: boolean): Promise<TemporaryFile> {
  if (!apart) return inBlobs();
  try {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    return {
      write: (bytes) => stream.write(bytes),
      async finish() {
        await stream.close();
        return handle.getFile();
      },
    };
  } catch {
    // A private window, or a browser that writes such files in workers alone: the browser's own way with Blobs.
    return inBlobs();
  }
}

/** Forgets what an earlier file has left. */
export async function removeTemporaryFile(): Promise<void> {
  try {
    await (await navigator.storage.getDirectory()).removeEntry(name);
  } catch {
    // There is none, or none can be.
  }
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
  };
}
