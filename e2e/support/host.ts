/** A host of the built app that a test may stop, or change. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serve, type Handler, type StaticServer } from '../../scripts/static-server.ts';

export const dist = resolve(import.meta.dirname, '../..', process.env['LENTIGO_DIST'] ?? 'dist');

/** @param changes folders or answers in place of the app's own, by address from the root, such as `/model/` */
export function host(changes: Readonly<Record<string, string | Handler>> = {}): Promise<StaticServer> {
  return serve({ '/': dist, ...changes });
}

/** A handler that gives some bytes. */
export function giving(type: string, body: () => Buffer | string | Promise<Buffer | string>): Handler {
  return (_, response) => {
    void (async () => response.writeHead(200, { 'content-type': type }).end(await body()))();
  };
}

export function readBuilt(path: string): Promise<Buffer> {
  return readFile(join(dist, path));
}
