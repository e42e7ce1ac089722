/** One backend put to the test with one pack: does it give the golden answer, and how fast is it? */
import { asFailure, Failure } from '../../failure';
import { startWasm, startWebgl } from './backend';
import { Classifier } from './classifier';
import { compareWithGolden } from './golden';
import type { Backend, BackendTrial } from '../../domain/prediction';
import type { UnpackedPack } from '../packs/unpack';

/** Warm forward passes of which the median counts. */
const timedPasses = 5;
/** Milliseconds after which no further pass is timed: what is that slow need not be known better. */
const timingLimit = 1000;
/**
 * Milliseconds after which WebGL is given up: some drivers take minutes to compile, or never answer.
 * Who asked for it waits longer than who only wants the faster one.
 */
const webglLimits = { race: 8_000, asked: 30_000 } as const;

export interface Candidate {
  readonly trial: BackendTrial;
  /** Warm and ready, when the backend passed; whoever has the candidate disposes it. */
  readonly classifier?: Classifier;
}

/** Never rejects: a backend that fails is a trial with a reason. */
export type Examine = (backend: Backend, timed: boolean) => Promise<Candidate>;

export interface TrialOptions {
  readonly signal: AbortSignal;
  /** Whether WebGL by software will do. */
  readonly software: boolean;
  /** Called when the graphics context is lost after the trial. */
  readonly onLost: (detail: string) => void;
}

/** What tries a pack on a backend. */
export function examiner(
  { pack, artifacts, golden, input }: UnpackedPack,
  { signal, software, onLost }: TrialOptions,
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

  async function testWebgl(timed: boolean): Promise<Candidate> {
    // A driver that hangs and a context that is lost both leave tfjs waiting for ever.
    const limit = timed ? webglLimits.race : webglLimits.asked;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const refuse = (detail: string): void => reject(new Failure('backend-unavailable', detail));
        timer = setTimeout(() => refuse(`no answer in ${limit} ms`), limit);
        const lost = (detail: string): void => (over ? onLost(detail) : refuse(detail));
        startWebgl({ software, onLost: lost })
          .then(() => test('webgl', timed))
          .then(resolve, reject);
      });
    } finally {
      over = true;
      clearTimeout(timer);
    }
  }

  return async (backend, timed) => {
    try {
      signal.throwIfAborted();
      if (backend === 'webgl') return await testWebgl(timed);
      await startWasm();
      return await test(backend, timed);
    } catch (thrown) {
      const reason = asFailure(thrown).detail;
      return { trial: { backend, passed: false, milliseconds: null, deviation: null, reason } };
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
