/** The pictures in folders that were dropped. */
import { filesBelow, isPictureName } from '../../../app/folders/folder';

/** More than a case or a year of one lesion ever has. A larger folder was probably chosen by mistake. */
const most = 500;

/**
 * Files whose name is that of a picture: folders hold much else. At most 500; what cannot be read is left out.
 */
export async function picturesIn(folders: readonly FileSystemDirectoryEntry[]): Promise<File[]> {
  const found: File[] = [];
  for (const folder of folders) {
    try {
      for await (const { path, read } of filesBelow(folder)) {
        if (found.length >= most) return found;
        if (isPictureName(path)) found.push(await read());
      }
    } catch {
      // The other folders may still be readable.
    }
  }
  return found;
}
