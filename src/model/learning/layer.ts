/** The weights of a dense layer: `channels * conditions` values, the conditions of a channel together. */
export interface Layer {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** All weights in one row, the bias last. */
export function flat({ kernel, bias }: Layer): Float64Array {
  const values = new Float64Array(kernel.length + bias.length);
  values.set(kernel);
  values.set(bias, kernel.length);
  return values;
}

/** The layer that `flat` has given the values of. */
export function layerOf(values: Float64Array, conditions: number): Layer {
  const all = Float32Array.from(values);
  return { kernel: all.slice(0, -conditions), bias: all.slice(-conditions) };
}

/** Logits of a row of channels. */
export function logitsOf({ kernel, bias }: Layer, embedding: ArrayLike<number>, offset = 0): Float64Array {
  const conditions = bias.length;
  const channels = kernel.length / conditions;
  const logits = Float64Array.from(bias);
  for (let channel = 0; channel < channels; channel++) {
    const value = embedding[offset + channel] ?? 0;
    if (value === 0) continue;
    for (let condition = 0; condition < conditions; condition++) {
      logits[condition] = (logits[condition] ?? 0) + value * (kernel[channel * conditions + condition] ?? 0);
    }
  }
  return logits;
}
