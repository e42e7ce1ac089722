/** A server of files on this machine alone. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

/** Answers a request below its prefix; `path` is the rest of the address, without a leading slash. */
export type Handler = (path: string, response: ServerResponse, request: IncomingMessage) => void;

export interface StaticServer {
  /** With a slash at the end. */
  readonly url: string;
  close(): void;
}

/**
 * Serves on a free port of the loopback.
 * @param routes by prefix, such as `/model/`: a folder or a handler; the longest prefix wins
 * @param headers sent with every answer
 */
export async function serve(
  routes: Readonly<Record<string, string | Handler>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<StaticServer> {
  const handlers = Object.entries(routes)
    .map(([prefix, target]) => [prefix, typeof target === 'string' ? folder(target) : target] as const)
    .sort(([a], [b]) => b.length - a.length);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const route = handlers.find(([prefix]) => path.startsWith(prefix));
    if (route) route[1](path.slice(route[0].length), response, request);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function folder(path: string): Handler {
  const files = sirv(path, { dev: true });
  return (rest, response, request) => {
    request.url = `/${rest}`;
    files(request, response, () => {
      response.writeHead(404).end();
    });
  };
}
