/**
 * A pack that is small enough to work out by hand: a 1x1 convolution with ReLU, its global average,
 * and a dense layer each for the logits and the gate.
 */
import { toBase64 } from '../../base64';
import { networkInput, networkSide, resampleSquare } from '../../image/resample/resample';
import { metricsFile } from '../../domain/pack/metrics';
import { packFeatures } from '../../domain/pack/words';
import { packFiles, type Manifest } from '../../domain/pack/manifest';
import { sha256, type Pack } from '../packs/pack';
import type { WeightSpec } from '../runtime/weights';

const features = 4;
const side = 8;

/** Quantised values times their scales, so that int8 holds them exactly. */
const kernelScales = [0.01, 0.02, 0.005, 0.0125];
const kernelInt8 = [100, -50, 20, 7, -30, 60, 110, 90, 5, 15, -80, 40];
const bias = [0.1, -0.2, 0.3, 0.05];

/** What the network takes and gives. */
export interface TinyNetwork {
  readonly conditions: number;
  /** 0 for a network without a gate. */
  readonly domains: number;
  /** Of the input, in pixels. */
  readonly inputSide: number;
  /** Largest weight of the last layer. */
  readonly largestWeight: number;
}

const lesions: TinyNetwork = { conditions: 7, domains: 3, inputSide: networkSide, largestWeight: 4 };

function kernelsOf({ conditions, domains, largestWeight }: TinyNetwork): {
  logits: Float32Array;
  gate: Float32Array;
} {
  return {
    logits: Float32Array.from({ length: features * conditions }, (_, i) => Math.sin(i + 1) * largestWeight),
    gate: Float32Array.from({ length: features * domains }, (_, i) => Math.cos(i + 1) * 3),
  };
}

export interface TinyPackOptions {
  readonly version?: string;
  readonly id?: string;
  readonly minimumAppVersion?: string;
  /** Shifts the expected logits, so that every backend fails the self-test. */
  readonly wrongGolden?: boolean;
  /** Content of its metrics.json; without, it has none. */
  readonly metrics?: unknown;
}

export async function makeTinyPack(options: TinyPackOptions = {}): Promise<Pack> {
  const { version = '1.0.0', id = 'tiny', minimumAppVersion = '0.1.0', ...contents } = options;
  return makePack(lesions, (files) => tinyManifest({ version, id, minimumAppVersion, files }), contents);
}

/** @param manifestOf the manifest of a pack of these files */
export async function makePack(
  network: TinyNetwork,
  manifestOf: (files: Manifest['files']) => Manifest,
  { wrongGolden = false, metrics }: Pick<TinyPackOptions, 'wrongGolden' | 'metrics'> = {},
): Promise<Pack> {
  const { specs, file } = layOut(network);
  const contents: [string, ArrayBuffer][] = [
    [
      packFiles.model,
      jsonBytes({
        format: 'graph-model',
        modelTopology: topology(network),
        weightsManifest: [{ paths: [packFiles.weights], weights: specs }],
      }),
    ],
    [packFiles.weights, file],
    [packFiles.golden, jsonBytes(golden(network, wrongGolden))],
  ];
  if (metrics !== undefined) contents.push([metricsFile, jsonBytes(metrics)]);
  const files = await Promise.all(
    contents.map(async ([path, bytes]) => ({ path, bytes: bytes.byteLength, sha256: await sha256(bytes) })),
  );
  const manifest = manifestOf(files);
  return { manifest, manifestBytes: jsonBytes(manifest), files: new Map(contents) };
}

export function tinyManifest(changes: Partial<Manifest> = {}): Manifest {
  const kinds = ['premalignant', 'malignant', 'benign', 'benign', 'malignant', 'benign', 'benign'] as const;
  return {
    format: 1,
    subject: 'lesion',
    features: [...packFeatures],
    refused: 'none',
    id: 'tiny',
    name: 'Tiny',
    version: '1.0.0',
    created: '2026-01-01',
    minimumAppVersion: '0.1.0',
    licence: { name: 'CC0', url: 'https://example.org/' },
    provenance: { architecture: 'one convolution', summary: 'For tests.', dataSets: [] },
    input: {
      width: 224,
      height: 224,
      channels: 3,
      range: [-1, 1],
      resampling: 'lentigo-area-1',
      crop: 'centre-square',
    },
    outputs: { logits: 'logits', gate: 'gate', embedding: 'embedding', features: 'features' },
    classes: ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'].map((code, i) => ({
      code,
      name: code.toUpperCase(),
      icd10: ['X00'],
      kind: kinds[i] ?? 'benign',
      advice: kinds[i] ?? 'benign',
    })),
    domains: ['dermatoscope', 'phone', 'none'],
    calibration: {
      temperature: { dermatoscope: 1.5, phone: 2 },
      predictionSet: { method: 'lac', coverage: 0.9, threshold: 0.2 },
      operatingPoints: [
        { id: 'screening', classes: ['akiec', 'bcc', 'mel'], threshold: 0.3, sensitivity: 0.95 },
      ],
      gate: { threshold: 0.5 },
    },
    files: Object.values(packFiles).map((path) => ({ path, bytes: 1, sha256: '0'.repeat(64) })),
    ...changes,
  };
}

/** The network's answer in plain arithmetic: `input` holds `side * side * 3` values. */
export function tinyForward(
  input: Float32Array,
  network = lesions,
): { logits: number[]; gate: number[]; embedding: number[] } {
  const kernels = kernelsOf(network);
  const pixels = input.length / 3;
  const embedding = Array.from({ length: features }, (_, f) => {
    let sum = 0;
    for (let p = 0; p < pixels; p++) {
      let value = bias[f] ?? 0;
      for (let c = 0; c < 3; c++) {
        value += (input[3 * p + c] ?? 0) * (kernelInt8[c * features + f] ?? 0) * (kernelScales[f] ?? 0);
      }
      sum += Math.max(value, 0);
    }
    return sum / pixels;
  });
  const dense = (kernel: Float32Array, outputs: number): number[] =>
    Array.from({ length: outputs }, (_, o) =>
      embedding.reduce((sum, value, f) => sum + value * (kernel[f * outputs + o] ?? 0), 0),
    );
  const { conditions, domains } = network;
  return { logits: dense(kernels.logits, conditions), gate: dense(kernels.gate, domains), embedding };
}

function golden(network: TinyNetwork, wrong: boolean): unknown {
  const rgb = Uint8Array.from({ length: side * side * 3 }, (_, j) => (j * j * 31 + j * 7) % 251);
  const { logits, gate, embedding } = tinyForward(
    networkInput(resampleSquare(rgb, side), network.inputSide),
    network,
  );
  return {
    input: { side, rgb: toBase64(rgb) },
    expected: { logits: wrong ? logits.toReversed() : logits, ...(gate.length > 0 && { gate }), embedding },
    tolerance: { probability: 0.001, embedding: 0.001 },
  };
}

type Tensor = [name: string, shape: number[], bytes: Uint8Array, encoding: WeightSpec['encoding']];

function layOut(network: TinyNetwork): { specs: WeightSpec[]; file: ArrayBuffer } {
  const floats = (values: ArrayLike<number>): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
  const kernels = kernelsOf(network);
  const tensors: Tensor[] = [
    [
      'kernel',
      [1, 1, 3, features],
      join([floats(kernelScales), new Uint8Array(Int8Array.from(kernelInt8).buffer)]),
      'int8',
    ],
    ['bias', [features], floats(bias), 'float32'],
    ['axes', [2], new Uint8Array(Int32Array.of(1, 2).buffer), 'int32'],
    ['logitKernel', [features, network.conditions], floats(kernels.logits), 'float32'],
    ...(network.domains > 0
      ? [['gateKernel', [features, network.domains], floats(kernels.gate), 'float32'] satisfies Tensor]
      : []),
  ];
  let offset = 0;
  const specs = tensors.map(([name, shape, bytes, encoding]) => {
    const spec: WeightSpec = {
      name,
      shape,
      dtype: encoding === 'int32' ? 'int32' : 'float32',
      encoding,
      ...(encoding === 'int8' ? { channels: features } : {}),
      offset,
      bytes: bytes.length,
    };
    offset += bytes.length;
    return spec;
  });
  return { specs, file: join(tensors.map(([, , bytes]) => bytes)).buffer };
}

/** A TensorFlow GraphDef, as the tfjs converter writes it. */
function topology({ domains, inputSide }: TinyNetwork): unknown {
  const float = { type: 'DT_FLOAT' };
  const weight = (name: string, type = 'DT_FLOAT'): unknown => ({
    name,
    op: 'Const',
    attr: { dtype: { type } },
  });
  const matMul = (name: string, kernel: string): unknown => ({
    name,
    op: 'MatMul',
    input: ['embedding', kernel],
    attr: { transpose_a: { b: false }, transpose_b: { b: false }, T: float },
  });
  return {
    node: [
      {
        name: 'input',
        op: 'Placeholder',
        attr: {
          dtype: float,
          shape: { shape: { dim: [-1, inputSide, inputSide, 3].map((size) => ({ size: String(size) })) } },
        },
      },
      weight('kernel'),
      weight('bias'),
      weight('axes', 'DT_INT32'),
      weight('logitKernel'),
      ...(domains > 0 ? [weight('gateKernel')] : []),
      {
        name: 'features',
        op: '_FusedConv2D',
        input: ['input', 'kernel', 'bias'],
        attr: {
          T: float,
          num_args: { i: '1' },
          fused_ops: { list: { s: ['Qmlhc0FkZA==', 'UmVsdQ=='] } },
          strides: { list: { i: ['1', '1', '1', '1'] } },
          dilations: { list: { i: ['1', '1', '1', '1'] } },
          padding: { s: 'U0FNRQ==' },
          data_format: { s: 'TkhXQw==' },
          epsilon: { f: 0 },
        },
      },
      {
        name: 'embedding',
        op: 'Mean',
        input: ['features', 'axes'],
        attr: { keep_dims: { b: false }, T: float, Tidx: { type: 'DT_INT32' } },
      },
      matMul('logits', 'logitKernel'),
      ...(domains > 0 ? [matMul('gate', 'gateKernel')] : []),
    ],
    library: {},
    versions: { producer: 1 },
  };
}

function jsonBytes(value: unknown): ArrayBuffer {
  return join([new TextEncoder().encode(JSON.stringify(value))]).buffer;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
