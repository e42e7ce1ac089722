import type { Backend } from '../domain/prediction';
import { m } from './paraglide/messages.js';

/** What a backend is called on screen. */
export const backendNames: Readonly<Record<Backend, () => string>> = {
  wasm: m.backend_wasm,
  webgl: m.backend_webgl,
  webgpu: m.backend_webgpu,
};
