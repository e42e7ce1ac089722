/** The golden self-test: a backend is trusted with a pack only when it gives the pack's known answer. */
import * as v from 'valibot';
import { fromBase64 } from '../../base64';
import { Failure } from '../../failure';
import { networkInput, resampleSquare } from '../../image/resample/resample';
import { softmax } from '../calibration';
import type { NetworkOutputs } from './classifier';
import { packFiles } from '../../domain/pack/manifest';
import { fileOf, parseJson, type Pack } from '../packs/pack';

const values = v.array(v.pipe(v.number(), v.finite()));
const tolerance = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));

const GoldenFile = v.object({
  /** A square of RGB bytes, read as a picture's crop is. */
  input: v.object({
    side: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
    rgb: v.pipe(v.string(), v.base64()),
  }),
  /** Raw outputs; of the embedding the first values. */
  expected: v.object({ logits: values, gate: v.optional(values, [0]), embedding: values }),
  /** Largest difference of a probability (softmax without temperature) and of an embedding value. */
  tolerance: v.object({ probability: tolerance, embedding: tolerance }),
});

export type Golden = v.InferOutput<typeof GoldenFile>;

/** @throws Failure `pack-damaged` */
export function readGolden(pack: Pack): Golden {
  const parsed = v.safeParse(GoldenFile, parseJson(fileOf(pack, packFiles.golden), packFiles.golden));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure('pack-damaged', `${packFiles.golden}: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
  }
  return parsed.output;
}

/**
 * The network's input of the self-test: `inputSide * inputSide * 3` values, -1..1.
 * @throws Failure `pack-damaged` when the picture is not square
 */
export function goldenInput({ input: { side, rgb } }: Golden, inputSide: number): Float32Array {
  const pixels = fromBase64(rgb);
  if (pixels.length !== side * side * 3) {
    throw new Failure('pack-damaged', `${packFiles.golden}: ${pixels.length} bytes for side ${side}`);
  }
  return networkInput(resampleSquare(pixels, side), inputSide);
}

export interface Comparison {
  /** Largest difference of a probability, of the classes and of the gate. */
  readonly deviation: number;
  /** Why the outputs are refused; undefined when they are as they should be. */
  readonly fault: string | undefined;
}

/**
 * Compares a backend's outputs of the golden input with the expected ones. When all probabilities are
 * within the tolerance, classes that should be more than twice that apart stand in the right order.
 */
export function compareWithGolden(outputs: NetworkOutputs, { expected, tolerance }: Golden): Comparison {
  const classes = softmax(outputs.logits);
  const expectedClasses = softmax(expected.logits);
  const deviation = Math.max(
    largestDifference(classes, expectedClasses),
    largestDifference(softmax(outputs.gate), softmax(expected.gate)),
  );
  const embedding = largestDifference(
    outputs.embedding.subarray(0, expected.embedding.length),
    expected.embedding,
  );
  let fault: string | undefined;
  // Written so that NaN fails too.
  if (!(deviation <= tolerance.probability)) fault = `a probability is off by ${deviation}`;
  else if (!(embedding <= tolerance.embedding)) fault = `the embedding is off by ${embedding}`;
  return { deviation, fault };
}

/** Infinity when the lengths differ, NaN when a value is. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))).reduce((x, y) => Math.max(x, y), 0);
}
