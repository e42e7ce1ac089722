/** What computes on the graphics chip: WebGL and WebGPU. The code of each is only loaded where it is tried. */
import { findBackendFactory, registerBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { Failure } from '../../failure';
import type { GraphicsBackend } from '../../domain/prediction';
import { forget, select, wasmSettled } from './backend';

export interface GraphicsOptions {
  /** Whether a renderer without a graphics chip will do: it is always slower than WASM. */
  readonly software: boolean;
  /** Called once when the chip is lost: tfjs would wait for its answers for ever. */
  readonly onLost: (detail: string) => void;
}

/** A chip at hand, before tfjs has it. */
interface Opened {
  readonly start: () => KernelBackend;
  /** Gives its memory back. */
  readonly stop: () => void;
}

const open: Readonly<Record<GraphicsBackend, (options: GraphicsOptions) => Promise<Opened>>> = {
  webgl: openWebgl,
  webgpu: openWebgpu,
};

const stops = new Map<GraphicsBackend, () => void>();

/** The backends that are worth a trial here. */
export function graphicsBackends(): readonly GraphicsBackend[] {
  return typeof navigator !== 'undefined' && 'gpu' in navigator ? ['webgl', 'webgpu'] : ['webgl'];
}

/** @throws Failure `backend-unavailable` */
export async function startGraphics(backend: GraphicsBackend, options: GraphicsOptions): Promise<void> {
  await wasmSettled();
  if (!stops.has(backend)) {
    const { start, stop } = await open[backend](options);
    stops.set(backend, stop);
    // Importing tfjs's code registers its own way to start.
    const registered: unknown = findBackendFactory(backend);
    if (registered) forget(backend);
    registerBackend(backend, start);
  }
  await select(backend);
}

/** Frees the memory of unused backends. WASM must be running if nothing else is. */
export function stopGraphics(except: string | undefined): void {
  for (const [backend, stop] of stops) {
    if (backend === except) continue;
    stops.delete(backend);
    forget(backend);
    stop();
  }
}

async function openWebgl({ software, onLost }: GraphicsOptions): Promise<Opened> {
  const { canvas, gl } = openContext(software);
  const { MathBackendWebGL, setWebGLContext } = await import('@tensorflow/tfjs-backend-webgl');
  const lost = (): void => onLost('the WebGL context was lost');
  canvas.addEventListener('webglcontextlost', lost);
  setWebGLContext(2, gl);
  return {
    start: () => new MathBackendWebGL(),
    stop: () => {
      canvas.removeEventListener('webglcontextlost', lost);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
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
  throw new Failure('backend-unavailable', 'WebGL 2 is not available here, or runs without a graphics chip');
}

/** What headless and virtual machines draw with; not all of them own up to it as a caveat. */
const softwareRenderers = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function rendererOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}

/** All that a layer may need at once; the least that every device has is too little for some. */
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

async function openWebgpu({ software, onLost }: GraphicsOptions): Promise<Opened> {
  const adapter = await openAdapter();
  if (!adapter || (!software && isSoftware(adapter.info))) {
    throw new Failure('backend-unavailable', 'WebGPU is not available here, or runs without a graphics chip');
  }
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  const { WebGPUBackend } = await import('./webgpu');
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') onLost(`the WebGPU device was lost: ${message}`);
  });
  return { start: () => new WebGPUBackend(device, adapter.info), stop: () => device.destroy() };
}

/** Null without one. Some browsers have WebGPU in pages but not in workers. */
async function openAdapter(): Promise<GPUAdapter | null> {
  const { gpu } = navigator as Partial<Pick<WorkerNavigator, 'gpu'>>;
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
}

function isSoftware({ isFallbackAdapter, architecture, device, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || softwareRenderers.test(`${architecture} ${device} ${description}`);
}
