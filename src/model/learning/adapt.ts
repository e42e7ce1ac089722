/** A pack with a head that was learnt: what the network says is put through that head, and read by its numbers. */
import type { HeadWeights } from '../../domain/learning/head';
import type { Manifest } from '../../domain/pack/manifest';
import type { NetworkOutputs } from '../runtime/classifier';
import { logitsOf } from './layer';

/** Whether a head was learnt for this pack; another version has another network. */
export function fits(head: HeadWeights, { id, version, classes }: Manifest): boolean {
  return head.pack.id === id && head.pack.version === version && head.bias.length === classes.length;
}

/** The same outputs with the head's logits. */
export function throughHead(outputs: NetworkOutputs, head: HeadWeights): NetworkOutputs {
  return { ...outputs, logits: Float32Array.from(logitsOf(head, outputs.embedding)) };
}

/** The manifest with the head's calibration. */
export function withHead(manifest: Manifest, { calibration: factors }: HeadWeights): Manifest {
  const { calibration } = manifest;
  return {
    ...manifest,
    calibration: {
      ...calibration,
      temperature: {
        dermatoscope: calibration.temperature.dermatoscope * factors.temperature.dermatoscope,
        phone: calibration.temperature.phone * factors.temperature.phone,
      },
      predictionSet: {
        ...calibration.predictionSet,
        threshold: calibration.predictionSet.threshold * factors.predictionSet,
      },
      operatingPoints: calibration.operatingPoints.map((point) => ({
        ...point,
        threshold: point.threshold * (factors.alertLevels[point.id] ?? 1),
      })),
    },
  };
}
