/** A pack as one file: a zip of its files side by side. */
import { unzipSync } from 'fflate';
import { Failure } from '../../failure';
import { checkFile, manifestLimit, readManifest, signatureFile, signatureLimit, type Pack } from './pack';

/** What a zip, and all that it unpacks to, may have; in bytes. */
export const archiveLimit = 16 * 1024 * 1024;

/** A pack that came whole. */
export interface ArrivedPack {
  readonly pack: Pack;
  /** The bytes of its bank, checked; undefined where it brought none. */
  readonly bank: ArrayBuffer | undefined;
  /** The bytes of its signature; undefined where it has none. */
  readonly signature: ArrayBuffer | undefined;
}

/**
 * Unpacks a zip and checks every file against the manifest.
 * @throws Failure `pack-too-large`; `pack-none` for what is no pack; `pack-damaged`, `pack-too-new`
 */
export async function readArchive(zip: ArrayBuffer): Promise<ArrivedPack> {
  if (zip.byteLength > archiveLimit) throw new Failure('pack-too-large', `${zip.byteLength} bytes`);
  const entries = unzip(new Uint8Array(zip));
  const manifestBytes = entries.get('manifest.json');
  if (!manifestBytes) throw new Failure('pack-none', 'no manifest.json');
  const manifest = readManifest(manifestBytes);
  const { bank } = manifest;
  const files = new Map<string, ArrayBuffer>();
  for (const file of manifest.files) {
    const bytes = entries.get(file.path) ?? new ArrayBuffer(0);
    await checkFile(file, bytes);
    files.set(file.path, bytes);
  }
  const bankBytes = bank && entries.get(bank.path);
  if (bankBytes) await checkFile(bank, bankBytes);
  const known = new Set(['manifest.json', signatureFile, ...files.keys(), ...(bank ? [bank.path] : [])]);
  const strange = [...entries.keys()].find((name) => !known.has(name));
  if (strange !== undefined) throw new Failure('pack-damaged', `${strange} is not listed`);
  return { pack: { manifest, manifestBytes, files }, bank: bankBytes, signature: entries.get(signatureFile) };
}

/** The entries by name. Every limit is checked before anything is unpacked. */
function unzip(zip: Uint8Array): Map<string, ArrayBuffer> {
  const names = new Set<string>();
  let total = 0;
  const check = (name: string, bytes: number): void => {
    if (names.has(name)) throw new Failure('pack-damaged', `${name} is there twice`);
    if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new Failure('pack-none', `an entry ${name}`);
    names.add(name);
    total += bytes;
    const limit = { 'manifest.json': manifestLimit, [signatureFile]: signatureLimit }[name] ?? archiveLimit;
    if (bytes > limit || total > archiveLimit) throw new Failure('pack-too-large', `${name}: ${bytes} bytes`);
  };
  try {
    const found = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        check(name, originalSize);
        return true;
      },
    });
    return new Map(Object.entries(found).map(([name, bytes]) => [name, bytes.slice().buffer]));
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('pack-none', `no zip: ${String(thrown)}`, { cause: thrown });
  }
}
