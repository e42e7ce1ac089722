/** The pictures in folders that were dropped, however deep, in the order of their names. */

/** More than a case or a year of one lesion ever has; a whole disk is not what was meant. */
const most = 500;

const pictures = /\.(jpe?g|jfif|png|webp|avif|heic|heif|gif|bmp)$/i;

/**
 * Files whose name is that of a picture: folders hold much else. At most 500; what cannot be read is left out.
 */
export async function picturesIn(folders: readonly FileSystemDirectoryEntry[]): Promise<File[]> {
  const found: File[] = [];
  for (const folder of folders) await filesBelow(folder, found).catch(() => undefined);
  return found;
}

async function filesBelow(folder: FileSystemDirectoryEntry, found: File[]): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (found.length >= most) return;
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
