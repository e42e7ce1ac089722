import type { Pack } from '../packs/pack';

export interface HostedRequest {
  readonly path: string;
  readonly cache: RequestCache | undefined;
}

/** A web server in memory: its `fetch` stands in for the global one. */
export class PackHost {
  readonly url = 'https://host.example/app/model/';
  readonly requests: HostedRequest[] = [];
  /** False once there is no network. */
  online = true;
  /** Answers everything with a page to sign in at, as the network of a hotel does. */
  portal = false;
  /** Path of a file whose body stops half-way and never goes on. */
  stalling: string | undefined;
  /** What a cache between here and the host has kept; only `reload` and `no-cache` get past it. */
  readonly stale = new Map<string, ArrayBuffer>();
  #files = new Map<string, ArrayBuffer>();

  constructor(pack: Pack) {
    this.publish(pack);
  }

  publish(pack: Pack): void {
    this.#files = new Map([['manifest.json', pack.manifestBytes], ...pack.files]);
  }

  /** Puts other bytes in the place of a file; undefined takes it away. */
  replace(path: string, bytes: ArrayBuffer | undefined): void {
    if (bytes) this.#files.set(path, bytes);
    else this.#files.delete(path);
  }

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const path = url.slice(this.url.length);
    const { cache, signal } = init;
    this.requests.push({ path, cache });
    await Promise.resolve();
    signal?.throwIfAborted();
    if (!this.online) throw new TypeError('fetch failed');
    if (this.portal) {
      return new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } });
    }
    const kept = cache === 'default' ? this.stale.get(path) : undefined;
    const file = kept ?? this.#files.get(path);
    if (!file) return new Response('', { status: 404 });
    return new Response(this.#body(path, new Uint8Array(file), signal ?? undefined));
  };

  #body(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    const half = bytes.length >> 1;
    return new ReadableStream({
      start: (controller) => {
        signal?.addEventListener('abort', () => controller.error(signal.reason));
        controller.enqueue(bytes.subarray(0, half));
        if (path === this.stalling) return;
        controller.enqueue(bytes.subarray(half));
        controller.close();
      },
    });
  }
}

/** A copy of `bytes` with one bit changed. */
export function withFlippedBit(bytes: ArrayBuffer, at = bytes.byteLength >> 1): ArrayBuffer {
  const copy = new Uint8Array(bytes.slice(0));
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy.buffer;
}
