/** Which backend a pack runs on: the self-test decides whether it may, a short race whether it should. */
import { Failure } from '../../failure';
import type { Classifier } from './classifier';
import type { BackendChoice } from '../packs/store-schema';
import type { BackendPreference, BackendTrial } from '../../domain/prediction';
import type { Candidate, Examine } from './self-test';

/** WebGL must take at most this share of the time of WASM, which is the steadier of the two. */
const webglAdvantage = 0.8;

export interface ChoiceRequest {
  readonly preference: BackendPreference;
  /** What an earlier race of this pack on this device ended in. */
  readonly remembered: BackendChoice | undefined;
  /** True after a worker was lost: WebGL is not tried. */
  readonly wasmOnly: boolean;
}

export interface ChosenBackend {
  readonly classifier: Classifier;
  /** The chosen backend's first. */
  readonly trials: readonly BackendTrial[];
}

/**
 * Chooses a backend for a pack. One that was asked for or remembered but fails gives way to the other.
 * The classifiers of those that were not chosen are disposed.
 * @throws Failure `backend-unavailable` when none passes
 */
export async function chooseBackend(
  { preference, remembered, wasmOnly }: ChoiceRequest,
  examine: Examine,
): Promise<ChosenBackend> {
  if (wasmOnly) return choose([await examine('wasm', false), { trial: lostEarlier }]);
  const wanted = preference === 'auto' ? remembered?.backend : preference;
  if (wanted !== undefined) {
    const first = await examine(wanted, false);
    if (first.classifier) return choose(withMemory(first, remembered));
    return choose([first, await examine(wanted === 'wasm' ? 'webgl' : 'wasm', false)]);
  }
  const wasm = await examine('wasm', true);
  const webgl = await examine('webgl', true);
  return choose(isFaster(webgl.trial, wasm.trial) ? [webgl, wasm] : [wasm, webgl]);
}

const lostEarlier: BackendTrial = {
  backend: 'webgl',
  passed: false,
  milliseconds: null,
  deviation: null,
  reason: 'given up after a worker was lost',
};

function isFaster(webgl: BackendTrial, wasm: BackendTrial): boolean {
  if (webgl.milliseconds === null || wasm.milliseconds === null) return false;
  return webgl.milliseconds <= webglAdvantage * wasm.milliseconds;
}

/** Today's candidate with the time of its race, and the others as they were then. */
function withMemory(candidate: Candidate, remembered: BackendChoice | undefined): Candidate[] {
  const trials = remembered?.trials ?? [];
  const { backend } = candidate.trial;
  const milliseconds = trials.find((trial) => trial.backend === backend)?.milliseconds ?? null;
  return [
    { ...candidate, trial: { ...candidate.trial, milliseconds } },
    ...trials.filter((trial) => trial.backend !== backend).map((trial) => ({ trial })),
  ];
}

/** The first candidate that has a classifier. */
function choose(candidates: readonly Candidate[]): ChosenBackend {
  const chosen = candidates.find(({ classifier }) => classifier);
  if (!chosen?.classifier) {
    const reasons = candidates.map(({ trial }) => `${trial.backend}: ${trial.reason ?? ''}`);
    throw new Failure('backend-unavailable', reasons.join('; '));
  }
  const rest = candidates.filter((candidate) => candidate !== chosen);
  for (const { classifier } of rest) classifier?.dispose();
  return { classifier: chosen.classifier, trials: [chosen, ...rest].map(({ trial }) => trial) };
}
