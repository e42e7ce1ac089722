/** Files that were dropped with their folders. */

/** Folders in a drop; only to be had while the event lasts. */
export function foldersIn(transfer: DataTransfer | null): FileSystemDirectoryEntry[] {
  return [...(transfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory ?? false);
}

/** The files of a drop without its folders, which some browsers list as files too. */
export function filesIn(transfer: DataTransfer | null, folders: readonly { name: string }[] = []): File[] {
  return [...(transfer?.files ?? [])].filter(({ name }) => !folders.some((folder) => folder.name === name));
}

/** Whether a name is that of a picture. */
export const isPictureName = (name: string): boolean =>
  /\.(jpe?g|jfif|png|webp|avif|heic|heif|tiff?|gif|bmp)$/i.test(name);

/** A file, and its path from the folder that was chosen. */
export interface FolderFile {
  readonly path: string;
  readonly read: () => Promise<File>;
}

/**
 * All files below a folder, however deep, in the order of their names, without the hidden copies that programs leave.
 * What cannot be read ends it.
 */
export async function* filesBelow(
  folder: FileSystemDirectoryEntry,
  above = '',
): AsyncGenerator<FolderFile, void> {
  for (const entry of await entriesOf(folder)) {
    const path = `${above}${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(entry as FileSystemDirectoryEntry, `${path}/`);
    else if (!entry.name.startsWith('.')) {
      const read = (): Promise<File> =>
        new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      yield { path, read };
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
