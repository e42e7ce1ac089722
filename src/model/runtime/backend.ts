/** Starting and stopping the tfjs backends. WebGL's code is only loaded where it is tried. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  enableProdMode,
  env,
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { Failure } from '../../failure';
import type { Backend } from '../../domain/prediction';

export interface WebglOptions {
  /** Whether a renderer without a graphics card will do: it is always slower than WASM. */
  readonly software: boolean;
  /** Called once when the context is lost: tfjs would wait for its answers for ever. */
  readonly onLost: (detail: string) => void;
}

/**
 * Must be called before the first start.
 * @param wasmFile address (in Node: path) of the SIMD binary. Resampling needs SIMD as well, so the plain
 *   binary would help nobody; the threaded one is not shipped, because its glue hangs when bundled.
 */
export function configureTensorflow(wasmFile: string): void {
  enableProdMode();
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // tfjs wants an address for each of its binaries.
  setWasmPaths({
    'tfjs-backend-wasm.wasm': wasmFile,
    'tfjs-backend-wasm-simd.wasm': wasmFile,
    'tfjs-backend-wasm-threaded-simd.wasm': wasmFile,
  });
}

let wasm: Promise<void> | undefined;

/**
 * May be called early, so that the binary is fetched and compiled while something else is awaited.
 * @throws Failure `backend-unavailable`
 */
export async function startWasm(): Promise<void> {
  // Two starts at once would make tfjs call the first one off.
  wasm ??= select('wasm');
  try {
    await wasm;
  } catch (thrown) {
    wasm = undefined;
    throw thrown;
  }
  if (getBackend() !== 'wasm') await select('wasm');
}

let stopContext: (() => void) | undefined;

/** @throws Failure `backend-unavailable` */
export async function startWebgl({ software, onLost }: WebglOptions): Promise<void> {
  // tfjs mixes two backends up when the second is set before the first has started.
  await wasm?.catch(() => undefined);
  if (stopContext) return select('webgl');
  const { canvas, gl } = openContext(software);
  const { MathBackendWebGL, setWebGLContext } = await import('@tensorflow/tfjs-backend-webgl');
  const lost = (): void => onLost('the WebGL context was lost');
  canvas.addEventListener('webglcontextlost', lost);
  stopContext = () => {
    canvas.removeEventListener('webglcontextlost', lost);
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  };
  setWebGLContext(2, gl);
  // Importing it registers it, `stopWebgl` takes it away again.
  const registered: unknown = findBackendFactory('webgl');
  if (!registered) registerBackend('webgl', () => new MathBackendWebGL());
  await select('webgl');
}

/** Gives the graphics card's memory back. WASM must be running by then. */
export function stopWebgl(): void {
  if (!stopContext) return;
  removeBackend('webgl');
  stopContext();
  stopContext = undefined;
}

/** `setBackend` can fail without a word: what runs is asked for. */
async function select(backend: Backend): Promise<void> {
  const started = await setBackend(backend);
  if (!started || getBackend() !== backend) {
    throw new Failure('backend-unavailable', `${backend} does not start`);
  }
}

function openContext(software: boolean): { canvas: OffscreenCanvas; gl: WebGL2RenderingContext } {
  if (typeof OffscreenCanvas !== 'undefined') {
    const canvas = new OffscreenCanvas(1, 1);
    const gl = canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      premultipliedAlpha: false,
      preserveDrawingBuffer: false,
      depth: false,
      stencil: false,
      failIfMajorPerformanceCaveat: !software,
    });
    if (gl && (software || !softwareRenderers.test(rendererOf(gl)))) return { canvas, gl };
  }
  throw new Failure('backend-unavailable', 'no WebGL 2 in workers, or none by a graphics card');
}

/** What headless and virtual machines draw with; not all of them own up to it as a caveat. */
const softwareRenderers = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function rendererOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}
