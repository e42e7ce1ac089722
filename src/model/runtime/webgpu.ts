/** A chunk of its own, by this name: the service worker keeps it once a browser has WebGPU and asks for it. */
export { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
