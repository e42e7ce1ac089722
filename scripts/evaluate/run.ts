/** Reads a list of pictures with the production worker in headless browsers. */
import { createReadStream } from 'node:fs';
import { stat, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Backend } from '../../src/domain/prediction.ts';
import { buildPage } from '../build-page.ts';
import { serve } from '../static-server.ts';
import type { Label } from '../../src/domain/evaluation/labels.ts';
import { Lane } from './lane.ts';
import { maskPath, overlapOf, readMask } from './masks.ts';
import type { Outcome } from '../../src/domain/evaluation/outcome.ts';

export interface RunOptions {
  readonly images: string;
  /** Folder of the experts' outlines. */
  readonly masks?: string | undefined;
  readonly labels: readonly Label[];
  /** Numbers of the labels that have been read before. */
  readonly done: { has(index: number): boolean };
  /** Folder of the pack. */
  readonly model: string;
  readonly backend: Backend;
  /** How many views of each picture are read. */
  readonly views: 1 | 8;
  /** Browsers at work side by side. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Hears of each picture once, as soon as it is read; with several jobs not in order. */
  readonly onOutcome: (index: number, outcome: Outcome) => void;
}

/**
 * Gives one outcome for each label that is not done, whatever becomes of the files. Leaves no file and no
 * browser behind, also when it is stopped.
 * @throws Error when nothing can be read at all (no browser, or a pack that cannot be used), and the
 *   reason of `signal` when it is aborted
 */
export async function run(options: RunOptions): Promise<void> {
  const { images, masks, labels, done, model, backend, views, jobs, signal, onOutcome } = options;
  const wanted = labels.map((_, index) => index).filter((index) => !done.has(index));
  if (wanted.length === 0) return;
  const pageFolder = await buildPage(join(import.meta.dirname, 'page'));
  const server = await serve({
    '/': pageFolder,
    '/model/': model,
    '/picture/': (path, response) =>
      void sendPicture(join(images, labels[Number(path)]?.file ?? ''), response),
  });
  const lanes = Array.from(
    { length: Math.max(1, Math.min(jobs, wanted.length)) },
    () => new Lane(server.url, { backend, views }),
  );
  const closeLanes = (): Promise<unknown> => Promise.all(lanes.map((lane) => lane.close()));
  const onAbort = (): void => void closeLanes();
  signal.addEventListener('abort', onAbort);
  try {
    signal.throwIfAborted();
    await Promise.all(lanes.map((lane) => lane.open()));
    const queue = wanted.values();
    await Promise.all(
      lanes.map(async (lane) => {
        for (const index of queue) {
          const label = labels[index];
          if (!label) continue;
          const outcome = await readOne(lane, index, label);
          const complete = masks ? await withOverlap(lane, index, outcome, masks) : outcome;
          // What a closing browser answers is no outcome.
          signal.throwIfAborted();
          if (lane.closed) return;
          onOutcome(index, complete);
        }
      }),
    );
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await closeLanes();
    server.close();
    await rm(pageFolder, { recursive: true, force: true });
  }
}

async function readOne(lane: Lane, index: number, label: Label): Promise<Outcome> {
  const answer = await lane.classify(index);
  if ('error' in answer) return { label, error: answer.error };
  return { label, prediction: answer, ...(label.code === undefined && { error: 'unknown-label' as const }) };
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
