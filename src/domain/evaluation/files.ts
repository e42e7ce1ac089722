/** Which of the files in a folder each row of a table means. */
import type { Label } from './labels';

/**
 * The file whose path a row names, else the only one whose path ends with it, else the only picture of that name with
 * an extension that the row leaves out. Paths have slashes; case does not count.
 * @param files the pictures below the folder
 * @returns by row; undefined where there is no such file, or more than one
 */
export function matchFiles<T extends { readonly path: string }>(
  labels: readonly Pick<Label, 'file'>[],
  files: readonly T[],
): (T | undefined)[] {
  const exact = new Map(files.map((file) => [file.path.toLowerCase(), file]));
  const byName = index(files, lastPart);
  const byStem = index(files, (path) => withoutExtension(lastPart(path)));
  return labels.map(({ file }) => {
    const wanted = file.replaceAll('\\', '/').replace(/^\.\//, '').toLowerCase();
    const found = exact.get(wanted);
    if (found) return found;
    const endsSo = (path: string): boolean => `/${path}`.endsWith(`/${wanted}`);
    const name = lastPart(wanted);
    const same = (byName.get(name) ?? []).filter(({ path }) => endsSo(path.toLowerCase()));
    const candidates =
      same.length > 0
        ? same
        : (byStem.get(name) ?? []).filter(({ path }) => endsSo(withoutExtension(path.toLowerCase())));
    return candidates.length === 1 ? candidates[0] : undefined;
  });
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();
const withoutExtension = (path: string): string => path.replace(/\.[^./]+$/, '');

function index<T extends { readonly path: string }>(
  files: readonly T[],
  key: (path: string) => string,
): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const file of files) {
    const list = found.get(key(file.path));
    if (list) list.push(file);
    else found.set(key(file.path), [file]);
  }
  return found;
}
