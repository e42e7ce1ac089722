/** One backend put to the test with one pack: does it give the golden answer, and how fast is it? */
import { asFailure, Failure } from '../../failure';
import { startWasm } from './backend';
import { Classifier } from './classifier';
import { compareWithGolden } from './golden';
import { startGraphics } from './graphics';
import type { Backend, BackendTrial, GraphicsBackend } from '../../domain/prediction';
import type { UnpackedPack } from '../packs/unpack';
import type { OpenedWasm } from './wasm-module';

/** Warm forward passes of which the median counts. */
const timedPasses = 5;
/** Milliseconds after which no further pass is timed: what is that slow need not be known better. */
const timingLimit = 1000;
/**
 * Milliseconds after which a graphics chip is given up: some drivers take minutes to compile, or never answer.
 * Who asked for it waits longer than who only wants the faster one.
 */
const graphicsLimits = { race: 8_000, asked: 30_000 } as const;

export interface Candidate {
  readonly trial: BackendTrial;
  /** Warm and ready, when the backend passed; whoever has the candidate disposes it. */
  readonly classifier?: Classifier;
}

/**
 * Never rejects: a backend that fails is a trial with a reason.
 * @param threads of WASM, one by default. What was there on another number must have been disposed
 */
export type Examine = (backend: Backend, timed: boolean, threads?: number) => Promise<Candidate>;

export interface TrialOptions {
  readonly signal: AbortSignal;
  /** Whether graphics by software will do. */
  readonly software: boolean;
  /** Called when the graphics context is lost after the trial. */
  readonly onLost: (detail: string) => void;
  /** A WASM module that was started ahead. */
  readonly opened?: OpenedWasm | undefined;
}

/** What tries a pack on a backend. */
export function examiner(
  { pack, artifacts, golden, input }: UnpackedPack,
  { signal, software, onLost, opened }: TrialOptions,
): Examine {
  async function test(backend: Backend, timed: boolean): Promise<Candidate> {
    const classifier = new Classifier(backend, artifacts, pack.manifest);
    try {
      const { deviation, fault } = compareWithGolden(await classifier.run(input), golden);
      if (fault !== undefined) {
        classifier.dispose();
        return { trial: { backend, passed: false, milliseconds: null, deviation, reason: fault } };
      }
      const milliseconds = timed ? await timeForward(classifier, input) : null;
      return { trial: { backend, passed: true, milliseconds, deviation }, classifier };
    } catch (thrown) {
      classifier.dispose();
      throw thrown;
    }
  }

  async function testGraphics(backend: GraphicsBackend, timed: boolean): Promise<Candidate> {
    // A driver that hangs and a chip that is lost both leave tfjs waiting for ever.
    const limit = timed ? graphicsLimits.race : graphicsLimits.asked;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const refuse = (detail: string): void => reject(new Failure('backend-unavailable', detail));
        timer = setTimeout(() => refuse(`no answer in ${limit} ms`), limit);
        const lost = (detail: string): void => (over ? onLost(detail) : refuse(detail));
        startGraphics(backend, { software, onLost: lost })
          .then(() => test(backend, timed))
          .then(resolve, reject);
      });
    } finally {
      over = true;
      clearTimeout(timer);
    }
  }

  return async (backend, timed, threads = 1) => {
    const on = threads > 1 ? { threads } : {};
    try {
      signal.throwIfAborted();
      if (backend !== 'wasm') return await testGraphics(backend, timed);
      await startWasm(threads, opened);
      const { trial, ...rest } = await test(backend, timed);
      return { trial: { ...trial, ...on }, ...rest };
    } catch (thrown) {
      const reason = asFailure(thrown).detail;
      return { trial: { backend, ...on, passed: false, milliseconds: null, deviation: null, reason } };
    }
  };
}

/** Median of some warm forward passes in milliseconds. */
async function timeForward(classifier: Classifier, input: Float32Array): Promise<number> {
  const times: number[] = [];
  const begin = performance.now();
  do {
    const start = performance.now();
    await classifier.run(input);
    times.push(performance.now() - start);
  } while (times.length < timedPasses && performance.now() - begin < timingLimit);
  return times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;
}
