/** How a model is started, and its state once it is ready. */
import type { Manifest } from '../../domain/pack/manifest';
import type { Backend, BackendPreference, BackendTrial } from '../../domain/prediction';
import type { LoadedPack, PackHost } from '../packs/loader';
import type { ChosenBackend } from './backend-choice';
import type { UnpackedPack } from '../packs/unpack';
import type { HeadStart } from './head-start';
import type { OpenedWasm } from './wasm-module';

export interface ModelSetup extends PackHost {
  /** True after a worker was lost: only WASM on one thread is tried. */
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
  /** Key of the version that was in use before, where this start took a newer one into use. */
  readonly replaced?: string;
}

export interface Running extends Omit<ChosenBackend, 'threads'> {
  readonly preference: BackendPreference;
}

/** What a start can build on. */
export interface Beginning {
  /** A pack that is unpacked already, perhaps the one that is started. */
  readonly unpacked?: UnpackedPack | undefined;
  readonly opened?: OpenedWasm | undefined;
}

export function stateOf({ pack, ...loaded }: LoadedPack, { classifier, trials }: Running): ModelState {
  return { ...loaded, manifest: pack.manifest, backend: classifier.backend, trials };
}
