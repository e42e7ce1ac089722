/** Which backend a pack runs on: the self-test decides whether it may, a short race whether it should. */
import { Failure } from '../../failure';
import type { Classifier } from './classifier';
import type { BackendChoice } from '../packs/store-schema';
import type { Backend, BackendPreference, BackendTrial, GraphicsBackend } from '../../domain/prediction';
import type { Candidate, Examine } from './self-test';

/** A graphics backend must take at most this share of the time of WASM, which is more stable. */
const graphicsAdvantage = 0.8;
/** More threads must take at most this share of the time of fewer, because they slow down other work. */
const threadAdvantage = 0.85;

export interface ChoiceRequest {
  readonly preference: BackendPreference;
  /** What earlier races of this pack on this device ended in. */
  readonly remembered: BackendChoice | undefined;
  /** True after a worker was lost: only WASM on one thread is tried. */
  readonly wasmOnly: boolean;
  /** What may compute on the graphics chip here. */
  readonly graphics: readonly GraphicsBackend[];
  /** The numbers of threads that WASM can have now, ascending; a single one is neither raced nor given up. */
  readonly threadCounts: readonly number[];
}

export interface ChosenBackend {
  readonly classifier: Classifier;
  /** The chosen backend's first. */
  readonly trials: readonly BackendTrial[];
  /** The number of threads that WASM should have from now on; undefined where nothing new was learnt of that. */
  readonly threads?: number;
}

/**
 * Chooses a backend for a pack. If a requested or remembered one fails, another is chosen.
 * The classifiers of those that were not chosen are disposed.
 * @throws Failure `backend-unavailable` when none passes
 */
export async function chooseBackend(request: ChoiceRequest, examine: Examine): Promise<ChosenBackend> {
  const { preference, remembered, wasmOnly, graphics } = request;
  if (wasmOnly) {
    return choose({ candidates: [await examine('wasm', false), ...graphics.map(lostEarlier)], threads: 1 });
  }
  const wanted = preference === 'auto' ? winnerOf(request) : preference;
  if (wanted === undefined) {
    const wasm = await chooseThreads(request, examine, true);
    const chips = byTime(await inTurn(graphics, (backend) => examine(backend, true)));
    const faster = chips.filter((chip) => isFaster(chip, wasm.candidates[0], graphicsAdvantage));
    return choose({ ...wasm, candidates: [...faster, ...wasm.candidates, ...chips.slice(faster.length)] });
  }
  const chip = wanted === 'wasm' ? undefined : await examine(wanted, false);
  if (chip?.classifier) return choose(withMemory({ candidates: [chip] }, remembered));
  const wasm = await chooseThreads(request, examine, false);
  if (chip) return choose({ ...wasm, candidates: [...wasm.candidates, chip] });
  if (wasm.candidates.some(({ classifier }) => classifier)) return choose(withMemory(wasm, remembered));
  const chips = await inTurn(graphics, (backend) => examine(backend, false));
  return choose({ ...wasm, candidates: [...wasm.candidates, ...chips] });
}

const lostReason = 'given up after a worker was lost';

const lostEarlier = (backend: GraphicsBackend): Candidate => ({
  trial: { backend, passed: false, milliseconds: null, deviation: null, reason: lostReason },
});

/** One after the other: two at once would slow each other down. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** The fastest first, those that failed last. */
function byTime(candidates: readonly Candidate[]): Candidate[] {
  const time = ({ trial: { milliseconds } }: Candidate): number => milliseconds ?? Number.MAX_VALUE;
  return candidates.toSorted((a, b) => time(a) - time(b));
}

/** Candidates, the preferred first, and the thread count to remember. */
interface Outcome {
  readonly candidates: readonly Candidate[];
  readonly threads?: number;
}

/** The backend that won an earlier race, unless there is a new candidate. */
function winnerOf({ remembered, threadCounts, graphics }: ChoiceRequest): Backend | undefined {
  if (remembered?.backend === undefined) return undefined;
  const { backend, threads, trials } = remembered;
  if (trials.some(({ reason }) => reason === lostReason)) return backend;
  // More threads only help WASM where that has won already.
  const threadsRaced = backend === 'wasm' || threads !== undefined || threadCounts.length === 1;
  const allRaced = graphics.every((chip) => trials.some((trial) => trial.backend === chip));
  return threadsRaced && allRaced ? backend : undefined;
}

/** WASM on as many threads as it is fastest on: as remembered, else by a race, in which the numbers run in turn. */
async function chooseThreads(
  { remembered, threadCounts }: ChoiceRequest,
  examine: Examine,
  timed: boolean,
): Promise<Outcome> {
  const [only] = threadCounts;
  const known = threadCounts.length === 1 ? only : remembered?.threads;
  if (known !== undefined && threadCounts.includes(known)) {
    const found = await examine('wasm', timed, known);
    if (found.classifier || known === only) return { candidates: [found] };
    return { candidates: [await examine('wasm', timed), found], threads: 1 };
  }
  let best = await examine('wasm', true);
  let running = best;
  const others: Candidate[] = [];
  for (const threads of threadCounts.slice(1)) {
    // There is one module at a time.
    running.classifier?.dispose();
    running = await examine('wasm', true, threads);
    if (best.classifier && !isFaster(running, best, threadAdvantage)) {
      others.push(running);
      break;
    }
    others.push({ trial: best.trial });
    best = running;
  }
  const { threads = 1 } = best.trial;
  if (running === best) return { candidates: [best, ...others], threads };
  running.classifier?.dispose();
  const again = await examine('wasm', false, threads);
  return {
    candidates: [{ ...again, trial: best.trial }, ...others.map(({ trial }) => ({ trial }))],
    threads,
  };
}

/** Whether `one` takes at most `advantage` of the time of `other`. */
function isFaster(one: Candidate, other: Candidate | undefined, advantage: number): boolean {
  if (one.trial.milliseconds === null) return false;
  const against = other?.trial.milliseconds ?? null;
  return against !== null && one.trial.milliseconds <= advantage * against;
}

/** The present candidates with the times of their races, and the others with their earlier times. */
function withMemory({ candidates, ...rest }: Outcome, remembered: BackendChoice | undefined): Outcome {
  const trials = remembered?.trials ?? [];
  const earlier = ({ trial: { backend, threads } }: Candidate): BackendTrial | undefined =>
    trials.find((trial) => trial.backend === backend && trial.threads === threads);
  const today = candidates.map((candidate) => {
    const milliseconds = candidate.trial.milliseconds ?? earlier(candidate)?.milliseconds ?? null;
    return { ...candidate, trial: { ...candidate.trial, milliseconds } };
  });
  const replaced = new Set(candidates.map(earlier));
  return {
    candidates: [...today, ...trials.filter((trial) => !replaced.has(trial)).map((trial) => ({ trial }))],
    ...rest,
  };
}

/** The first candidate that has a classifier. */
function choose({ candidates, ...rest }: Outcome): ChosenBackend {
  const chosen = candidates.find(({ classifier }) => classifier);
  if (!chosen?.classifier) {
    const reasons = candidates.map(({ trial }) => `${nameOf(trial)}: ${trial.reason ?? ''}`);
    throw new Failure('backend-unavailable', reasons.join('; '));
  }
  const others = candidates.filter((candidate) => candidate !== chosen);
  for (const { classifier } of others) classifier?.dispose();
  return { classifier: chosen.classifier, trials: [chosen, ...others].map(({ trial }) => trial), ...rest };
}

function nameOf({ backend, threads }: BackendTrial): string {
  return threads === undefined ? backend : `${backend} on ${threads} threads`;
}
