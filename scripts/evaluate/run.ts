/** Reads a list of pictures with the production worker in headless browsers. */
import { createReadStream } from 'node:fs';
import { stat, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { Backend } from '../../src/domain/prediction.ts';
import { buildPage } from '../build-page.ts';
import { serve } from '../static-server.ts';
import type { Label } from './labels.ts';
import { Lane } from './lane.ts';
import { maskPath, overlapOf, readMask } from './masks.ts';
import type { CropChoice, Outcome } from './outcome.ts';
import { noLesion } from './report.ts';

export interface RunOptions {
  readonly images: string;
  /** Folder of the experts' outlines. */
  readonly masks?: string | undefined;
  readonly labels: readonly Label[];
  /** Folder of the pack. */
  readonly model: string;
  readonly backend: Backend;
  /** Whether to read eight views of each picture. */
  readonly careful: boolean;
  readonly frame: CropChoice;
  /** Browsers at work side by side. */
  readonly jobs: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Gives one outcome for each label, in their order, whatever becomes of the files.
 * @throws Error when nothing can be read at all: no browser, or a pack that cannot be used
 */
export async function run(options: RunOptions): Promise<{ manifest: Manifest; outcomes: Outcome[] }> {
  const { images, masks, labels, model, backend, careful, frame, jobs, onProgress } = options;
  const pageFolder = await buildPage(join(import.meta.dirname, 'page'));
  const server = await serve({
    '/': pageFolder,
    '/model/': model,
    '/picture/': (path, response) =>
      void sendPicture(join(images, labels[Number(path)]?.file ?? ''), response),
  });
  const lanes = Array.from(
    { length: Math.max(1, Math.min(jobs, labels.length)) },
    () => new Lane(server.url, { backend, careful, frame }),
  );
  try {
    const [manifest] = await Promise.all(lanes.map((lane) => lane.open()));
    if (!manifest) throw new Error('no browser was started');
    const codes = manifest.classes.map(({ code }) => code);
    const outcomes = new Array<Outcome>(labels.length);
    let next = 0;
    let done = 0;
    await Promise.all(
      lanes.map(async (lane) => {
        for (let index = next++, label; (label = labels[index]); index = next++) {
          const outcome = await readOne(lane, index, label, codes);
          outcomes[index] = masks ? await withOverlap(lane, index, outcome, masks) : outcome;
          onProgress?.(++done);
        }
      }),
    );
    return { manifest, outcomes };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
    server.close();
    await rm(pageFolder, { recursive: true, force: true });
  }
}

async function readOne(lane: Lane, index: number, label: Label, codes: readonly string[]): Promise<Outcome> {
  const answer = await lane.classify(index);
  if ('error' in answer) return { label, error: answer.error };
  const known = label.dx === noLesion || codes.includes(label.dx);
  return { label, prediction: answer, ...(!known && { error: 'unknown-label' as const }) };
}

/** Adds how the outline compares with the experts', where they drew one. */
async function withOverlap(lane: Lane, index: number, outcome: Outcome, masks: string): Promise<Outcome> {
  const { label, prediction } = outcome;
  const path = prediction && maskPath(masks, label.file);
  if (!path) return outcome;
  const looked = await lane.look(index, prediction.predicted);
  if ('error' in looked) return { ...outcome, overlapError: looked.error };
  try {
    return { ...outcome, overlap: overlapOf(looked, await readMask(path)) };
  } catch {
    return { ...outcome, overlapError: 'file-unreadable' };
  }
}

async function sendPicture(path: string, response: ServerResponse): Promise<void> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('not a file');
    createReadStream(path)
      .once('open', () => response.writeHead(200))
      .once('error', () => response.writeHead(403).end())
      .pipe(response);
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    response.writeHead(missing ? 404 : 403).end();
  }
}
