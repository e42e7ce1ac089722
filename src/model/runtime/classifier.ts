/** The network of a pack on one backend. */
import { GraphModel } from '@tensorflow/tfjs-converter';
import { getBackend, setBackend, tensor4d, tidy, type io } from '@tensorflow/tfjs-core';
import { Failure } from '../../failure';
import type { AttentionSource } from '../attention';
import type { Manifest } from '../../domain/pack/manifest';
import type { Backend } from '../../domain/prediction';

export interface NetworkOutputs {
  /** One value per class of the pack, before temperature and softmax. */
  readonly logits: Float32Array;
  /** One value per domain of the pack, before softmax; 0 for the only domain of a pack without a gate. */
  readonly gate: Float32Array;
  /** Global average of the last feature map. */
  readonly embedding: Float32Array;
}

export class Classifier {
  readonly backend: Backend;
  readonly #model: GraphModel<io.IOHandlerSync>;
  readonly #manifest: Manifest;
  readonly #topology: Topology;

  /**
   * Puts a decoded graph on a backend that has started.
   * @throws Failure `pack-damaged` when the graph cannot be built
   */
  constructor(backend: Backend, artifacts: io.ModelArtifacts, manifest: Manifest) {
    this.backend = backend;
    this.#manifest = manifest;
    this.#topology = artifacts.modelTopology as Topology;
    this.#model = new GraphModel({ load: () => artifacts });
    try {
      this.#model.load();
    } catch (thrown) {
      throw new Failure('pack-damaged', `the graph cannot be built: ${String(thrown)}`, { cause: thrown });
    }
  }

  /**
   * One forward pass.
   * @param input `side * side * 3` values, -1..1, rows from the top, RGB
   * @throws Failure `pack-damaged` when the outputs are not what the manifest says
   */
  async run(input: Float32Array): Promise<NetworkOutputs> {
    const [outputs] = await this.runTogether([input]);
    if (!outputs) throw new Failure('internal', 'no outputs');
    return outputs;
  }

  /** As `run`, with several inputs in one pass, where the graph takes more than one. */
  async runTogether(inputs: readonly Float32Array[]): Promise<NetworkOutputs[]> {
    const [batch] = this.#model.inputs[0]?.shape ?? [];
    if (batch === -1 || inputs.length === 1) return this.#run(inputs);
    const outputs: NetworkOutputs[] = [];
    for (const input of inputs) outputs.push(...(await this.#run([input])));
    return outputs;
  }

  async #run(inputs: readonly Float32Array[]): Promise<NetworkOutputs[]> {
    // While an update is tried, another classifier may have had the engine last.
    if (getBackend() !== this.backend) await setBackend(this.backend);
    const { outputs, classes, domains } = this.#manifest;
    const count = inputs.length;
    const [logits, embedding, gate = new Float32Array(count)] = await this.#execute(inputs, [
      outputs.logits,
      outputs.embedding,
      ...(outputs.gate === undefined ? [] : [outputs.gate]),
    ]);
    if (
      logits?.length !== count * classes.length ||
      gate.length !== count * domains.length ||
      !embedding ||
      embedding.length % count !== 0
    ) {
      throw new Failure('pack-damaged', `${logits?.length ?? 0} logits, ${gate.length} gate values`);
    }
    return inputs.map((_, at) => ({
      logits: part(logits, at, count),
      gate: part(gate, at, count),
      embedding: part(embedding, at, count),
    }));
  }

  async #execute(inputs: readonly Float32Array[], names: string[]): Promise<Float32Array[]> {
    const { width, height, channels } = this.#manifest.input;
    const values = joined(inputs);
    // A single output comes by itself, not in a list.
    const found = tidy(() =>
      this.#model.execute(tensor4d(values, [inputs.length, height, width, channels]), names),
    );
    const tensors = [found].flat();
    try {
      // Copies: what tfjs hands out may belong to it.
      return await Promise.all(tensors.map(async (each) => Float32Array.from(await each.data())));
    } finally {
      for (const each of tensors) each.dispose();
    }
  }

  /**
   * What an attention map is made of.
   * @throws Failure `pack-damaged` when the graph has no head that is linear in its features
   */
  async attention(input: Float32Array): Promise<AttentionSource> {
    if (getBackend() !== this.backend) await setBackend(this.backend);
    const { outputs, classes } = this.#manifest;
    const head = this.#model.weights[headOf(this.#topology, outputs.logits) ?? '']?.[0];
    const [features] = await this.#execute([input], [outputs.features]);
    const kernel = head && Float32Array.from(await head.data());
    if (!features || kernel?.length !== (head?.shape[0] ?? 0) * classes.length) {
      throw new Failure('pack-damaged', 'no head over the features');
    }
    const side = Math.sqrt((features.length * classes.length) / kernel.length);
    return { features, width: side, height: side, kernel, classes: classes.length };
  }

  /** Logits of being lesion, rows of a square from the top; undefined when the pack has no such output. */
  async outline(input: Float32Array): Promise<Float32Array | undefined> {
    const { outline } = this.#manifest.outputs;
    if (outline === undefined) return undefined;
    if (getBackend() !== this.backend) await setBackend(this.backend);
    const [logits] = await this.#execute([input], [outline]);
    return logits;
  }

  dispose(): void {
    this.#model.dispose();
  }
}

function joined(inputs: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = inputs;
  if (inputs.length === 1) return first;
  const all = new Float32Array(first.length * inputs.length);
  inputs.forEach((input, at) => all.set(input, at * first.length));
  return all;
}

/** One of `count` equal parts. */
function part(values: Float32Array, at: number, count: number): Float32Array {
  const length = values.length / count;
  return values.slice(at * length, (at + 1) * length);
}

/** The part of the graph that is read here; `graph.ts` has checked it. */
interface Topology {
  readonly node: readonly {
    readonly name: string;
    readonly op: string;
    readonly input?: readonly string[];
  }[];
}

/** The name of the kernel of the dense layer whose output is `name`. */
function headOf({ node }: Topology, name: string): string | undefined {
  const found = node.find((each) => each.name === name);
  if (found?.op === 'MatMul' || found?.op === '_FusedMatMul') return found.input?.[1];
  const before = found?.input?.[0];
  return before === undefined ? undefined : headOf({ node }, before);
}
