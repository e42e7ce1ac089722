"""Batch norm folded into the convolution before it: the same function in fewer layers."""

from __future__ import annotations

import keras
import numpy as np

from ..data.taxonomy import SIZE


class PassedOn(keras.layers.Layer):  # type: ignore[misc]
    """Stands where a layer was that does nothing any more."""

    def call(self, inputs: keras.KerasTensor, mask: object = None) -> keras.KerasTensor:
        """Gives back what it gets."""
        return inputs


def fold(model: keras.Model) -> keras.Model:
    """A copy of the network (for SIZE only) whose convolutions have a bias and no batch norm.

    Per output channel: kernel * g and beta - mean * g, with g = gamma / sqrt(variance + epsilon).
    """
    norms = {
        layer.input._keras_history.operation.name: layer
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    }

    def clone(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, keras.layers.BatchNormalization | keras.layers.Dropout):
            return PassedOn(name=layer.name)
        config = layer.get_config()
        if layer.name in norms:
            config["use_bias"] = True
        return type(layer).from_config(config)

    inputs = keras.Input((SIZE, SIZE, 3), name="picture")
    folded = keras.models.clone_model(model, input_tensors=inputs, clone_function=clone)
    for layer in model.layers:
        target = folded.get_layer(layer.name)
        if layer.name in norms:
            norm = norms[layer.name]
            gamma, beta, mean, variance = (w.astype(np.float64) for w in norm.get_weights())
            gain = gamma / np.sqrt(variance + norm.epsilon)
            kernel = layer.get_weights()[0]
            # Depthwise kernels are (3, 3, channels, 1): the channel is not their last axis.
            depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
            shaped = gain[:, None] if depthwise else gain
            target.set_weights([kernel * shaped, beta - mean * gain])
        elif layer.get_weights() and layer not in norms.values() and target.get_weights():
            target.set_weights(layer.get_weights())
    return folded
