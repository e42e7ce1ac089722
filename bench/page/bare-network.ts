/** The pack's network with nothing around it: what the app's own way is measured against. */
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { GraphModel } from '@tensorflow/tfjs-converter';
import { tensor4d, tidy, type io, type Tensor } from '@tensorflow/tfjs-core';
import { configureTensorflow, startWasm } from '../../src/model/runtime/backend';
import { goldenInput, readGolden } from '../../src/model/runtime/golden';
import { decodeGraph } from '../../src/model/runtime/graph';
import type { Pack } from '../../src/model/packs/pack';
import { fetchManifest, fetchPack } from '../../src/model/packs/source';

/** What the bare worker is asked. */
export type BareRequest = { readonly pack: Pack } | { readonly picture: Blob } | 'pass';

/** What a worker on several threads is asked: first to start, then for one pass each time. */
export type ThreadsRequest = { readonly packUrl: string; readonly threads: number } | 'pass';

export async function loadPack(packUrl: string): Promise<Pack> {
  const { signal } = new AbortController();
  return fetchPack(packUrl, await fetchManifest(packUrl, { signal }), { signal });
}

/** The input of the pack's self-test: `side * side * 3` values. */
export function networkInput(pack: Pack): Float32Array {
  return goldenInput(readGolden(pack), pack.manifest.input.width);
}

export class BareNetwork {
  readonly #model: GraphModel<io.IOHandlerSync>;
  readonly #output: string;

  private constructor(artifacts: io.ModelArtifacts, output: string) {
    this.#model = new GraphModel({ load: () => artifacts });
    this.#output = output;
  }

  /** One decode of the pack's weights and one start of WASM. */
  static async start(pack: Pack): Promise<BareNetwork> {
    configureTensorflow(wasmFile);
    const artifacts = decodeGraph(pack);
    await startWasm();
    const network = new BareNetwork(artifacts, pack.manifest.outputs.logits);
    network.#model.load();
    return network;
  }

  /** One forward pass to the logits. */
  async run(input: Float32Array): Promise<Float32Array> {
    const logits = tidy(() => this.#model.execute(tensor4d(input, [1, 224, 224, 3]), this.#output) as Tensor);
    const values = await logits.data<'float32'>();
    logits.dispose();
    return values;
  }
}
