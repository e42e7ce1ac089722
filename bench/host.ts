/** The browser of the benchmarks and the server of their page. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { launchChromium } from '../scripts/browser.ts';
import { buildPage } from '../scripts/build-page.ts';
import { securityHeaders } from '../scripts/hosting/headers.ts';
import { serve, type StaticServer } from '../scripts/static-server.ts';
import { drawPhoto } from './picture.ts';

const packages = join(import.meta.dirname, '../node_modules');

export class Host {
  readonly browser: Browser;
  /** What is laid here is served to the page under `models/`. */
  readonly models: string;
  readonly #server: StaticServer;
  readonly #page: string;

  private constructor(browser: Browser, models: string, server: StaticServer, page: string) {
    this.browser = browser;
    this.models = models;
    this.#server = server;
    this.#page = page;
  }

  /**
   * @param model folder of the pack that the page uses
   * @param built folder of the built page, which goes with the host; this version's own without
   */
  static async start(model: string, built?: string): Promise<Host> {
    const models = await mkdtemp(join(tmpdir(), 'lentigo-bench-'));
    const page = built ?? (await buildPage(join(import.meta.dirname, 'page')));
    const routes: Parameters<typeof serve>[0] = {
      '/': page,
      '/model/': model,
      '/models/': models,
      '/onnxruntime/': join(packages, 'onnxruntime-web/dist'),
      '/litert/': join(packages, '@litertjs/core/wasm'),
      // Such as /photo/4000x3000.jpg.
      '/photo/': (path, response) => {
        const [width = 0, height = 0] = path.split(/\D+/).map(Number);
        void drawPhoto(width, height).then((photo) =>
          response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo),
        );
      },
    };
    // Isolated, as the app is: threads are there.
    const server = await serve(routes, securityHeaders);
    return new Host(await launchChromium(), models, server, page);
  }

  /** A new tab with the page of the benchmarks, in a profile of its own. */
  async open(): Promise<Page> {
    const context = await this.browser.newContext();
    context.setDefaultTimeout(0);
    const tab = await context.newPage();
    await tab.goto(this.#server.url);
    return tab;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.#server.close();
    await rm(this.#page, { recursive: true, force: true });
    await rm(this.models, { recursive: true, force: true });
  }
}
