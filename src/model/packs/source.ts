/** The pack on its host: plain files under one address. */
import { Failure } from '../../failure';
import type { Manifest, PackFile } from '../../domain/pack/manifest';
import {
  checkFile,
  manifestLimit,
  signatureFile,
  signatureLimit,
  readManifest,
  type DownloadProgress,
  type Pack,
} from './pack';

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Milliseconds without a byte after which the host counts as out of reach. */
  readonly stallLimit?: number;
}

/** The manifest that the host has now, not one from a cache. */
export interface HostedManifest {
  readonly manifest: Manifest;
  readonly manifestBytes: ArrayBuffer;
}

/**
 * @param packUrl absolute address of the pack's folder, with a slash at the end
 * @throws Failure `pack-offline`, `pack-damaged`, `pack-too-new` or `aborted`
 */
export async function fetchManifest(packUrl: string, options: FetchOptions): Promise<HostedManifest> {
  const url = new URL('manifest.json', packUrl).href;
  const manifestBytes = await download(url, 'no-cache', manifestLimit, options);
  return { manifest: readManifest(manifestBytes), manifestBytes };
}

/**
 * Fetches and checks every file of a pack, with progress in bytes.
 * @throws Failure `pack-offline`, `pack-portal`, `pack-damaged` or `aborted`
 */
export async function fetchPack(
  packUrl: string,
  { manifest, manifestBytes }: HostedManifest,
  options: FetchOptions,
): Promise<Pack> {
  const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let loaded = 0;
  const onBytes = (bytes: number): void => {
    loaded += bytes;
    options.onProgress?.({ kind: 'download', loaded, total });
  };
  // One file that fails ends the others.
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal.addEventListener('abort', abort, { once: true });
  if (options.signal.aborted) abort();
  try {
    onBytes(0);
    const entries = await Promise.all(
      manifest.files.map(async (file): Promise<[string, ArrayBuffer]> => [
        file.path,
        await fetchFile(packUrl, file, { ...options, signal: stop.signal }, onBytes),
      ]),
    );
    return { manifest, manifestBytes, files: new Map(entries) };
  } finally {
    stop.abort();
    options.signal.removeEventListener('abort', abort);
  }
}

/** The bytes of a pack's signature; undefined where it has none. @throws Failure `pack-damaged`, `pack-offline` or `aborted` */
export function fetchSignature(packUrl: string, options: FetchOptions): Promise<ArrayBuffer | undefined> {
  return fetchIfThere(new URL(signatureFile, packUrl).href, signatureLimit, options);
}

/**
 * The file that the host has now, at most `most` bytes; undefined where it has none.
 * @throws Failure `pack-damaged`, `pack-offline` or `aborted`
 */
export async function fetchIfThere(
  url: string,
  most: number,
  options: FetchOptions,
): Promise<ArrayBuffer | undefined> {
  try {
    return await download(url, 'no-cache', most, options);
  } catch (thrown) {
    // A host may answer with an HTML page when a file is missing.
    if (thrown instanceof Failure && (thrown.code === 'pack-portal' || thrown.detail.startsWith('HTTP 404')))
      return undefined;
    throw thrown;
  }
}

/** One checked file; a wrong one may be an old copy in a cache, so it is asked for once more from the host. */
export async function fetchFile(
  packUrl: string,
  file: PackFile,
  options: FetchOptions,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<ArrayBuffer> {
  const url = new URL(file.path, packUrl).href;
  let arrived = 0;
  const count = (bytes: number): void => {
    arrived += bytes;
    onBytes(bytes);
  };
  const attempt = async (cache: RequestCache): Promise<ArrayBuffer> => {
    const bytes = await download(url, cache, file.bytes, options, count);
    await checkFile(file, bytes);
    return bytes;
  };
  try {
    return await attempt('default');
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'pack-damaged') throw thrown;
    count(-arrived);
    return attempt('reload');
  }
}

/**
 * The body of a GET, at most `most` bytes.
 * @throws Failure `pack-offline`, `pack-portal`, `pack-damaged` or `aborted`
 */
export async function download(
  url: string,
  cache: RequestCache,
  most: number,
  { signal, stallLimit = 20_000 }: FetchOptions,
  onBytes?: (bytes: number) => void,
): Promise<ArrayBuffer> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  let timer = setTimeout(abort, stallLimit);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const response = await fetch(url, { cache, signal: stop.signal, credentials: 'same-origin' });
    if (!response.ok || !response.body)
      throw new Failure('pack-offline', `HTTP ${response.status} for ${url}`);
    // A network that wants a sign-in first answers everything with its own page.
    if (/^text\/html\b/i.test(response.headers.get('content-type') ?? ''))
      throw new Failure('pack-portal', `a web page instead of ${url}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = setTimeout(abort, stallLimit);
      length += value.length;
      if (length > most) throw new Failure('pack-damaged', `${url} is longer than ${most} bytes`);
      chunks.push(value);
      onBytes?.(value.length);
    }
    return joined(chunks, length);
  } catch (thrown) {
    if (signal.aborted) throw new Failure('aborted', url, { cause: thrown });
    if (thrown instanceof Failure) throw thrown;
    const detail = stop.signal.aborted ? `no byte for ${stallLimit} ms` : String(thrown);
    throw new Failure('pack-offline', `${url}: ${detail}`, { cause: thrown });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

function joined(chunks: readonly Uint8Array[], length: number): ArrayBuffer {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}
