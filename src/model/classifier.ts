/** The network of a pack on one backend. */
import { GraphModel } from '@tensorflow/tfjs-converter';
import { getBackend, setBackend, tensor4d, tidy, type io, type Tensor } from '@tensorflow/tfjs-core';
import { Failure } from '../failure';
import type { Manifest } from './manifest';
import type { Backend } from './reading';

export interface NetworkOutputs {
  /** One value per class of the pack, before temperature and softmax. */
  readonly logits: Float32Array;
  /** One value per domain of the pack, before softmax. */
  readonly gate: Float32Array;
  /** Global average of the last feature map. */
  readonly embedding: Float32Array;
}

export class Classifier {
  readonly backend: Backend;
  readonly #model: GraphModel<io.IOHandlerSync>;
  readonly #manifest: Manifest;

  /**
   * Puts a decoded graph on a backend that has started.
   * @throws Failure `pack-damaged` when the graph cannot be built
   */
  constructor(backend: Backend, artifacts: io.ModelArtifacts, manifest: Manifest) {
    this.backend = backend;
    this.#manifest = manifest;
    this.#model = new GraphModel({ load: () => artifacts });
    try {
      this.#model.load();
    } catch (thrown) {
      throw new Failure('pack-damaged', `the graph cannot be built: ${String(thrown)}`, { cause: thrown });
    }
  }

  /**
   * One forward pass.
   * @param input 224 * 224 * 3 values, -1..1, rows from the top, RGB
   * @throws Failure `pack-damaged` when the outputs are not what the manifest says
   */
  async run(input: Float32Array): Promise<NetworkOutputs> {
    // While an update is tried, another classifier may have had the engine last.
    if (getBackend() !== this.backend) await setBackend(this.backend);
    const { outputs, classes, domains } = this.#manifest;
    const [logits, gate, embedding] = await this.#execute(input, [
      outputs.logits,
      outputs.gate,
      outputs.embedding,
    ]);
    if (logits?.length !== classes.length || gate?.length !== domains.length || !embedding) {
      throw new Failure('pack-damaged', `${logits?.length ?? 0} logits, ${gate?.length ?? 0} gate values`);
    }
    return { logits, gate, embedding };
  }

  async #execute(input: Float32Array, names: string[]): Promise<Float32Array[]> {
    const { width, height, channels } = this.#manifest.input;
    const tensors = tidy(
      () => this.#model.execute(tensor4d(input, [1, height, width, channels]), names) as Tensor[],
    );
    try {
      // Copies: what tfjs hands out may belong to it.
      return await Promise.all(tensors.map(async (each) => Float32Array.from(await each.data())));
    } finally {
      for (const each of tensors) each.dispose();
    }
  }

  dispose(): void {
    this.#model.dispose();
  }
}
