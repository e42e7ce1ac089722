/** A model pack in memory: its manifest and its files, with verified hashes. */
import { Failure } from '../../failure';
import { parseManifest, type Manifest, type PackFile } from '../../domain/pack/manifest';

/**
 * Whether the pack is there for the next start, and if not, why: the disk is full, the browser gives
 * no storage, or nobody wants it kept because the pack is only tried.
 */
export type PackStorage = 'kept' | 'full' | 'unavailable' | 'unwanted';

/** Bytes of a download that have arrived, and that are expected. */
export interface DownloadProgress {
  readonly kind: 'download';
  readonly loaded: number;
  readonly total: number;
}

export interface Pack {
  readonly manifest: Manifest;
  /** The bytes that `manifest` was read from. */
  readonly manifestBytes: ArrayBuffer;
  /** Every file that the manifest lists, by its path. */
  readonly files: ReadonlyMap<string, ArrayBuffer>;
}

/** A manifest is a few kB; anything much longer is not one. In bytes. */
export const manifestLimit = 1024 * 1024;

/** Beside the manifest where somebody signed it; signature.ts checks it. */
export const signatureFile = 'signature.json';
/** In bytes. */
export const signatureLimit = 4096;

/** SHA-256 of `bytes` in lower-case hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @throws Failure `pack-damaged` or `pack-too-new` */
export function readManifest(bytes: ArrayBuffer): Manifest {
  return parseManifest(parseJson(bytes, 'manifest.json'));
}

/** @throws Failure `pack-damaged` when a file is too long, too short or altered */
export async function checkFile(
  { path, bytes, sha256: expected }: PackFile,
  file: ArrayBuffer,
): Promise<void> {
  if (file.byteLength !== bytes) {
    throw new Failure('pack-damaged', `${path}: ${file.byteLength} of ${bytes} bytes`);
  }
  if ((await sha256(file)) !== expected) throw new Failure('pack-damaged', `${path}: wrong SHA-256`);
}

/** @throws Failure `pack-damaged` when the pack has no such file */
export function fileOf(pack: Pack, path: string): ArrayBuffer {
  const file = pack.files.get(path);
  if (!file) throw new Failure('pack-damaged', `${path} is missing`);
  return file;
}

/** @throws Failure `pack-damaged` */
export function parseJson(bytes: ArrayBuffer, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw new Failure('pack-damaged', `${path} is not JSON`, { cause: thrown });
  }
}
