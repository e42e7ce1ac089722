/** The pack's graph in the form that tfjs loads. */
import type { io } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { Failure } from '../../failure';
import { packFiles } from '../../domain/pack/manifest';
import { fileOf, parseJson, type Pack } from '../packs/pack';
import { decodeWeights, WeightSpecSchema } from './weights';

const GraphFile = v.object({
  format: v.literal('graph-model'),
  modelTopology: v.looseObject({ node: v.array(v.looseObject({ name: v.string(), op: v.string() })) }),
  signature: v.optional(v.looseObject({})),
  weightsManifest: v.tuple([
    v.object({ paths: v.tuple([v.literal(packFiles.weights)]), weights: v.array(WeightSpecSchema) }),
  ]),
});

/**
 * Decodes a pack's topology and weights: about four times the bytes of weights.bin.
 * @throws Failure `pack-damaged`
 */
export function decodeGraph(pack: Pack): io.ModelArtifacts {
  const parsed = v.safeParse(GraphFile, parseJson(fileOf(pack, packFiles.model), packFiles.model));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure('pack-damaged', `${packFiles.model}: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
  }
  const { modelTopology, signature, weightsManifest } = parsed.output;
  const { weights, data } = decodeWeights(weightsManifest[0].weights, fileOf(pack, packFiles.weights));
  return {
    format: 'graph-model',
    modelTopology,
    ...(signature ? { signature } : {}),
    weightSpecs: weights.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
    weightData: data,
  };
}
