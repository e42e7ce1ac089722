"""The network of the paper that this project started from, to be compared with ours.

A MobileNetV2 front, then blocks of convolution, batch norm and ReLU, max-pooling, dropout, flatten
and seven outputs. Because of the flatten it takes pictures of one size only.
"""

from __future__ import annotations

import keras

from ..data.taxonomy import CLASSES
from .network import NORM_MOMENTUM, build

WIDTHS = (256, 128)
"""Filters of the blocks after the front."""

DROPOUT = 0.3


def build_paper_network(size: int, weights: str | None = None) -> keras.Model:
    """The network with the output `logits` (n, k) for (n, size, size, 3) in [-1, 1].

    `weights` are those of the front: `imagenet` (downloaded), a file of MobileNetV2 without its
    top, or None for a front that starts from scratch. `size` is a multiple of 32, 64 at least.
    """
    layers = keras.layers
    whole = build(weights)
    front = keras.Model(whole.input, whole.output["features"])
    inputs = keras.Input((size, size, 3), name="picture")
    sized = keras.models.clone_model(front, input_tensors=inputs)
    sized.set_weights(front.get_weights())
    x = sized.output
    for number, width in enumerate(WIDTHS, start=1):
        name = f"paper_{number}"
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
        x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.MaxPooling2D(2, name="paper_pool")(x)
    x = layers.Dropout(DROPOUT, seed=0, name="paper_dropout")(x)
    x = layers.Flatten(name="paper_flatten")(x)
    logits = layers.Dense(len(CLASSES), name="logits")(x)
    return keras.Model(inputs, {"logits": logits}, name="paper")
