/** What a model is started with, and what is ready then. */
import type { Manifest } from '../../domain/pack/manifest';
import type { Backend, BackendPreference, BackendTrial } from '../../domain/prediction';
import type { LoadedPack, PackHost } from '../packs/loader';
import type { ChosenBackend } from './backend-choice';
import type { HeadStart } from './head-start';

export interface ModelSetup extends PackHost {
  /** True after a worker was lost: WebGL is not tried. */
  readonly wasmOnly: boolean;
  /** What was begun before the session, for its first `prepare`. */
  readonly headStart?: HeadStart | undefined;
  /** Called when the graphics context is lost: the session is then of no more use. */
  readonly onLost: (detail: string) => void;
}

/** What is ready, and how it came to be. */
export interface ModelState extends Omit<LoadedPack, 'pack'> {
  readonly manifest: Manifest;
  readonly backend: Backend;
  readonly trials: readonly BackendTrial[];
}

export interface Running extends ChosenBackend {
  readonly preference: BackendPreference;
}

export function stateOf({ pack, ...loaded }: LoadedPack, { classifier, trials }: Running): ModelState {
  return { ...loaded, manifest: pack.manifest, backend: classifier.backend, trials };
}
