/** What each runtime's WebAssembly costs over the wire, in the variant that the benchmark runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const binaries = {
  tfjs: '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  'onnxruntime-web': 'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  'LiteRT.js': '@litertjs/core/wasm/litert_wasm_internal.wasm',
};

/** Bytes after brotli, by runtime. @param packages the node_modules folder */
export async function compressedSize(packages: string): Promise<Record<string, number>> {
  const compress = promisify(brotliCompress);
  const sizes: Record<string, number> = {};
  for (const [name, path] of Object.entries(binaries)) {
    sizes[name] = (await compress(await readFile(join(packages, path)))).byteLength;
  }
  return sizes;
}
