/** A host at the end of a slow line: requests of page, worker and service worker share its bandwidth. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { serve, type StaticServer } from '../scripts/static-server.ts';
import { securityHeaders } from '../scripts/hosting/headers.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export interface SlowHost extends StaticServer {
  /** Bytes that were sent so far, without headers. */
  sent(): number;
  /** Bytes of a file as it is sent. @param path in the built app */
  sizeOf(path: string): number;
}

/**
 * @param dist folder of the built app
 * @param rate bytes a second
 * @param latency milliseconds before each answer
 */
export async function serveSlowly(dist: string, rate: number, latency: number): Promise<SlowHost> {
  const files = new Map<string, Buffer>();
  const compress = promisify(brotliCompress);
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    files.set(relative(dist, file).split(sep).join('/'), await compress(await readFile(file), { params }));
  }
  let sent = 0;
  /** When the line is free again. */
  let free = 0;
  const server = await serve(
    {
      '/': (path, response) => {
        const name = path === '' ? 'index.html' : path;
        const body = files.get(name);
        if (!body) {
          response.writeHead(404).end();
          return;
        }
        const immutable = name.startsWith('assets/');
        response.writeHead(200, {
          'content-type': types[extname(name)] ?? 'application/octet-stream',
          'content-encoding': 'br',
          'content-length': body.length,
          'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
        });
        free = Math.max(free, performance.now() + latency);
        for (let from = 0; from < body.length; from += piece) {
          const part = body.subarray(from, from + piece);
          free += (part.length / rate) * 1000;
          const last = from + piece >= body.length;
          setTimeout(() => {
            sent += part.length;
            if (last) response.end(part);
            else response.write(part);
          }, free - performance.now());
        }
      },
    },
    securityHeaders,
  );
  return { ...server, sent: () => sent, sizeOf: (path) => files.get(path)?.length ?? 0 };
}

/** Bytes that go over the line together. */
const piece = 4096;

/** The most memory that a process of this machine has had, in bytes; NaN where the system does not tell. */
export function peakOf(process: number): number {
  try {
    const status = readFileSync(`/proc/${process}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    return NaN;
  }
}
