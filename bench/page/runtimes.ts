/** The same weights on three runtimes, in one page, on one thread. */
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { env, InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-web/wasm';
import { BareNetwork, loadPack, networkInput } from './bare-network';

export interface RuntimeTimes {
  /** Milliseconds of each forward pass, by runtime. */
  readonly milliseconds: Readonly<Record<string, readonly number[]>>;
  /** Largest difference of a logit from tfjs, by runtime. */
  readonly deviation: Readonly<Record<string, number>>;
}

type Run = (input: Float32Array) => Promise<Float32Array>;

async function startTfjs(packUrl: string): Promise<Run> {
  const network = await BareNetwork.start(await loadPack(packUrl));
  return (input) => network.run(input);
}

async function startOnnx(): Promise<Run> {
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = new URL('./onnxruntime/', document.baseURI).href;
  const session = await InferenceSession.create('./models/model.onnx', { executionProviders: ['wasm'] });
  const [inputName = ''] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  return async (input) => {
    const outputs = await session.run({ [inputName]: new OnnxTensor('float32', input, [1, 224, 224, 3]) });
    return (await outputs[outputName]?.getData()) as Float32Array;
  };
}

async function startLiteRt(): Promise<Run> {
  await loadLiteRt(new URL('./litert/', document.baseURI).href, { threads: false });
  const model = await loadAndCompile('./models/model.tflite', { accelerator: 'wasm' });
  return async (input) => {
    const tensor = new Tensor(input, [1, 224, 224, 3]);
    const outputs = await model.run(tensor);
    const values = Float32Array.from((await outputs[0]?.data()) as Float32Array);
    for (const each of [tensor, ...outputs]) each.delete();
    return values;
  };
}

/** Runs them in turn, so that what slows the machine slows all; the first `warmUp` rounds do not count. */
export async function raceRuntimes(packUrl: string, rounds: number, warmUp: number): Promise<RuntimeTimes> {
  const input = networkInput(await loadPack(packUrl));
  const runs: [string, Run][] = [
    ['tfjs', await startTfjs(packUrl)],
    ['onnxruntime-web', await startOnnx()],
    ['LiteRT.js', await startLiteRt()],
  ];
  const milliseconds: Record<string, number[]> = {};
  const logits: Record<string, Float32Array> = {};
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, run] of runs) {
      const start = performance.now();
      logits[name] = await run(input);
      if (round >= 0) (milliseconds[name] ??= []).push(performance.now() - start);
    }
  }
  const reference = logits['tfjs'] ?? new Float32Array();
  const deviation = Object.fromEntries(
    Object.entries(logits).map(([name, values]) => [
      name,
      Math.max(...reference.map((value, k) => Math.abs(value - (values[k] ?? NaN)))),
    ]),
  );
  return { milliseconds, deviation };
}
