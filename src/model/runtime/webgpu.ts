/** A separate chunk of this name: the service worker caches it when a browser with WebGPU first requests it. */
export { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
