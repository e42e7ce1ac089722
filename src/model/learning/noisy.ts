/** Prepares a learnt head for sending: adds noise, so that it reveals little about the cases that it learnt from. */
import { noiseFor, withNoise, type UpdateNoise } from '../../domain/learning/noise';
import { judge, saidBy, type JudgedTask, type Learnt } from './judge';
import { flat, layerOf, type Layer } from './layer';

/**
 * Its calibration and figures come of the noisy weights and of the bank, which every device has: they say no more of
 * the cases than the weights do.
 * @param task without corrections
 * @param lesions that the head learnt from
 */
export function noisyHead(
  task: JudgedTask,
  learnt: Layer,
  epsilon: number,
  lesions: number,
): Learnt & { readonly noise: UpdateNoise } {
  const { shipped, corrections } = task;
  const noise = noiseFor(epsilon, lesions);
  const values = withNoise(flat(learnt), flat(shipped), noise);
  const layer = layerOf(values, shipped.bias.length);
  return { ...judge(task, layer, saidBy(layer, corrections)), noise };
}
