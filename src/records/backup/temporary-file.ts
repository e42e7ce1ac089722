/**
 * A file that grows in the browser's own storage until it is handed over, so that a backup of any size needs no
 * memory. It is encrypted before it gets here.
 */

const name = 'lentigo-backup.age';

interface TemporaryFile {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The file as a whole. */
  finish(): Promise<Blob>;
}

/** @param apart false where the browser's storage has no room for it: it needs the memory then */
export async function temporaryFile(apart = true): Promise<TemporaryFile> {
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

/** Forgets what an earlier backup has left. */
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
