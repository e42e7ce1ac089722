/** Where the network looked: what each place of the last feature map says for a class. */

/** The last feature map and the classes' head. */
export interface AttentionSource {
  /** `height * width * channels` values, channels together. */
  readonly features: Float32Array;
  readonly width: number;
  readonly height: number;
  /** `channels * classes` values, the classes of a channel together. */
  readonly kernel: Float32Array;
  readonly classes: number;
}

/** Rows from the top, 0..1: 1 where most speaks for the class, 0 where nothing does. */
export interface AttentionMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Class activation map (Zhou et al., CVPR 2016): as the logits are linear in the average of the map, each
 * place has its own share in them. Of each weight the mean over the classes is taken away, because what
 * speaks for all classes alike speaks for none. What speaks against is 0.
 */
export function attentionMap(source: AttentionSource, classIndex: number): AttentionMap {
  const { features, width, height, kernel, classes } = source;
  const channels = kernel.length / classes;
  if (features.length !== width * height * channels) {
    throw new RangeError(`${features.length} features of ${channels} channels`);
  }
  const weights = Float32Array.from({ length: channels }, (_, channel) => {
    const own = kernel.subarray(channel * classes, (channel + 1) * classes);
    return (own[classIndex] ?? 0) - own.reduce((sum, weight) => sum + weight, 0) / classes;
  });
  const values = new Float32Array(width * height);
  for (let place = 0; place < values.length; place++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += (features[place * channels + channel] ?? 0) * (weights[channel] ?? 0);
    }
    values[place] = Math.max(sum, 0);
  }
  const most = values.reduce((high, value) => Math.max(high, value), 0);
  return { width, height, values: most > 0 ? values.map((value) => value / most) : values };
}
