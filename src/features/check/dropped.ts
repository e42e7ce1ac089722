/** What a drop holds: its files, and those in the folders of it, however deep, in the order of their names. */

/** More than a case or a year of one lesion ever has; a whole disk is not what was meant. */
export const mostDropped = 500;

const pictures = /\.(jpe?g|jfif|png|webp|avif|heic|heif|gif|bmp)$/i;

/**
 * Files that were dropped. Those in folders only where their name is that of a picture: folders hold much else.
 * Must be called before the event has ended; what it returns may come later. At most `mostDropped`.
 * @throws DOMException where a folder cannot be read
 */
export async function droppedFiles(transfer: DataTransfer | null): Promise<File[]> {
  const entries = [...(transfer?.items ?? [])].map((item) => ({
    entry: item.kind === 'file' ? item.webkitGetAsEntry() : null,
    file: item.getAsFile(),
  }));
  const found: File[] = [];
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await filesBelow(entry as FileSystemDirectoryEntry, found);
    else if (file && found.length < mostDropped) found.push(file);
  }
  return found;
}

async function filesBelow(folder: FileSystemDirectoryEntry, found: File[]): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (found.length >= mostDropped) return;
    if (entry.isDirectory) await filesBelow(entry as FileSystemDirectoryEntry, found);
    // Programs leave hidden copies beside the pictures.
    else if (pictures.test(entry.name) && !entry.name.startsWith('.')) {
      found.push(
        await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      );
    }
  }
}

/** Browsers hand out a folder in pieces of a hundred, in no order. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    all.push(...some);
  }
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
